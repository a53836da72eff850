"""uv's lock of an environment: held during a change, waited for, and looked at again when its file was replaced."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.judge import run_uv
from tests.support.normalise import normal_stderr
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)
A_WHILE = 0.7
"""Seconds that are more than a call needs which need not wait."""


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock of a file, as another process would: this one has no part in the worker's."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock of this file now."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True


def finished(worker: Worker, name: str, wait: float) -> dict[str, Any] | None:
    answer: dict[str, Any] | None = worker.call(calls.outcome, name=name, wait=wait)
    return answer


def succeeded(worker: Worker, name: str) -> None:
    answer = finished(worker, name, 20)
    assert answer is not None, "it waits for a lock that nobody holds"
    assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_waits_and_does_not_fail(command: str, worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    before = {} if command == "install" else {"alpha": "2.0"}
    if before:
        worker.call(calls.run, command=f"pip install --python {venv} alpha")
    with locked(venv / ".lock"):
        worker.call(calls.start, name="change", command=f"pip {command} --python {venv} alpha")
        assert finished(worker, "change", A_WHILE) is None
        assert installed(site_packages(venv)) == before
        # Another environment need not wait.
        other = make_venv(tmp_path / "other", env)
        answer = worker.call(calls.run, command=f"pip install --python {other} alpha")
        assert (answer["exit_code"], answer["route"]) == (0, "resident")
        assert finished(worker, "change", 0) is None
    succeeded(worker, "change")
    assert installed(site_packages(venv)) == ({"alpha": "2.0"} if command == "install" else {})


def test_lock_file_is_replaced_while_waiting(worker: Worker, venv: Path) -> None:
    """A lock on a file that is no longer there excludes nobody: the new file is the one that counts."""
    lock, new = venv / ".lock", venv / ".lock-new"
    with contextlib.ExitStack() as second:
        with locked(lock):
            worker.call(calls.start, name="change", command=f"pip install --python {venv} alpha")
            assert finished(worker, "change", A_WHILE / 2) is None
            second.enter_context(locked(new))
            os.replace(new, lock)
            assert finished(worker, "change", A_WHILE / 2) is None
        assert finished(worker, "change", A_WHILE) is None, "the old file's lock was enough for it"
        assert installed(site_packages(venv)) == {}
    succeeded(worker, "change")
    assert installed(site_packages(venv)) == {"alpha": "2.0"}


def test_lock_file_is_removed_while_waiting(worker: Worker, venv: Path) -> None:
    with locked(venv / ".lock"):
        worker.call(calls.start, name="change", command=f"pip install --python {venv} alpha")
        assert finished(worker, "change", A_WHILE / 2) is None
        (venv / ".lock").unlink()
        succeeded(worker, "change")
    assert installed(site_packages(venv)) == {"alpha": "2.0"}


@pytest.mark.parametrize("place", ["venv", "target"])
def test_held_during_a_change(place: str, worker: Worker, venv: Path, server: IndexServer, tmp_path: Path) -> None:
    """So that uv, or another engine, has to wait for this one. The slow index leaves the time to look."""
    target = tmp_path / "target"
    words = f"--python {venv}" + (f" --target {target}" if place == "target" else "")
    lock = (venv if place == "venv" else target) / ".lock"
    index = server.simple("main", "slow")
    worker.call(calls.start, name="change", command=f"pip install --no-cache --index-url {index} {words} chain-6")
    seen_held = False
    deadline = time.monotonic() + 20
    while (answer := finished(worker, "change", 0.02)) is None and time.monotonic() < deadline:
        seen_held = seen_held or (lock.exists() and not is_free(lock))
    assert answer is not None and answer["exit_code"] == 0, answer
    assert answer["route"] == "resident"
    assert seen_held
    assert is_free(lock), "the change is over"


def test_lock_is_free_after_failures(worker: Worker, venv: Path, server: IndexServer) -> None:
    for words in (
        "no-such-thing",
        "broken-not-a-zip",
        f"--index-url {server.simple('main', '500')} alpha",
        "--dry-run alpha",
    ):
        answer = worker.call(calls.run, command=f"pip install --python {venv} {words}")
        assert (answer["exit_code"] != 0) == ("--dry-run" not in words)
        assert is_free(venv / ".lock"), words


def test_waits_no_longer_than_uv(env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Where uv gives up the lock and goes on without it, so does the call."""
    env = {**env, "UV_LOCK_TIMEOUT": "1"}
    words = ["pip", "install", "--python", str(venv), "alpha"]
    with locked(venv / ".lock"), Worker(env, tmp_path) as worker:
        answer = worker.call(calls.run, command=words, timeout=30)
        assert worker.printed() == ""
        run_uv(["pip", "uninstall", "-q", "--python", str(venv), "alpha"], env, tmp_path)
        judged = run_uv(words, env, tmp_path)
    assert answer["exit_code"] == judged.exit_code
    assert normal_stderr(answer["stderr"]) == normal_stderr(judged.stderr)
