"""The directory and the variables of a call: the process's own, others, changed ones, and a directory that is gone."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.judge import run_uv
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)
Valid = Callable[[dict[str, Any]], dict[str, Any]]
SHOW = "import json, os; print(json.dumps([os.getcwd(), dict(os.environ)]))"


@pytest.fixture
def gone(tmp_path: Path) -> Path:
    """A directory that the test will take away."""
    path = tmp_path / "gone"
    path.mkdir()
    return path


@pytest.mark.parametrize("warm", [False, True], ids=["first-call", "later-call"])
def test_own_directory_is_gone(warm: bool, worker: Worker, venv: Path, gone: Path, valid: Valid) -> None:
    if warm:
        worker.call(calls.run, command=f"pip install --dry-run --python {venv} alpha")
    worker.call(calls.change_directory, path=str(gone))
    gone.rmdir()
    for command in (f"pip install --python {venv} alpha", "--version"):
        answer = valid(worker.call(calls.run, command=command))
        assert (answer["exit_code"], answer["error"]["code"]) == (2, "working-directory-gone"), answer
        assert answer["error"]["hints"]
    answer = worker.call(calls.query, request={"query": "packages", "environment": {"prefix": str(venv)}})
    assert answer["error"]["code"] == "working-directory-gone"
    assert installed(site_packages(venv)) == {}

    # Another directory can still be given, and the process can leave.
    answer = worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0", cwd=str(venv))
    assert (answer["exit_code"], answer["route"]) == (0, "child"), answer
    worker.call(calls.change_directory, path=str(venv.parent))
    answer = worker.call(calls.run, command=f"pip install --python {venv} alpha==2.0")
    assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer
    assert installed(site_packages(venv)) == {"alpha": "2.0"}


def raised_when_gone(gone: str, environment: str) -> list[str]:
    """In the worker: the typed side of a directory that is gone."""
    import uvffi

    os.chdir(gone)
    os.rmdir(gone)
    told = []
    for ask in (lambda: uvffi.Environment(environment).packages["alpha"], lambda: uvffi.run("--version").check()):
        try:
            ask()
        except FileNotFoundError as error:
            told.append(f"{type(error).__name__} {getattr(error, 'code', '')}")
    return told


def test_own_directory_is_gone_typed(worker: Worker, venv: Path, gone: Path) -> None:
    told = worker.call(raised_when_gone, gone=str(gone), environment=str(venv))
    assert told == ["WorkingDirectoryError working-directory-gone"] * 2


def test_directory_given_is_gone(worker: Worker, venv: Path, gone: Path, valid: Valid) -> None:
    missing, file = gone / "missing", gone / "file"
    file.touch()
    for path in (missing, file):
        answer = valid(worker.call(calls.run, command=f"pip install --python {venv} alpha", cwd=str(path)))
        assert answer["error"]["code"] == "working-directory-gone"
        assert str(path) in answer["error"]["message"]
    assert installed(site_packages(venv)) == {}


def test_moved_after_the_first_call(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """Relative paths mean what they mean in the new directory, also where the old one has the same names."""
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "wanted.txt").write_text("alpha==1.0\n")
    (other / "wanted.txt").write_text("beta==1.0\n")
    command = f"pip install --no-deps --python {venv} -r wanted.txt"
    answer = worker.call(calls.run, command=command)
    assert (answer["route"], answer["installed"]) == ("resident", [{"name": "alpha", "version": "1.0"}])
    worker.call(calls.change_directory, path=str(other))
    answer = worker.call(calls.run, command=command)
    assert (answer["route"], answer["installed"]) == ("child", [{"name": "beta", "version": "1.0"}])
    assert "directory" in answer["reason"]
    worker.call(calls.change_directory, path=str(tmp_path))
    assert worker.call(calls.run, command=command)["route"] == "resident"


def test_configuration_of_the_new_directory(worker: Worker, venv: Path, tmp_path: Path, server: IndexServer) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "uv.toml").write_text("[pip]\nno-deps = true\n")
    command = f"pip install --dry-run --python {venv} beta==1.0"
    names = [[change["name"] for change in worker.call(calls.run, command=command)["changes"]]]
    answer = worker.call(calls.run, command=command.replace("--dry-run ", ""), cwd=str(other))
    names.append([change["name"] for change in answer["changes"]])
    assert names == [["alpha", "beta"], ["beta"]]


def test_found_by_the_directory(worker: Worker, env: dict[str, str], tmp_path: Path) -> None:
    """A `.venv` beside the given directory is the environment, and a relative directory counts from the process's."""
    for name in ("one", "two"):
        make_venv(tmp_path / name / ".venv", env)
    worker.call(calls.run, command="pip install alpha", cwd=str(tmp_path / "one"))
    worker.call(calls.run, command="pip install lonely", cwd="two")
    assert installed(site_packages(tmp_path / "one" / ".venv")) == {"alpha": "2.0"}
    assert installed(site_packages(tmp_path / "two" / ".venv")) == {"lonely": "1.0"}


def test_same_view_stays_resident(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """A directory and variables that are given, but are the process's own, need no other process."""
    own = dict(entry.split("=", 1) for entry in worker.call(calls.own_view)["env"] if "=" in entry)
    for place in ({"cwd": str(tmp_path)}, {"env": own}, {"cwd": str(tmp_path), "env": own}, {"cwd": "."}):
        answer = worker.call(calls.run, command=f"pip install --python {venv} alpha", **place)
        assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer["reason"]


def test_variables_are_honoured(worker: Worker, env: dict[str, str], venv: Path, server: IndexServer) -> None:
    command = f"pip install --python {venv} alpha"
    assert worker.call(calls.run, command=command)["installed"] == [{"name": "alpha", "version": "2.0"}]
    other = {**env, "UV_INDEX_URL": server.simple("extra"), "UV_REINSTALL_PACKAGE": "", "UV_UPGRADE": "1"}
    answer = worker.call(calls.run, command=f"{command} --upgrade", env=other)
    assert (answer["exit_code"], answer["route"], answer["reason"]) == (
        0,
        "child",
        "another environment than the process's",
    )
    assert answer["installed"] == [{"name": "alpha", "version": "9.0"}]


def test_variables_set_later_are_seen(worker: Worker, venv: Path, server: IndexServer) -> None:
    command = f"pip install --upgrade --python {venv} alpha"
    assert worker.call(calls.run, command=command)["installed"] == [{"name": "alpha", "version": "2.0"}]
    worker.call(calls.set_variable, name="UV_INDEX_URL", value=server.simple("extra"))
    answer = worker.call(calls.run, command=command)
    assert answer["installed"] == [{"name": "alpha", "version": "9.0"}]
    assert answer["route"] == "resident"


def test_variables_that_are_read_once(worker: Worker, venv: Path) -> None:
    """What uv's crates read once in a process can't change for them: such a call needs another process."""
    command = f"pip install --python {venv} alpha"
    routes = []
    for value in (None, "UTC", None):
        worker.call(calls.set_variable, name="TZ", value=value)
        answer = worker.call(calls.run, command=command)
        assert answer["exit_code"] == 0
        routes.append(answer["route"])
        assert answer["route"] == "resident" or "TZ" in answer["reason"]
    assert routes == ["resident", "child", "resident"]


def test_program_sees_what_uv_shows_it(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Directory and variables of a program under `uv run` are those of one that uv itself started."""
    given = {**env, "ONLY": "here", "UVFFI_LIKE": "kept"}
    words = ["run", "--no-project", "--no-config", "--python", str(venv), "python", "-c", SHOW]
    judged = json.loads(run_uv(words, given, tmp_path).stdout)
    told = worker.call(calls.run, command=words, env=given)
    cwd, seen = json.loads(told["stdout"])
    for variables in (judged[1], seen):
        variables.pop("UV", None)  # the executable, which is the one thing that differs
    assert (cwd, seen) == (judged[0], judged[1])
    assert seen["ONLY"] == "here"


def test_process_stays_as_it_is(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    before = worker.call(calls.own_view)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for place in ({}, {"cwd": str(elsewhere)}, {"env": {**env, "UV_NEW": "1"}}):
        worker.call(calls.run, command=f"pip install --python {venv} alpha", **place)
        worker.call(calls.run, command=f"pip install --python {venv} no-such-thing", **place)
        worker.call(calls.run, command=f"pip uninstall --python {venv} alpha", **place)
    assert worker.call(calls.own_view) == before
    shutil.rmtree(elsewhere)
