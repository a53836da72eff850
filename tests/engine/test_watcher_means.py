"""Where the system gives no notifications, or there is nothing to ask it with."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import site_packages
from tests.support.worker import Worker

from . import outside, readers

pytestmark = pytest.mark.timeout(60)


def test_polling(worker: Worker, venv: Path) -> None:
    """No notifications: some looks a second."""
    worker.call(readers.begin, names=["one"], environment=str(venv), options={"polling": True})
    for turn in range(4):
        began = time.monotonic()
        outside.put(site_packages(venv), f"polled-{turn}", "1.0")
        change = worker.call(readers.told, name="one", count=turn + 1)[turn]
        assert change["what"] == f"installed polled-{turn} 1.0"
        assert change["at"] - began < 0.5
    told = worker.call(readers.watcher)
    assert (told["state"], told["reason"], told["batches"]) == ("polling", None, 0)
    # With a reader that wants them there are notifications.
    worker.call(readers.begin, names=["two"], environment=str(venv))
    assert worker.call(readers.watcher)["state"] == "watching"


def without_inotify() -> str:
    """In the worker, before anything else: a user namespace in which there are no inotify instances."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x10000000) != 0:  # CLONE_NEWUSER
        return f"no user namespace can be made: {os.strerror(ctypes.get_errno())}"
    try:
        Path("/proc/sys/user/max_inotify_instances").write_text("0")
    except OSError as error:
        return f"the limit can't be set: {error}"
    return ""


def without_descriptors(environment: str) -> list[Any]:
    """In the worker: a watch begins when there are no descriptors for a notifier; what refusing it says; its state."""
    import resource

    import uvffi

    env = uvffi.Environment(environment)
    len(env.packages)
    import watchfiles._rust_notify  # noqa: F401

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
        while True:
            try:
                taken.append(os.dup(0))
            except OSError:
                break
        os.close(taken.pop())
        told = refused(environment)
        readers.begin(["one"], environment)
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    return told


def refused(environment: str) -> list[Any]:
    """In the worker: what a watch says that takes no polling."""
    import uvffi

    try:
        uvffi.Environment(environment).watch(polling=False)
    except uvffi.WatcherError as error:
        return [error.code, isinstance(error, RuntimeError), error.message, list(error.hints)]
    return []


@pytest.mark.parametrize("lack", ["instances", "descriptors"])
def test_limits_used_up(worker: Worker, venv: Path, lack: str) -> None:
    """Looks every now and then take their place, status says why, and who can't do with that is told."""
    if lack == "instances":
        reason = worker.call(without_inotify)
        if reason:
            pytest.skip(reason)
        told = worker.call(refused, environment=str(venv))
        worker.call(readers.begin, names=["one"], environment=str(venv))
    else:
        told = worker.call(without_descriptors, environment=str(venv))
    code, is_builtin, message, hints = told
    assert (code, is_builtin) == ("watcher-unavailable", True)
    assert "Too many open files" in message
    assert "polling=True" in hints[0]
    state = worker.call(readers.watcher)
    assert state["state"] == "polling"
    assert "Too many open files" in state["reason"]
    for turn in range(3):
        outside.put(site_packages(venv), f"name-{turn}", "1.0")
        told = worker.call(readers.told, name="one", count=turn + 1)
        assert [change["what"] for change in told[turn:]] == [f"installed name-{turn} 1.0"]


def retry_soon() -> None:
    """In the worker: for the test's own patience."""
    from uvffi._watching import lookout

    lookout.RETRY = 1.0


def test_notifications_come_back(worker: Worker, venv: Path) -> None:
    """What was refused for want of descriptors is tried again after some time."""
    worker.call(retry_soon)
    worker.call(without_descriptors, environment=str(venv))
    assert worker.call(readers.watcher)["state"] == "polling"
    told = worker.call(readers.watcher_in, state="watching")
    assert (told["state"], told["reason"]) == ("watching", None)
    assert "Too many open files" in told["last_trouble"]


def without_watchfiles(environment: str) -> list[Any]:
    """In the worker: `watchfiles` can't be imported."""
    import uvffi

    sys.modules["watchfiles"] = None  # type: ignore[assignment]
    told: list[Any] = []
    for work in (uvffi.Environment(environment).watch, uvffi.start_watching):
        try:
            work()
        except uvffi.WatcherError as error:
            told.append([error.code, "watchfiles" in error.message, "pip install watchfiles" in error.hints[0]])
    with uvffi.Environment(environment).watch(polling=True, timeout=2) as watch:
        outside.put(next(Path(environment).glob("lib/python*/site-packages")), "polled", "1.0")
        told.append(str(next(watch)))
    return told


def test_without_watchfiles(worker: Worker, venv: Path) -> None:
    missing = ["watcher-unavailable", True, True]
    assert worker.call(without_watchfiles, environment=str(venv)) == [missing, missing, "installed polled 1.0"]


def close_descriptors() -> int:
    """In the worker: everything above 2 but the pipes to the tests; how many that were."""
    kept = {number for number in os.listdir("/proc/self/fd") if kind_of(number).startswith("pipe:")}
    closed = [int(number) for number in os.listdir("/proc/self/fd") if number not in {*kept, "0", "1", "2"}]
    for number in closed:
        # One of them was the listing's own.
        with contextlib.suppress(OSError):
            os.close(number)
    return len(closed)


def kind_of(number: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are looked at through /proc")
def test_descriptors_closed(worker: Worker, venv: Path) -> None:
    """A host that closes whatever it doesn't know: other notifications are asked for, and status says why."""
    worker.call(readers.begin, names=["one"], environment=str(venv))
    assert worker.call(close_descriptors) > 3
    for turn in range(3):
        outside.put(site_packages(venv), f"name-{turn}", "1.0")
        told = worker.call(readers.told, name="one", count=turn + 1)
        assert [change["what"] for change in told[turn:]] == [f"installed name-{turn} 1.0"]
        time.sleep(0.5)
    state = worker.call(readers.watcher)
    assert (state["state"], state["reason"]) == ("watching", None)
    assert "closed by somebody else" in state["last_trouble"]
    assert state["batches"] >= 1, "there are notifications again"
