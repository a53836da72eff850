"""`pip sync`: all of it or nothing, to and fro, from memory as far as that is right; and `Environment.sync`."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.normalise import normal_text
from tests.support.snapshot import installed, snapshot
from tests.support.worker import Worker

from . import calls
from .test_freshness import COMPUTED, REMEMBERED, answer

pytestmark = pytest.mark.timeout(60)

ONE = "alpha==1.0\nkinds==1.0\nsingle==1.0\n"
OTHER = "alpha==2.0\nkinds==2.0\nlonely==1.0\n"


@pytest.fixture
def locks(tmp_path: Path) -> tuple[str, str]:
    """Two files that lock most names at other versions."""
    for name, text in (("one.txt", ONE), ("other.txt", OTHER)):
        (tmp_path / name).write_text(text)
    return "one.txt", "other.txt"


def sync(environment: str, files: list[str], **options: Any) -> dict[str, Any]:
    """In the worker: one `Environment.sync`, with the kinds of its events."""
    return _told(*_sync(environment, files, **options))


def reported(environment: str, files: list[str]) -> list[str]:
    """In the worker: what is in pip's report of one."""
    result, _ = _sync(environment, files)
    return sorted(item["metadata"]["name"] for item in result.to_pip_report()["install"])


def _sync(environment: str, files: list[str], **options: Any) -> tuple[Any, list[str]]:
    import uvffi

    kinds: list[str] = []
    result = uvffi.Environment(environment).sync(*files, progress=lambda event: kinds.append(event.kind), **options)
    return result, kinds


def _told(result: Any, kinds: list[str]) -> dict[str, Any]:
    return {"changes": [str(change) for change in result.changes], "kinds": kinds, "route": result.route}


def test_what_it_tells(worker: Worker, venv: Path, locks: tuple[str, str]) -> None:
    told = worker.call(sync, environment=str(venv), files=["one.txt"])
    assert told["changes"] == ["installed alpha 1.0", "installed kinds 1.0", "installed single 1.0"]
    told = worker.call(sync, environment=str(venv), files=["other.txt"])
    assert told["route"] == "resident"
    assert told["changes"] == [
        "upgraded alpha 1.0 -> 2.0",
        "upgraded kinds 1.0 -> 2.0",
        "installed lonely 1.0",
        "uninstalled single 1.0",
    ]
    assert told["kinds"][0] == "resolving"
    assert told["kinds"][-2:] == ["committed", "finished"]
    assert installed(site_packages(venv)) == {"alpha": "2.0", "kinds": "2.0", "lonely": "1.0"}
    assert worker.call(reported, environment=str(venv), files=["one.txt"]) == ["alpha", "kinds", "single"]


def test_to_and_fro_is_what_a_fresh_uv_gives(
    worker: Worker, env: dict[str, str], venv: Path, locks: tuple[str, str], tmp_path: Path
) -> None:
    """After some turns each is a remembered swap, for which nothing is resolved."""
    fresh = {name: make_venv(tmp_path / f"fresh-{name}", env) for name in locks}
    for name, path in fresh.items():
        must_uv(["pip", "sync", "--python", str(path), name], env, tmp_path)
    expected = {name: snapshot(site_packages(path), normal_text) for name, path in fresh.items()}
    remembered = dict.fromkeys(locks, 0)
    for turn in range(12):
        for name in locks:
            # What the last change left to do must be done, or the long way is taken again.
            time.sleep(0.1)
            told = worker.call(sync, environment=str(venv), files=[name])
            assert told["route"] == "resident"
            assert len(told["changes"]) == (3 if (turn, name) == (0, "one.txt") else 4)
            remembered[name] += told["kinds"] == ["finished"]
            assert snapshot(site_packages(venv), normal_text) == expected[name]
        if turn >= 3 and min(remembered.values()) >= 2:
            break
    assert min(remembered.values()) >= 2 or "UVFFI_PARANOID" in env, remembered


def test_packages_that_share_a_directory(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Parts of one namespace, now the one and now the other."""
    for name in ("ns-one", "ns-two"):
        (tmp_path / name).write_text(f"{name}==1.0\n")
        fresh = make_venv(tmp_path / f"fresh-{name}", env)
        must_uv(["pip", "sync", "--python", str(fresh), name], env, tmp_path)
    for _ in range(3):
        for name in ("ns-one", "ns-two"):
            assert worker.call(sync, environment=str(venv), files=[name])["route"] == "resident"
            expected = snapshot(site_packages(tmp_path / f"fresh-{name}"), normal_text)
            assert snapshot(site_packages(venv), normal_text) == expected


def test_a_stranger_between_two_turns_goes(
    worker: Worker, env: dict[str, str], venv: Path, locks: tuple[str, str], tmp_path: Path
) -> None:
    """A name that comes new to a state that is remembered is not overlooked: it belongs to all that is installed."""
    for name in locks * 4:
        worker.call(sync, environment=str(venv), files=[name])
    must_uv(["pip", "install", "--python", str(venv), "shared==1.0"], env, tmp_path)
    told = worker.call(sync, environment=str(venv), files=["one.txt"])
    assert "uninstalled shared 1.0" in told["changes"]
    assert installed(site_packages(venv)) == {"alpha": "1.0", "kinds": "1.0", "single": "1.0"}


def test_nothing_to_do_is_remembered(
    worker: Worker, env: dict[str, str], venv: Path, locks: tuple[str, str], tmp_path: Path
) -> None:
    """As long as all that is installed, the file and what the seeds depend on are as they were."""
    words = ["pip", "sync", "--python", str(venv), "one.txt"]

    def ask() -> tuple[bool, list[str]]:
        # What was written a moment ago is not trusted yet.
        time.sleep(0.1)
        data, remembered = worker.call(answer, words=words)
        assert data["exit_code"] == 0, data["stderr"]
        return remembered, [change["name"] for change in data["changes"]]

    assert ask() == (COMPUTED, ["alpha", "kinds", "single"])
    assert ask() == (COMPUTED, [])
    assert ask() == (REMEMBERED, [])
    # Another name comes: nobody asked for it, so it goes.
    must_uv(["pip", "install", "--python", str(venv), "lonely"], env, tmp_path)
    assert ask() == (COMPUTED, ["lonely"])
    assert ask() == (COMPUTED, [])
    assert ask() == (REMEMBERED, [])
    # One is gone.
    must_uv(["pip", "uninstall", "--python", str(venv), "kinds"], env, tmp_path)
    assert ask()[1] == ["kinds"]
    # Another version of it.
    must_uv(["pip", "install", "--python", str(venv), "alpha==2.0"], env, tmp_path)
    assert ask()[1] == ["alpha"]
    assert ask()[1] == ask()[1] == []
    # The file asks for something else.
    (tmp_path / "one.txt").write_text("alpha==1.0\nkinds==1.0\n")
    assert ask() == (COMPUTED, ["single"])
    assert ask()[1] == ask()[1] == []
    assert ask() == (REMEMBERED, [])


def test_whether_seeds_stay_is_looked_at(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """An environment of another tool keeps its seeds; the same, once it is uv's, does not."""
    (tmp_path / "one.txt").write_text("alpha==1.0\n")
    config = venv / "pyvenv.cfg"
    uvs = config.read_text()
    must_uv(["pip", "install", "--python", str(venv), "alpha==1.0"], env, tmp_path)
    info = site_packages(venv) / "pip-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pip\nVersion: 1.0\n")
    (info / "RECORD").write_text("pip-1.0.dist-info/METADATA,,\npip-1.0.dist-info/RECORD,,\n")
    config.write_text("".join(line for line in uvs.splitlines(True) if not line.startswith("uv")))
    words = ["pip", "sync", "--python", str(venv), "one.txt"]
    time.sleep(0.1)
    answers = [worker.call(answer, words=words) for _ in range(2)]
    assert [(data["changes"], remembered) for data, remembered in answers] == [([], COMPUTED), ([], REMEMBERED)]
    config.write_text(uvs)
    data, _ = worker.call(answer, words=words)
    assert [change["name"] for change in data["changes"]] == ["pip"]


@pytest.mark.parametrize("mode", ["files-500", "files-404", "cut"])
def test_half_way_is_no_way(mode: str, worker: Worker, venv: Path, server: IndexServer, tmp_path: Path) -> None:
    """A download that fails leaves all as it was: what was to go is still there, nothing has come."""
    (tmp_path / "one.txt").write_text(ONE)
    (tmp_path / "more.txt").write_text("alpha==2.0\nlonely==1.0\n")
    worker.call(sync, environment=str(venv), files=["one.txt"])
    before = snapshot(venv, normal_text)
    index = ["--index-url", server.simple("main", mode), "--cache-dir", str(tmp_path / "fresh")]
    told = worker.call(calls.run, command=["pip", "sync", "--python", str(venv), "more.txt", *index])
    assert told["exit_code"] != 0
    assert (told["route"], told["changes"]) == ("resident", [])
    assert snapshot(venv, normal_text) == before


def test_a_wheel_that_can_not_be_unpacked_is_no_way(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """The others are prepared by then."""
    (tmp_path / "one.txt").write_text(ONE)
    (tmp_path / "more.txt").write_text("alpha==2.0\nbroken-cut-short==1.0\nlonely==1.0\n")
    worker.call(sync, environment=str(venv), files=["one.txt"])
    before = snapshot(venv, normal_text)
    told = worker.call(calls.run, command=["pip", "sync", "--python", str(venv), "more.txt"])
    assert told["exit_code"] == 1
    assert "broken-cut-short" in told["stderr"]
    assert told["changes"] == []
    assert snapshot(venv, normal_text) == before


def use(environment: str) -> list[Any]:
    """In the worker: options, confirmation, plans and errors."""
    import uvffi

    env = uvffi.Environment(environment)
    told: list[Any] = []
    shown: list[str] = []

    def ask(plan: uvffi.Plan) -> bool:
        shown.extend(str(change) for change in plan.changes)
        return len(shown) > 1

    try:
        env.sync("a.txt", confirm=ask)
    except uvffi.PlanRefusedError as error:
        told.append(error.code)
    told.append(len(env.packages))
    env.sync("a.txt", "b.txt", confirm=ask, constraints="c.txt", durable=True)
    told.append({name: package.version for name, package in env.packages.items()})
    env.sync("empty.txt", confirm=lambda plan: True)
    told.append(len(env.packages))
    told.append([str(change) for change in env.sync("empty.txt", allow_empty_requirements=True).changes])
    told.append(env.history()[-1].request.split()[:2])
    env.undo()
    told.append(sorted(env.packages))
    for files, code in ((["no-such.txt"], "file-not-found"), ([], "usage")):
        try:
            env.sync(*files)
        except uvffi.CommandError as error:
            told.append(error.code == code or error.code)
    try:
        env.sync("a.txt", upgrade=True)  # type: ignore[call-arg]
    except TypeError as error:
        told.append(str(error))
    return told


def test_as_a_method(worker: Worker, venv: Path, tmp_path: Path) -> None:
    files = {"a.txt": "alpha\n", "b.txt": "lonely==1.0\n", "c.txt": "alpha<2\n", "empty.txt": ""}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert worker.call(use, environment=str(venv)) == [
        "plan-refused",
        0,
        {"alpha": "1.1", "lonely": "1.0"},
        2,
        ["uninstalled alpha 1.1", "uninstalled lonely 1.0"],
        ["pip", "sync"],
        ["alpha", "lonely"],
        True,
        True,
        "there is no option 'upgrade' of `Environment.sync`: `uvffi.SyncOptions` lists them; give other flags of uv as"
        " `args=['--upgrade']`",
    ]


def changed_plan(environment: str) -> list[str]:
    """In the worker: what was confirmed is not what would be done any more, or is nothing at first."""
    import uvffi

    env = uvffi.Environment(environment)
    told = []
    for before, after in (("alpha==1.0\n", ""), ("", "alpha==1.0\n"), ("alpha==1.0\n", "alpha==2.0\n")):
        Path("p.txt").write_text(before)

        def change(plan: uvffi.Plan, after: str = after) -> bool:
            Path("p.txt").write_text(after)
            return True

        if before:
            try:
                env.sync("p.txt", confirm=change)
            except uvffi.PlanChangedError as error:
                told.append(error.code)
        else:
            from uvffi._arguments import sync
            from uvffi._plan import plan

            shown = plan(sync(environment, ["p.txt"], (), {}))
            told.append(str(bool(shown)))
            shown.apply()
            Path("p.txt").write_text(after)
            try:
                shown.apply()
            except uvffi.PlanChangedError as error:
                told.append(error.code)
    return [*told, *env.packages]


def test_nothing_else_than_planned(worker: Worker, venv: Path) -> None:
    told = worker.call(changed_plan, environment=str(venv))
    assert told == ["plan-changed", "False", "plan-changed", "plan-changed"]


def use_async(environment: str) -> list[Any]:
    """In the worker."""
    import uvffi

    async def main() -> list[Any]:
        env = uvffi.Environment(environment)
        result = await env.aio.sync("a.txt", confirm=lambda plan: len(plan.changes) == 1, timeout=60)
        return [[str(change) for change in result.changes], sorted(env.packages)]

    return asyncio.run(main())


def test_async(worker: Worker, venv: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("lonely==1.0\n")
    assert worker.call(use_async, environment=str(venv)) == [["installed lonely 1.0"], ["lonely"]]


def test_a_broken_one_goes_or_is_mended(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """Half of a distribution is no state that is remembered."""
    (tmp_path / "one.txt").write_text("alpha==1.0\nlonely==1.0\n")
    (tmp_path / "other.txt").write_text("alpha==2.0\n")
    for _ in range(3):
        worker.call(sync, environment=str(venv), files=["one.txt"])
        (site_packages(venv) / "alpha-1.0.dist-info" / "METADATA").unlink()
        shutil.rmtree(site_packages(venv) / "lonely")
        (site_packages(venv) / "lonely-1.0.dist-info" / "METADATA").unlink()
        told = worker.call(sync, environment=str(venv), files=["other.txt"])
        assert told["changes"] == ["upgraded alpha 1.0 -> 2.0", "uninstalled lonely 1.0"]
        assert installed(site_packages(venv)) == {"alpha": "2.0"}
