"""The watcher's thread: its settings and states, where the system refuses, and what it leaves behind."""

from __future__ import annotations

import importlib
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.worker import ROOT, Worker

from . import calls, outside, readers
from .test_fork import forked

pytestmark = [
    pytest.mark.timeout(60),
    # The workers fork with threads on purpose.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


def test_on_request(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """All that the engine knows, and what it comes to know; then what is named; then nothing."""
    other = make_venv(tmp_path / "other", env)
    one, two = str(site_packages(venv)), str(site_packages(other))
    worker.call(readers.versions, environment=str(venv))
    worker.call(readers.start)
    assert worker.call(readers.watcher) == {
        "state": "watching",
        "roots": [one],
        "reason": None,
        "debounce_ms": 40,
        "readers": 0,
        "batches": 0,
        "last_trouble": None,
    }
    worker.call(readers.versions, environment=str(other))
    time.sleep(1.5)
    assert worker.call(readers.watcher)["roots"] == sorted([one, two])
    outside.put(site_packages(other), "some", "1.0")
    time.sleep(0.3)
    assert worker.call(readers.watcher)["batches"] >= 1
    worker.call(readers.start, settings={"roots": [two], "debounce": 100})
    time.sleep(0.5)
    told = worker.call(readers.watcher)
    assert (told["roots"], told["debounce_ms"]) == ([two], 100)
    worker.call(readers.stop)
    assert worker.call(readers.watcher)["state"] == "off"
    worker.call(readers.stop)


def generation(root: str) -> int:
    """In the worker: of one directory, as known without a look."""
    import uvffi

    (number,) = [one["generation"] for one in uvffi.status()["roots"] if one["path"] == root]
    return int(number)


def test_keeps_warm(worker: Worker, venv: Path) -> None:
    """Nobody asks for anything: the engine has seen the change all the same."""
    root = site_packages(venv)
    worker.call(readers.versions, environment=str(venv))
    before = worker.call(generation, root=str(root))
    outside.put(root, "unseen", "1.0")
    time.sleep(0.4)
    assert worker.call(generation, root=str(root)) == before
    worker.call(readers.start)
    outside.put(root, "seen", "1.0")
    time.sleep(0.4)
    assert worker.call(generation, root=str(root)) >= before + 2


def test_one_thread(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    other = make_venv(tmp_path / "other", env)
    assert worker.call(readers.threads) == 0
    worker.call(readers.start)
    worker.call(readers.begin, names=["one", "two"], environment=str(venv))
    worker.call(readers.begin, names=["three"], environment=str(other))
    assert worker.call(readers.threads) == 1
    worker.call(readers.stop)
    for name in ("one", "two", "three"):
        assert worker.call(readers.threads) == 1
        worker.call(readers.close, name=name)
    assert worker.call(readers.watcher_in, state="off")["readers"] == 0
    assert worker.call(readers.threads) == 0


def test_dead(worker: Worker, venv: Path) -> None:
    """The engine forgets, status says so, and the next wish starts another thread."""
    install = f"pip install --python {venv} alpha==1.0"
    worker.call(calls.run, command=install)
    worker.call(readers.start)
    epoch = worker.call(readers.epoch)
    assert worker.call(readers.kill) == 1
    told = worker.call(readers.watcher_in, state="dead")
    assert (told["state"], told["reason"], told["last_trouble"]) == ("dead", "SystemExit", "SystemExit")
    assert worker.call(readers.epoch) > epoch
    outside.put(site_packages(venv), "other", "1.0")
    assert worker.call(readers.versions, environment=str(venv)) == {"alpha": "1.0", "other": "1.0"}
    assert worker.call(calls.run, command=install)["changes"] == []
    worker.call(readers.start)
    told = worker.call(readers.watcher)
    assert (told["state"], told["reason"], told["last_trouble"]) == ("watching", None, "SystemExit")


def test_dies_under_its_readers(worker: Worker, venv: Path) -> None:
    """They notice, start another, and miss nothing."""
    root = site_packages(venv)
    names = ["one", "two", "three"]
    worker.call(readers.begin, names=names, environment=str(venv))
    for turn in range(4):
        assert worker.call(readers.kill) == 1
        outside.put(root, f"name-{turn}", "1.0")
        for name in names:
            told = worker.call(readers.told, name=name, count=turn + 1)
            assert [change["what"] for change in told[turn:]] == [f"installed name-{turn} 1.0"]
        assert worker.call(readers.watcher_in, state="watching")["readers"] == 3
        time.sleep(0.1)
    assert worker.call(readers.threads) == 1


def read_forked(environment: str, root: str) -> Any:
    """In the worker: a watch goes on in a forked child, and in its parent."""
    import uvffi

    watch = uvffi.Environment(environment).watch(timeout=3)

    def child() -> list[Any]:
        told: list[Any] = [uvffi.status()["watcher"]["state"], readers.threads()]
        outside.put(Path(root), "from-child", "1.0")
        told.append(str(next(watch)))
        told.append([uvffi.status()["watcher"]["state"], readers.threads()])
        with uvffi.Environment(environment).watch(timeout=3) as fresh:
            outside.put(Path(root), "again", "1.0")
            told.append(str(next(fresh)))
        watch.close()
        return told

    told = forked(child)
    # Asked while somebody reads: afterwards the thread may be gone.
    with watch:
        return [told, [str(next(watch)), str(next(watch))], readers.watcher()["state"]]


def test_fork(worker: Worker, venv: Path) -> None:
    told, parent, state = worker.call(read_forked, environment=str(venv), root=str(site_packages(venv)))
    assert told == ["off", 0, "installed from-child 1.0", ["watching", 1], "installed again 1.0"]
    assert sorted(parent) == ["installed again 1.0", "installed from-child 1.0"]
    assert state == "watching"


def two_copies(copy: str, environment: str) -> list[Any]:
    """In the worker: a copy of the package under another name, with the same library."""
    import uvffi

    sys.path.insert(0, copy)
    other: Any = importlib.import_module("vendored_uvffi")

    told: list[Any] = []
    watches = [package.Environment(environment).watch(timeout=3) for package in (uvffi, other)]
    told.append([package.status()["watcher"]["readers"] for package in (uvffi, other)])
    told.append(readers.threads())
    outside.put(next(Path(environment).glob("lib/python*/site-packages")), "shared", "1.0")
    told.append([str(next(watch)) for watch in watches])
    told.append([type(watch).__module__.partition(".")[0] for watch in watches])
    for watch in watches:
        watch.close()
    sys.modules["watchfiles"] = None  # type: ignore[assignment]
    try:
        other.Environment(environment).watch()
    except other.WatcherError as error:
        told.append(isinstance(error, uvffi.WatcherError))
    return told


def test_copies_share_it(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """One thread for all copies of the package that share a library; errors are each copy's own."""
    copy = tmp_path / "copies" / "vendored_uvffi"
    ignored = shutil.ignore_patterns("__pycache__", "libuvffi.*", "uvffi-launcher")
    shutil.copytree(ROOT / "uvffi", copy, ignore=ignored)
    for name in ("libuvffi.so", "libuvffi.dylib", "uvffi-launcher"):
        if (ROOT / "uvffi" / name).exists():
            (copy / name).symlink_to(ROOT / "uvffi" / name)
    told = worker.call(two_copies, copy=str(copy.parent), environment=str(venv))
    assert told == [[2, 2], 1, ["installed shared 1.0"] * 2, ["uvffi", "vendored_uvffi"], False]
