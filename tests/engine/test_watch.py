"""Readers of changes: who made what of what, once each, soon, and whatever becomes of the watched directories."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.interpreters import interpreters
from tests.support.judge import must_uv
from tests.support.worker import Worker

from . import calls, outside, readers

pytestmark = pytest.mark.timeout(60)


def begin(worker: Worker, environment: Path, *names: str, **options: Any) -> None:
    worker.call(readers.begin, names=list(names or ("one",)), environment=str(environment), options=options)


def heard(worker: Worker, count: int, name: str = "one") -> list[str]:
    """What a reader was told, once there are so many changes."""
    return [change["what"] for change in worker.call(readers.told, name=name, count=count)]


def net(changes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Name, version before and after, and by whom. A swap that was seen halfway is one all the same."""
    folded: dict[str, tuple[Any, ...]] = {}
    for change in changes:
        name, (before, after) = change["name"], change["versions"]
        if name in folded:
            assert folded[name][2] == before, f"{change['what']} after {folded[name]}"
            before = folded.pop(name)[1]
        folded[name] = (name, before, after, change["by"])
    return sorted(folded.values())


def test_everybody(worker: Worker, env: dict[str, str], venv: Path, wheels: Path, tmp_path: Path) -> None:
    """The engine, uv, pip and bare hands: what, from which version to which, where, and whether it was the engine."""
    root = site_packages(venv)
    begin(worker, venv)
    told = 0

    def hear(*wanted: tuple[Any, ...]) -> None:
        nonlocal told
        deadline = time.monotonic() + 10
        while True:
            changes = worker.call(readers.told, name="one", count=told + 1)
            if net(changes[told:]) == list(wanted) or time.monotonic() > deadline:
                break
        assert net(changes[told:]) == list(wanted)
        assert {change["site_packages"] for change in changes} == {str(root)}
        told = len(changes)

    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    hear(("alpha", None, "1.0", "engine"))
    worker.call(calls.run, command=f"pip install --python {venv} alpha==2.0")
    hear(("alpha", "1.0", "2.0", "engine"))
    must_uv(["pip", "install", "--python", str(venv), "lonely"], env, tmp_path)
    hear(("lonely", None, "1.0", "other"))
    must_uv(["pip", "install", "--python", str(venv), "alpha==1.1"], env, tmp_path)
    hear(("alpha", "2.0", "1.1", "other"))
    pip = [sys.executable, "-m", "pip", "--python", str(venv), "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "install", "--no-index", str(wheels / "single-1.0-py3-none-any.whl")], env=env, check=True)
    hear(("single", None, "1.0", "other"))
    outside.put(root, "by-hand", "0.1")
    hear(("by-hand", None, "0.1", "other"))
    outside.remove(root, "by-hand", "0.1")
    hear(("by-hand", "0.1", None, "other"))
    worker.call(calls.run, command=f"pip uninstall --python {venv} alpha lonely single")
    hear(
        ("alpha", "1.1", None, "engine"),
        ("lonely", "1.0", None, "engine"),
        ("single", "1.0", None, "engine"),
    )
    assert len(worker.call(readers.quiet, name="one")) == told
    assert worker.call(readers.close, name="one") == "over"


def test_through_the_child(worker: Worker, venv: Path) -> None:
    """A call that uv's own process answers is the engine's as well."""
    begin(worker, venv)
    answer = worker.call(calls.run, command=f"pip install --python {venv} --preview alpha==1.0")
    assert answer["route"] == "child"
    (change,) = worker.call(readers.told, name="one", count=1)
    assert (change["what"], change["by"]) == ("installed alpha 1.0", "engine")


def test_soon(worker: Worker, venv: Path) -> None:
    """From the change to the reader, with default settings, one after another."""
    root = site_packages(venv)
    begin(worker, venv)
    waits = []
    for turn in range(20):
        time.sleep(0.05)
        began = time.monotonic()
        outside.put(root, "soon", f"{turn}.0")
        waits.append(worker.call(readers.told, name="one", count=2 * turn + 1)[-1]["at"] - began)
        outside.remove(root, "soon", f"{turn}.0")
        heard(worker, 2 * turn + 2)
    assert worker.call(readers.watcher)["state"] == "watching"
    assert statistics.median(waits) < 0.1, waits


def test_began_when_it_returns(worker: Worker, venv: Path) -> None:
    assert worker.call(change_at_once, environment=str(venv), root=str(site_packages(venv))) == [
        f"installed at-once {turn}" for turn in range(30)
    ]


def change_at_once(environment: str, root: str) -> list[str]:
    """In the worker: nothing lies between the beginning and the change."""
    import uvffi

    told = []
    for turn in range(30):
        with uvffi.Environment(environment).watch(timeout=2) as watch:
            outside.put(Path(root), "at-once", str(turn))
            told.append(str(next(watch)))
        outside.remove(Path(root), "at-once", str(turn))
    return told


def test_many_readers(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Each sees all of its environment, in one order, each change once, and nothing of the other environment."""
    other = make_venv(tmp_path / "other", env)
    here, there = site_packages(venv), site_packages(other)
    names = [f"reader-{at}" for at in range(8)]
    begin(worker, venv, *names)
    begin(worker, other, "other")
    assert worker.call(readers.watcher)["readers"] == 9
    expected = []
    for turn in range(25):
        outside.put(here, f"name-{turn}", "1.0")
        expected.append(f"installed name-{turn} 1.0")
        outside.put(there, f"other-{turn}", "1.0")
    last = worker.call(readers.told, name=names[0], count=25)
    for name in names:
        told = worker.call(readers.told, name=name, count=25)
        assert [change["what"] for change in told] == [change["what"] for change in last]
        assert sorted(change["what"] for change in told) == sorted(expected)
    assert sorted(heard(worker, 25, "other")) == sorted(f"installed other-{turn} 1.0" for turn in range(25))
    for name in (*names, "other"):
        assert worker.call(readers.close, name=name) == "over"
    assert worker.call(readers.watcher_in, state="off")["readers"] == 0


def leave(environment: str) -> list[list[int]]:
    """In the worker: each way to leave a watch, and the readers that are counted before and after."""
    import gc

    import uvffi

    env = uvffi.Environment(environment)

    def count() -> int:
        readers: int = uvffi.status()["watcher"]["readers"]
        return readers

    told = []
    watch = env.watch()
    told.append([count()])
    watch.close()
    watch.close()
    told[-1].append(count())
    watch = env.watch()
    told.append([count()])
    del watch
    gc.collect()
    told[-1].append(count())
    with env.watch() as watch:
        told.append([count()])
    told[-1].append(count())
    for _ in env.watch(timeout=0.05):
        pass
    told.append([count()])
    told.append([len(list(watch)), len(list(env.watch(timeout=0)))])
    return told


def test_leaving(worker: Worker, venv: Path) -> None:
    assert worker.call(leave, environment=str(venv)) == [[1, 0], [1, 0], [1, 0], [0], [0, 0]]
    assert worker.call(readers.watcher_in, state="off")["roots"] == []


def ends(environment: str) -> list[Any]:
    """In the worker: what ends a wait, and after how long."""
    import signal
    import threading

    import uvffi

    env = uvffi.Environment(environment)
    told: list[Any] = []
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    told.append([len(list(env.watch(stop=stop))), time.monotonic() - began])
    began = time.monotonic()
    told.append([len(list(env.watch(stop=stop))), time.monotonic() - began])
    began = time.monotonic()
    told.append([len(list(env.watch(timeout=0.3))), time.monotonic() - began])
    watch = env.watch()
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    try:
        next(watch)
    except KeyboardInterrupt:
        told.append([0, time.monotonic() - began])
    threading.Timer(0.3, watch.close).start()
    began = time.monotonic()
    told.append([len(list(watch)), time.monotonic() - began])
    return told


def test_what_ends_a_wait(worker: Worker, venv: Path) -> None:
    stopped, before, over, interrupted, closed = worker.call(ends, environment=str(venv))
    assert before[1] < 0.2
    for count, took in (stopped, over, interrupted, closed):
        assert count == 0
        assert 0.25 < took < 0.6


def test_half_written(worker: Worker, venv: Path) -> None:
    """A dist-info that is filled after it appeared is one change, told once it is whole."""
    root = site_packages(venv)
    begin(worker, venv)
    place = outside.metadata(root, "half", "1.0")
    place.mkdir()
    (place / "METADATA").write_text("Metadata-Version: 2.1\n")
    assert worker.call(readers.quiet, name="one", seconds=0.4) == []
    began = time.monotonic()
    outside.fill(place, "half", "1.0")
    (change,) = worker.call(readers.told, name="one", count=1)
    assert change["what"] == "installed half 1.0"
    assert change["at"] - began < 0.6, "looked at again every half second at least"
    assert len(worker.call(readers.quiet, name="one")) == 1


def test_gone_and_back(worker: Worker, venv: Path) -> None:
    """The environment is moved away, its parent unwatched, and comes back; then it is another one in its place."""
    root = site_packages(venv)
    outside.put(root, "kept", "1.0")
    begin(worker, venv)
    away = venv.with_name("away")
    venv.rename(away)
    assert heard(worker, 1) == ["uninstalled kept 1.0"]
    outside.put(site_packages(away), "meanwhile", "1.0")
    away.rename(venv)
    assert heard(worker, 3)[1:] == ["installed kept 1.0", "installed meanwhile 1.0"]
    shutil.copytree(venv, away, symlinks=True)
    shutil.rmtree(venv)
    assert sorted(heard(worker, 5)[3:]) == ["uninstalled kept 1.0", "uninstalled meanwhile 1.0"]
    shutil.rmtree(outside.metadata(site_packages(away), "kept", "1.0"))
    away.rename(venv)
    assert heard(worker, 6)[5:] == ["installed meanwhile 1.0"]
    outside.put(root, "at-last", "1.0")
    assert heard(worker, 7)[6:] == ["installed at-last 1.0"]
    assert worker.call(readers.watcher)["state"] == "watching"


def test_made_anew_with_another_python(worker: Worker, env: dict[str, str], tmp_path: Path) -> None:
    """Its site-packages is another directory then."""
    versions = sorted(interpreters(), key=lambda version: int(version.split(".")[1]))
    if len(versions) < 2:
        pytest.skip(f"two Python versions are needed, found {versions}; name more in UVFFI_PYTHONS")
    place = make_venv(tmp_path / "anew", env, versions[0])
    outside.put(site_packages(place), "old", "1.0")
    begin(worker, place)
    shutil.rmtree(place)
    make_venv(place, env, versions[-1])
    assert heard(worker, 1) == ["uninstalled old 1.0"]
    outside.put(site_packages(place), "new", "1.0")
    (_, change) = worker.call(readers.told, name="one", count=2)
    assert (change["what"], change["site_packages"]) == ("installed new 1.0", str(site_packages(place)))
    outside.put(site_packages(place), "newer", "1.0")
    assert heard(worker, 3)[2:] == ["installed newer 1.0"]
    assert worker.call(readers.watcher)["roots"] == [str(site_packages(place))]


def test_through_links(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Two paths of one environment: readers of both hear all."""
    link = tmp_path / "link"
    link.symlink_to(venv)
    begin(worker, venv, "one")
    begin(worker, link, "two")
    for turn in range(3):
        outside.put(site_packages(venv), "some", f"{turn}.0")
        outside.remove(site_packages(venv), "some", f"{turn}.0")
        outside.put(site_packages(venv), f"other-{turn}", "1.0")
        assert f"installed other-{turn} 1.0" in heard(worker, turn + 1)
    one, two = (
        {change["what"] for change in worker.call(readers.quiet, name=name, seconds=0.5)} for name in ("one", "two")
    )
    wanted = {f"installed other-{turn} 1.0" for turn in range(3)}
    assert wanted <= one and wanted <= two


def forget_between(environment: str, root: str, moves: int) -> list[str]:
    """In the worker: what a reader tells that was away while all was forgotten, or more happened than is kept."""
    import uvffi

    env = uvffi.Environment(environment)
    look = {"query": "changes", "site_packages": root, "since": None}
    with env.watch(timeout=0) as watch:
        place = outside.put(Path(root), "came", "0")
        if not moves:
            uvffi.invalidate()
        for turn in range(moves):
            calls.query(look)
            place = place.rename(outside.metadata(Path(root), "came", f"{turn + 1}"))
        told = [str(change) for change in watch]
    with env.watch(timeout=0) as watch:
        uvffi.invalidate(root)
        told += [str(change) for change in watch]
    return told


@pytest.mark.parametrize(("moves", "last"), [(0, "0"), (4500, "4500")])
def test_away_for_too_long(worker: Worker, venv: Path, moves: int, last: str) -> None:
    """Where the engine can't tell change by change, the reader tells how what is there differs from what was."""
    outside.put(site_packages(venv), "kept", "1.0")
    told = worker.call(forget_between, environment=str(venv), root=str(site_packages(venv)), moves=moves)
    assert told == [f"installed came {last}"]


def test_a_burst(worker: Worker, venv: Path) -> None:
    """More notifications than the system holds, while the process stands still: the reader sees how it ended."""
    import signal

    root = site_packages(venv)
    place = outside.put(root, "kept", "1.0")
    begin(worker, venv)
    away = root / ".away"
    worker.process.send_signal(signal.SIGSTOP)
    try:
        for _ in range(35_000):
            place.rename(away)
            away.rename(place)
        outside.put(root, "last", "1.0")
    finally:
        worker.process.send_signal(signal.SIGCONT)
    assert "installed last 1.0" in heard(worker, 1)
    told = [change["what"] for change in worker.call(readers.quiet, name="one", seconds=1)]
    assert sum(what.startswith("installed kept") for what in told) == told.count("uninstalled kept 1.0")
    outside.put(root, "later", "1.0")
    assert heard(worker, len(told) + 1)[-1] == "installed later 1.0"
