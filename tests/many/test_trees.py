"""The comparison of two environments sees what is otherwise, and lets be what may be."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Callable

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.judge import must_uv

from .trees import differences


@pytest.fixture
def pair(env: dict[str, str], tmp_path: Path) -> tuple[Path, Path]:
    """Two environments that uv filled with the same."""
    paths = (tmp_path / "env-a", tmp_path / "env-b")
    for path in paths:
        make_venv(path, env)
        must_uv(["pip", "install", "--python", str(path), "alpha==1.0", "kinds==1.0"], env, tmp_path)
    return paths


def rewrite(path: Path, old: str, new: str) -> None:
    """As another file: what is linked from the cache stays as it is."""
    text = path.read_text()
    assert old in text
    mode = path.stat().st_mode
    path.unlink()
    path.write_text(text.replace(old, new, 1))
    path.chmod(mode)


def module(env: Path) -> Path:
    return site_packages(env) / "alpha" / "__init__.py"


def record(env: Path) -> Path:
    return site_packages(env) / "alpha-1.0.dist-info" / "RECORD"


def test_the_same(pair: tuple[Path, Path]) -> None:
    a, b = pair
    assert differences(a, b) == []
    shutil.copy2(module(b), module(b).with_suffix(".copy"))
    os.replace(module(b).with_suffix(".copy"), module(b))
    os.utime(module(b), (0, 0))
    (module(b).parent / "__pycache__").mkdir()
    (module(b).parent / "__pycache__" / "x.pyc").write_text("")
    (b / ".uvffi").mkdir()
    (b / ".uvffi" / "history").write_text("")
    assert differences(a, b) == []


def emptied_directory(env: Path) -> None:
    (site_packages(env) / "left-over").mkdir()


def other_link(env: Path) -> None:
    (env / "bin" / "python3").unlink()
    (env / "bin" / "python3").symlink_to("/nowhere")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda env: module(env).unlink(), "only uv has"),
        (lambda env: (site_packages(env) / "more.py").write_text(""), "only uvffi has"),
        (emptied_directory, "only uvffi has"),
        (lambda env: rewrite(module(env), "VERSION", "Version"), "bytes that are not the same"),
        (lambda env: rewrite(env / "bin" / "alpha", "import", "impart"), "bytes that are not the same"),
        (lambda env: (env / "bin" / "alpha").chmod(0o600), "-rwxr-xr-x of uv, -rw------- of uvffi"),
        (other_link, "a link to"),
        (lambda env: rewrite(record(env), "alpha/__init__.py,sha256=", "alpha/__init__.py,sha256=0"), "says sha256=0"),
        (lambda env: rewrite(record(env), "alpha/__init__.py", "alpha/other.py"), "a row of"),
        (lambda env: record(env).write_text(record(env).read_text() + "more,,\n"), "rows of uv"),
    ],
    ids=["missing", "more", "directory", "content", "script", "mode", "link", "sum", "row", "rows"],
)
def test_what_is_otherwise(pair: tuple[Path, Path], change: Callable[[Path], object], says: str) -> None:
    a, b = pair
    change(b)
    # A script's own RECORD is not true any more, either.
    assert says in differences(a, b)[0]


def test_not_everything_is_told(pair: tuple[Path, Path]) -> None:
    a, b = pair
    for number in range(30):
        (b / f"file-{number}").write_text("")
    assert len(differences(a, b, limit=5)) == 6
