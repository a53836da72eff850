"""What users put into a dist-info that goes out: put aside, and the Result says where to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import site_packages
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)


def run(worker: Worker, venv: Path, words: str) -> dict[str, Any]:
    verb, rest = words.split(" ", 1)
    told: dict[str, Any] = worker.call(calls.run, command=f"pip {verb} --python {venv} {rest}")
    assert (told["exit_code"], told["route"]) == (0, "resident"), told
    return told


def put(venv: Path, info: str, text: str) -> None:
    """A file of a user, and a directory with one."""
    place = site_packages(venv) / info
    (place / "notes").mkdir()
    (place / "notes" / "deep.txt").write_text(text)
    (place / "mine.txt").write_text(text)


def aside(told: dict[str, Any], venv: Path) -> dict[str, str]:
    """What was put aside, by its path in `.uvffi/kept`; the one notice names all of it."""
    kept = venv / ".uvffi" / "kept"
    (notice,) = told["notices"]
    assert notice["code"] == "users-file-kept"
    found = {str(path.relative_to(kept)): path.read_text() for path in sorted(kept.rglob("*")) if path.is_file()}
    folder = sorted({path.split("/")[0] for path in found})[-1]
    for name in ("mine.txt", "notes"):
        assert f"`{kept / folder / name}`" in notice["message"]
    return found


@pytest.mark.parametrize(
    "words",
    ["install alpha==2.0", "uninstall alpha", "install --reinstall alpha==1.0"],
    ids=["swapped", "uninstalled", "reinstalled"],
)
def test_once(worker: Worker, venv: Path, words: str) -> None:
    run(worker, venv, "install alpha==1.0")
    put(venv, "alpha-1.0.dist-info", "mine")
    told = run(worker, venv, words)
    info = "alpha-1.0.dist-info-1"
    assert aside(told, venv) == {f"{info}/mine.txt": "mine", f"{info}/notes/deep.txt": "mine"}
    assert not (site_packages(venv) / "alpha-1.0.dist-info" / "mine.txt").exists()
    assert run(worker, venv, "install alpha==1.1")["notices"] == []


def test_again_and_again(worker: Worker, venv: Path) -> None:
    """Each time in a directory of its own, also where both versions come and go by one rename."""
    for version in ("1.0", "2.0", "1.0", "2.0", "1.0"):
        run(worker, venv, f"install alpha=={version}")
    expected = {}
    for count in (1, 2, 3):
        put(venv, "alpha-1.0.dist-info", f"mine {count}")
        told = run(worker, venv, "install alpha==2.0")
        info = f"alpha-1.0.dist-info-{count}"
        expected.update({f"{info}/mine.txt": f"mine {count}", f"{info}/notes/deep.txt": f"mine {count}"})
        assert aside(told, venv) == expected
        assert run(worker, venv, "install alpha==1.0")["notices"] == []
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def test_what_installers_write_is_nobodys(worker: Worker, venv: Path) -> None:
    run(worker, venv, "install alpha==1.0")
    info = site_packages(venv) / "alpha-1.0.dist-info"
    for name in ("REQUESTED", "INSTALLER", "RECORD.jws"):
        (info / name).write_text("theirs\n")
    assert run(worker, venv, "install alpha==2.0")["notices"] == []
    assert not (venv / ".uvffi" / "kept").exists()
