"""Packages whose files are gone: the doctor names them, and installs them again or takes away what is a name only."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.sdists import write_tree
from tests.support.snapshot import installed
from tests.support.worker import Worker

from .broken import dist_infos, files, install, twice
from .test_doctor import consult, mended

pytestmark = pytest.mark.timeout(60)


def content(venv: Path) -> dict[str, str]:
    """What is there, be it linked into uv's cache or copied."""
    return {path: re.sub(r"^(\d+) linked\b", r"\1", text) for path, text in files(venv).items()}


def found(worker: Worker, venv: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = worker.call(consult, environment=str(venv))
    return told


def test_one_file(worker: Worker, env: dict[str, str], venv: Path) -> None:
    install(venv, env, "kinds==1.0", "lonely")
    before = content(venv)
    site = site_packages(venv)
    (site / "kinds" / "run.sh").unlink()
    (told,) = mended(worker, venv)
    info = site / "kinds-1.0.dist-info"
    assert (told["code"], told["name"], told["path"]) == ("files-missing", "kinds", str(info))
    assert told["message"].startswith(f"`{info}`: 1 of its ")
    assert told["message"].endswith(" files are missing: kinds/run.sh")
    assert (told["fixed"], told["outcome"]) == (True, "installed kinds==1.0 anew")
    assert content(venv) == before


def test_many_files(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """Some are told by name, the others counted; what is beside them stays."""
    install(venv, env, "kinds==1.0")
    before = content(venv)
    site = site_packages(venv)
    shutil.rmtree(site / "kinds")
    (site / "kinds_pure.py").unlink()
    (told,) = mended(worker, venv)
    names = told["message"].split(": ")[-1]
    assert names.count(", ") == 4
    assert names.endswith(" more")
    assert told["fixed"]
    assert content(venv) == before


def test_what_does_not_count(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """Bytecode, scripts, and what a dist-info has beside METADATA and RECORD."""
    install(venv, env, "--compile-bytecode", "alpha==1.0")
    site = site_packages(venv)
    with (site / "alpha-1.0.dist-info" / "RECORD").open("a") as record:
        record.write("alpha/__pycache__/gone.cpython-311.pyc,,\n../../../bin/gone,,\nalpha-1.0.dist-info/gone,,\n")
    shutil.rmtree(site / "alpha" / "__pycache__")
    (venv / "bin" / "alpha").unlink()
    assert found(worker, venv) == []


def test_nothing_is_there(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """A name and no more: it goes, with its scripts, and no file that is somebody's."""
    install(venv, env, "lonely", "alpha==1.0")
    (venv / "bin" / "mine").write_text("mine\n")
    shutil.rmtree(site_packages(venv) / "alpha")
    (told,) = mended(worker, venv)
    assert (told["fixed"], told["outcome"]) == (
        True,
        "took the metadata of 1.0 away: none of its files was there",
    )
    assert installed(site_packages(venv)) == {"lonely": "1.0"}
    assert not (venv / "bin" / "alpha").exists()
    assert (venv / "bin" / "mine").is_file()


def test_after_pip_took_one_of_two_away(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """pip uninstalls one of two dist-infos, and with it the files that both name."""
    twice(venv, env, "kinds", "1.0", "2.0")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(venv), "uninstall", "-y", "kinds"],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (info,) = dist_infos(venv, "kinds")
    version = info[len("kinds-") : -len(".dist-info")]
    (told,) = mended(worker, venv)
    assert (told["code"], told["name"], told["fixed"]) == ("files-missing", "kinds", True)
    there = installed(site_packages(venv))
    assert there in ({}, {"kinds": version})
    if there:
        fresh = make_venv(venv.parent / "fresh" / "environment", env)
        install(fresh, env, f"kinds=={version}")
        assert content(venv) == content(fresh)


def test_origin(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """What came from a directory is left to whoever has it."""
    tree = write_tree(tmp_path / "tree", "tree", "1.0")
    install(venv, env, str(tree))
    for path in site_packages(venv).glob("tree*"):
        if path.suffix != ".dist-info":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (told,) = mended(worker, venv)
    assert not told["fixed"]
    assert told["outcome"] == f"nothing was done: it came from `{tree.as_uri()}`; install it from there again"
    assert dist_infos(venv, "tree") == ["tree-1.0.dist-info"]


@pytest.mark.parametrize("where", [".lock", "site-packages"])
def test_who_is_at_work_may_have_them_soon(worker: Worker, env: dict[str, str], venv: Path, where: str) -> None:
    install(venv, env, "alpha==1.0")
    shutil.rmtree(site_packages(venv) / "alpha")
    path = venv / ".lock" if where == ".lock" else site_packages(venv)
    lock = os.open(path, os.O_RDWR | os.O_CREAT if where == ".lock" else os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert found(worker, venv) == []
    finally:
        os.close(lock)
    assert [one["code"] for one in found(worker, venv)] == ["files-missing"]


def test_a_row_that_no_file_can_have(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """It is passed over; what the other rows name is looked for."""
    install(venv, env, "kinds==1.0")
    site = site_packages(venv)
    record = site / "kinds-1.0.dist-info" / "RECORD"
    text = record.read_text()
    record.unlink()
    record.write_text("kinds/a\0b.py,sha256=x,1\n" + text)
    assert found(worker, venv) == []
    (site / "kinds" / "run.sh").unlink()
    (told,) = found(worker, venv)
    assert told["message"].endswith(" files are missing: kinds/run.sh")
