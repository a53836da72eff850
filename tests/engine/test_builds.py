"""What has to be built: a Child prepares it, and it is installed like all else, by a Transaction."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.sdists import build_sdist, write_tree
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls, waiting

pytestmark = pytest.mark.timeout(120)


def install(worker: Worker, venv: Path, words: str, code: int = 0) -> dict[str, Any]:
    """An install that is answered in the worker's process, prepared elsewhere or not."""
    answer: dict[str, Any] = worker.call(calls.run, command=f"pip install --python {venv} {words}")
    assert (answer["exit_code"], answer["route"]) == (code, "resident"), answer
    return answer


def plain_processes(worker: Worker) -> int:
    """How many processes of the launcher's were begun."""
    told: int = worker.call(calls.query, request={"query": "status"})["child"]["plain"]
    return told


def contents(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below that is not the engine's own, with its content and the time it was changed."""
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.lstat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {".uvffi", ".lock"} & set(path.parts)
    }


def taken_back(environment: str) -> list[Any]:
    """In the worker: what the history says of two builds, and what is there once the last is taken back."""
    import uvffi

    env = uvffi.Environment(environment)
    told = [[str(change) for change in entry.changes] for entry in env.history()]
    env.undo()
    return [told, {name: package.version for name, package in env.packages.items()}]


def test_is_a_transaction(worker: Worker, venv: Path) -> None:
    """It has a number in the history, and is taken back like any other change."""
    first = install(worker, venv, "source==1.0 --no-cache")
    second = install(worker, venv, "source==2.0 --no-cache")
    assert None not in (first["generation"], second["generation"])
    assert first["installed"] == [{"name": "source", "version": "1.0"}]
    assert first["stderr"].count("Building source==1.0") == 1, first["stderr"]
    assert worker.call(taken_back, environment=str(venv)) == [
        [["installed source 1.0"], ["installed alpha 2.0", "upgraded source 1.0 -> 2.0"]],
        {"source": "1.0"},
    ]


def test_versions_swap_by_the_shelf(worker: Worker, venv: Path, env: dict[str, str]) -> None:
    """Both were built before, so that neither is built again, and what comes back is what was there."""
    for version in ("1.0", "2.0"):
        install(worker, venv, f"source=={version}")
    before = plain_processes(worker)
    places = []
    for version in ("1.0", "2.0", "1.0", "2.0"):
        assert "Building" not in install(worker, venv, f"source=={version}")["stderr"]
        places.append((site_packages(venv) / "source").stat().st_ino)
    assert places[:2] == places[2:]
    assert places[0] != places[1]
    assert plain_processes(worker) == before


@pytest.mark.parametrize("name", ["never-builds", "build-exits", "build-needs"])
def test_that_fails_changes_nothing(worker: Worker, venv: Path, name: str) -> None:
    """Not a byte, though another version of something else would have come with it."""
    install(worker, venv, "alpha==1.0 lonely")
    before = contents(venv)
    answer = install(worker, venv, f"alpha==2.0 {name}", code=1)
    assert name in answer["stderr"]
    assert answer["changes"] == []
    assert contents(venv) == before


def in_time(command: str, seconds: float) -> list[Any]:
    """In the worker: a command that may take so long."""
    import uvffi

    began = time.monotonic()
    result = uvffi.run(command, timeout=seconds)
    return [result.error and result.error.code, time.monotonic() - began]


def test_that_takes_too_long_is_ended(worker: Worker, venv: Path, server: IndexServer, env: dict[str, str]) -> None:
    """With all that it started, and with nothing changed."""
    waiting.offer(server)
    install(worker, venv, "alpha==1.0")
    marker = Path(env["HOME"]) / "endless"
    marker.unlink(missing_ok=True)
    before = contents(venv)
    command = waiting.install(venv, server.simple(waiting.INDEX), "endless")
    how, seconds = worker.call(in_time, command=command, seconds=5.0)
    assert (how, seconds < 6) == ("timed-out", True)
    builder = int(marker.read_text())
    waiting.until(lambda: waiting.gone(builder), 2)
    waiting.until(lambda: worker.call(waiting.children) == [], 2)
    assert contents(venv) == before
    assert install(worker, venv, "alpha==2.0")["installed"] == [{"name": "alpha", "version": "2.0"}]


def told_of(command: str) -> list[Any]:
    """In the worker: the events of a command, but for what a download tells."""
    import uvffi

    events: list[Any] = []
    uvffi.run(command, progress=events.append)
    return [waiting.told(event) for event in events if event.kind in ("building", "built", "prepared", "committed")]


def test_events(worker: Worker, venv: Path) -> None:
    """A build has its two, whichever process it is in."""
    told = worker.call(told_of, command=f"pip install --python {venv} --no-cache source==1.0")
    assert [kind for kind, _ in told] == ["building", "built", "prepared", "committed"]
    assert told[0][1] == told[1][1] == {"id": 1, "what": "source==1.0"}


SPYING = """
import json as _json
with open({place!r}, "a") as _file:
    _file.write(_json.dumps(dict(os.environ)) + "\\n")
"""


def test_what_a_build_sees(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """The program that is uv, and nothing of ours."""
    tree = write_tree(tmp_path / "tree", "tree", "1.0")
    place = tmp_path / "seen"
    backend = tree / "backend.py"
    backend.write_text(backend.read_text() + SPYING.format(place=str(place)))
    install(worker, venv, str(tree))
    seen = [json.loads(line) for line in place.read_text().splitlines()]
    assert seen
    for variables in seen:
        assert not [name for name in variables if name.startswith("UVFFI_CHILD")]
        assert os.path.basename(variables["UV"]) == "uvffi-launcher"


@pytest.mark.parametrize("flag", ["", "-e "])
def test_a_source_tree_that_changes(worker: Worker, venv: Path, tmp_path: Path, flag: str) -> None:
    """It is looked at each time: nothing of it is remembered."""
    tree = tmp_path / "tree"
    (tmp_path / "r.txt").write_text(f"{flag}{tree}\n")
    # Of different lengths: Python would take bytecode of the same second and size for that of the new backend.
    for version in ("1.0", "2.0.1", "3.0.1.1"):
        write_tree(tree, "tree", version)
        told = install(worker, venv, "-r r.txt")
        assert [change["version"] for change in told["changes"]] == [version]
        assert "Building" in told["stderr"]
        assert installed(site_packages(venv)) == {"tree": version}
        for _ in range(2):
            assert install(worker, venv, "-r r.txt")["changes"] == []
    # Built before, it comes out of uv's cache, and no process is begun for it.
    before = plain_processes(worker)
    for _ in range(2):
        assert worker.call(calls.run, command=f"pip uninstall --python {venv} tree")["exit_code"] == 0
        told = install(worker, venv, "-r r.txt")
        assert "Building" not in told["stderr"]
        assert installed(site_packages(venv)) == {"tree": "3.0.1.1"}
    assert plain_processes(worker) == before
    # Named on the command line it is always built anew, as with uv.
    assert "Building" in install(worker, venv, f"{flag}{tree}")["stderr"]


def confirmed(environment: str, sources: dict[str, str]) -> list[Any]:
    """In the worker: what is shown before and told after, by a plan that is applied and by a callable that agrees."""
    import uvffi

    env = uvffi.Environment(environment)
    plan = env.plan(sources["planned"])
    told = [[str(change) for change in made.changes] for made in (plan, plan.apply())]
    shown: list[str] = []
    events: list[uvffi.Event] = []

    def agree(plan: uvffi.Plan) -> bool:
        shown.extend(str(change) for change in plan.changes)
        return True

    result = env.sync(sources["synced"], confirm=agree, progress=events.append)
    told += [shown, [str(change) for change in result.changes]]
    lines = [event.text for event in events if isinstance(event, uvffi.Output)]
    origins = {item["metadata"]["name"]: item["download_info"] for item in result.to_pip_report()["install"]}
    return [*told, [line for line in lines if line.startswith("{")], origins]


@pytest.mark.parametrize("flag", ["", "-e "])
def test_a_plan_is_carried_out_though_it_could_not_know_the_version(
    worker: Worker, venv: Path, tmp_path: Path, flag: str
) -> None:
    """A build tells it. Where the tree is from is in the report, and what the Child tells the engine is no event."""
    archive = build_sdist("other", "1.0")
    (tmp_path / archive.filename).write_bytes(archive.data)
    tree = write_tree(tmp_path / "tree", "tree", "1.0")
    (tmp_path / "r.txt").write_text(f"{flag}{tree}\nalpha==1.0\n")
    sources = {"planned": str(tmp_path / archive.filename), "synced": str(tmp_path / "r.txt")}
    told = worker.call(confirmed, environment=str(venv), sources=sources)
    planned, applied, shown, synced, lines, origins = told
    assert (planned, applied) == (["installed other"], ["installed other 1.0"])
    assert shown == ["installed alpha 1.0", "uninstalled other 1.0", "installed tree"]
    assert synced == ["installed alpha 1.0", "uninstalled other 1.0", "installed tree 1.0"]
    assert lines == []
    about = {"editable": True} if flag else {}
    assert origins["tree"] == {"url": tree.as_uri(), "dir_info": about}


def repository(place: Path, version: str) -> str:
    """A commit of a source tree with this version in it; its number."""
    write_tree(place, "tree", version)
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", version]):
        subprocess.run(["git", *words], cwd=place, check=True)
    told = subprocess.run(["git", "rev-parse", "HEAD"], cwd=place, check=True, capture_output=True, text=True)
    return told.stdout.strip()


def test_from_git(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """The commit that was found is what is installed; a later one comes with an upgrade."""
    place = tmp_path / "repository"
    first = repository(place, "1.0")
    url = f"git+file://{place}"
    answer = install(worker, venv, f"'tree @ {url}'")
    assert answer["installed"] == [{"name": "tree", "version": "1.0"}]
    origin = json.loads(next(site_packages(venv).glob("tree-*.dist-info/direct_url.json")).read_text())
    assert origin["vcs_info"]["commit_id"] == first
    second = repository(place, "2.0.1")
    answer = install(worker, venv, f"-U 'tree @ {url}'")
    assert answer["installed"] == [{"name": "tree", "version": "2.0.1"}]
    assert answer["generation"] is not None
    assert install(worker, venv, f"'tree @ {url}@{first}'")["installed"] == [{"name": "tree", "version": "1.0"}]
    assert install(worker, venv, f"{url}@{second[:12]}")["installed"] == [{"name": "tree", "version": "2.0.1"}]


def planned(environment: str) -> list[Any]:
    """In the worker: a plan whose metadata has to be built, and what carrying it out comes to."""
    import uvffi

    plan = uvffi.Environment(environment).plan("dynamic", no_cache=True)
    seen: list[Any] = [[str(change) for change in plan.changes], dict(uvffi.Environment(environment).packages)]
    return [*seen, [str(change) for change in plan.apply().changes]]


def test_a_plan(worker: Worker, venv: Path) -> None:
    changes = ["installed dynamic 1.0", "installed lonely 1.0"]
    assert worker.call(planned, environment=str(venv)) == [changes, {}, changes]
