"""The Shelf as one sees it from outside: what is kept, how much of it, and how it is dropped."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import site_packages
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls
from .test_cli import OURS, play

pytestmark = pytest.mark.timeout(60)


def look(environment: str) -> dict[str, Any]:
    """In the worker: the Shelf."""
    import uvffi

    shelf = uvffi.Environment(environment).shelf()
    assert len(shelf) == len(list(shelf)) == len(shelf.trees)
    return {
        "trees": sorted(str(tree) for tree in shelf),
        "bytes": [shelf.bytes, sum(tree.bytes for tree in shelf)],
        "files": [tree.files for tree in shelf],
        "used": [tree.last_used.isoformat() for tree in shelf],
        "limit": shelf.limit,
        "path": shelf.path,
        "enabled": shelf.enabled,
    }


def prune(environment: str, everything: bool) -> list[Any]:
    """In the worker: what pruning answers."""
    import uvffi

    result = uvffi.Environment(environment).shelf_prune(all=everything)
    return [result.ok, result.changes]


def swap(worker: Worker, venv: Path, *versions: str) -> None:
    for version in versions:
        told = worker.call(calls.run, command=f"pip install --python {venv} alpha=={version}")
        assert (told["exit_code"], told["route"]) == (0, "resident"), told


def test_keeps_what_was_swapped_out(worker: Worker, venv: Path) -> None:
    told = worker.call(look, environment=str(venv))
    assert (told["trees"], told["bytes"], told["enabled"]) == ([], [0, 0], True)
    assert told["limit"] == 256 * 1024 * 1024
    assert Path(told["path"]) == venv / ".uvffi" / "shelf"
    begun = datetime.now(timezone.utc).timestamp() - 1
    swap(worker, venv, "1.0", "2.0", "1.1")
    told = worker.call(look, environment=str(venv))
    assert told["trees"] == ["alpha==1.0", "alpha==2.0"]
    assert told["bytes"][0] == told["bytes"][1] > 0
    assert all(files > 1 for files in told["files"])
    for used in told["used"]:
        assert begun <= datetime.fromisoformat(used).timestamp() <= datetime.now(timezone.utc).timestamp() + 1
    swap(worker, venv, "1.0")
    assert worker.call(look, environment=str(venv))["trees"] == ["alpha==1.1", "alpha==2.0"]
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def test_prune(worker: Worker, venv: Path) -> None:
    swap(worker, venv, "1.0", "2.0", "1.1")
    assert worker.call(prune, environment=str(venv), everything=False) == [True, []]
    assert worker.call(look, environment=str(venv))["trees"] == ["alpha==1.0", "alpha==2.0"]
    assert worker.call(prune, environment=str(venv), everything=True) == [True, []]
    told = worker.call(look, environment=str(venv))
    assert (told["trees"], told["bytes"]) == ([], [0, 0])
    assert installed(site_packages(venv)) == {"alpha": "1.1"}
    swap(worker, venv, "2.0")


def test_limits(worker: Worker, venv: Path) -> None:
    """By count, the one that was used last stays; by bytes, what is too large for the limit is not kept."""
    worker.call(calls.set_variable, name="UVFFI_SHELF_COUNT", value="1")
    swap(worker, venv, "1.0", "2.0", "1.1")
    assert worker.call(look, environment=str(venv))["trees"] == ["alpha==2.0"]
    worker.call(calls.set_variable, name="UVFFI_SHELF_LIMIT", value="1K")
    told = worker.call(look, environment=str(venv))
    assert told["limit"] == 1024
    worker.call(prune, environment=str(venv), everything=False)
    assert worker.call(look, environment=str(venv))["bytes"][0] <= 1024


def test_many_names_of_one_interpreter(worker: Worker, venv: Path) -> None:
    """They lead to one Shelf; as the scripts name the interpreter, each version is on it once for each name."""
    names = [path.name for path in sorted((venv / "bin").glob("python*"))]
    assert len(names) > 2
    shelf = venv / ".uvffi" / "shelf"
    for turn in range(8 * len(names)):
        version, name = ("1.0", "2.0")[turn % 2], names[turn % len(names)]
        python = venv / "bin" / name
        told = worker.call(calls.run, command=f"pip install --python {python} alpha=={version}")
        assert (told["exit_code"], told["route"], len(told["changes"])) == (0, "resident", 1), told
        assert installed(site_packages(venv)) == {"alpha": version}
        assert f"VERSION = {version!r}" in (site_packages(venv) / "alpha" / "__init__.py").read_text()
        assert (venv / "bin" / "alpha").read_text().startswith(f"#!{python}\n")
    assert len(list(shelf.iterdir())) <= 2 * len(names) - 1
    seen = {tuple(worker.call(look, environment=str(venv / "bin" / name))["trees"]) for name in names}
    assert len(seen) == 1
    assert set(*seen) == {"alpha==1.0", "alpha==2.0"}


def test_off(worker: Worker, venv: Path) -> None:
    worker.call(calls.set_variable, name="UVFFI_SHELF", value="0")
    swap(worker, venv, "1.0", "2.0")
    told = worker.call(look, environment=str(venv))
    assert (told["trees"], told["enabled"]) == ([], False)


@pytest.mark.usefixtures("library")
def test_commands(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    def ours(*words: str) -> tuple[int, str, str]:
        done = play(OURS, ["shelf", *words, "--python", str(venv)], env, tmp_path)
        return done.returncode, done.stdout, done.stderr

    code, out, err = ours("list")
    assert (code, out) == (0, "")
    assert err.startswith("0 kept, ")
    swap(worker, venv, "1.0", "2.0")
    code, out, err = ours("list")
    assert code == 0
    assert out.startswith("alpha==1.0 ")
    assert err.startswith("1 kept, ")
    code, out, err = ours("list", "--json")
    (tree,) = json.loads(out)["trees"]
    assert (tree["name"], tree["version"]) == ("alpha", "1.0")
    assert ours("prune")[0] == 0
    assert len(json.loads(ours("list", "--json")[1])["trees"]) == 1
    assert ours("prune", "--all")[0] == 0
    assert json.loads(ours("list", "--json")[1])["trees"] == []
