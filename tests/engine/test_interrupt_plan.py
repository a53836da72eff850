"""A plan, and the one that `confirm=` shows, end like all other calls: by Ctrl-C, by a deadline, with their task."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls, waiting
from .test_aio import LIBRARIES, _cancelled_at, play
from .test_interrupt import LOADED, PROMISED

pytestmark = pytest.mark.timeout(90)


def struck(work: Callable[[Callable[[Any], None]], object]) -> float:
    """Seconds from a SIGINT, sent some time after the first event, to its KeyboardInterrupt in the caller."""
    sent: list[float] = []

    def send() -> None:
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    def progress(event: Any) -> None:
        if event.kind == "resolving":
            threading.Timer(0.1, send).start()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            work(progress)
        return time.monotonic() - sent[0]
    finally:
        signal.signal(signal.SIGINT, before)


def interrupted(library: str, environment: str, index: str) -> float:
    """In the worker: Ctrl-C while a plan is waited for, or awaited."""
    import uvffi

    env = uvffi.Environment(environment)

    async def main(progress: Any) -> None:
        await env.aio.plan("lonely", index_url=index, no_cache=True, progress=progress)

    if library == "none":
        return struck(lambda progress: env.plan("lonely", index_url=index, no_cache=True, progress=progress))
    return struck(lambda progress: play(library, main, progress))


@pytest.mark.parametrize("library", ["none", "asyncio", "trio"])
def test_ctrl_c(library: str, worker: Worker, venv: Path, server: IndexServer) -> None:
    """The loop is left by it, and nothing of the call is left."""
    asked: dict[str, Any] = {"library": library, "environment": str(venv), "index": server.simple("main", "hang")}
    worker.call(interrupted, **asked)
    threads = len(worker.call(waiting.thread_names, rest=2))
    seconds = [worker.call(interrupted, **asked) for _ in range(3)]
    assert min(seconds) <= PROMISED
    assert max(seconds) <= PROMISED + LOADED
    assert len(worker.call(waiting.thread_names, rest=2, at_most=threads)) <= threads
    assert worker.call(calls.run, command=f"pip install --python {venv} lonely")["exit_code"] == 0


def cancelled(library: str, environment: str, index: str) -> list[Any]:
    """In the worker: a task that awaits a plan is cancelled, while another one ticks."""
    import uvffi

    reached = threading.Event()
    found: list[Any] = []
    env = uvffi.Environment(environment)

    def progress(event: Any) -> None:
        if event.kind == "resolving":
            reached.set()

    async def main() -> None:
        work = lambda: env.aio.plan("lonely", index_url=index, no_cache=True, progress=progress)  # noqa: E731
        found.extend(await _cancelled_at(library, reached, work))

    play(library, main)
    return found


@pytest.mark.parametrize("library", LIBRARIES)
def test_cancellation(library: str, worker: Worker, venv: Path, server: IndexServer) -> None:
    asked: dict[str, Any] = {"library": library, "environment": str(venv), "index": server.simple("main", "hang")}
    worker.call(cancelled, **asked)
    threads = len(worker.call(waiting.thread_names, rest=2))
    ended, seconds, ticks = worker.call(cancelled, **asked)
    assert ended == ["Cancelled" if library.endswith("trio") else "CancelledError"]
    assert seconds < 0.5
    assert ticks >= 1
    assert len(worker.call(waiting.thread_names, rest=2, at_most=threads)) <= threads
    assert worker.call(calls.run, command=f"pip install --python {venv} lonely")["exit_code"] == 0


def late(environment: str, index: str) -> list[Any]:
    """In the worker: what deadlines come to, of a plan, of what `confirm` shows, and of what it was asked for."""
    import uvffi

    env = uvffi.Environment(environment)
    how: dict[str, Any] = {"index_url": index, "no_cache": True}
    shown: list[Any] = []

    def patient(plan: Any) -> bool:
        shown.append(str(plan))
        time.sleep(0.6)
        return True

    def confirmed() -> object:
        return env.install("lonely", confirm=shown.append, timeout=0.3, **how)

    works: list[Callable[[], object]] = [
        lambda: env.plan("lonely", timeout=0.3, **how),
        confirmed,
        lambda: asyncio.run(env.aio.plan("lonely", timeout=0.3, **how)),
        lambda: asyncio.run(env.aio.install("lonely", confirm=shown.append, timeout=0.3, **how)),
    ]
    found: list[Any] = []
    for work in works:
        before = time.monotonic()
        with pytest.raises(uvffi.TimedOutError) as caught:
            work()
        found.append([time.monotonic() - before - 0.3, "within its 0.3 s" in str(caught.value)])
    assert shown == []
    # The time that it takes to say yes is nobody's.
    env.install("lonely", confirm=patient, timeout=0.5)
    assert shown == ["Plan(installed lonely 1.0)"], shown
    return found


def test_deadline(worker: Worker, venv: Path, server: IndexServer) -> None:
    worker.call(calls.run, command="pip install --dry-run lonely")
    found = worker.call(late, environment=str(venv), index=server.simple("main", "hang"))
    assert all(told for _, told in found)
    seconds = [one for one, _ in found]
    assert min(seconds) <= PROMISED
    assert max(seconds) <= PROMISED + LOADED
    assert installed(site_packages(venv)) == {"lonely": "1.0"}


def split(environment: str, index: str) -> str:
    """In the worker: a deadline that the plan has used up but for a little: what is left is the change's."""
    import uvffi

    env = uvffi.Environment(environment)
    before = time.monotonic()
    env.plan("beta", index_url=index, no_cache=True)
    seconds = time.monotonic() - before
    with pytest.raises(uvffi.TimedOutError) as caught:
        env.install("beta", index_url=index, no_cache=True, confirm=lambda plan: True, timeout=1.5 * seconds)
    return str(caught.value)


def test_one_deadline_for_both(worker: Worker, venv: Path, server: IndexServer) -> None:
    worker.call(split, environment=str(venv), index=server.simple("main", "slow"))
    assert installed(site_packages(venv)) == {}


def followed(environment: str) -> list[list[str]]:
    """In the worker: the events of a plan, and of the same when it is remembered."""
    import uvffi

    kinds: list[list[str]] = []
    for _ in range(2):
        kinds.append([])
        plan = uvffi.Environment(environment).plan("beta", progress=lambda event: kinds[-1].append(event.kind))
        assert plan.digest
        assert [str(change) for change in plan.changes] == ["installed alpha 2.0", "installed beta 2.0"]
    return kinds


def test_progress(worker: Worker, venv: Path) -> None:
    first, second = worker.call(followed, environment=str(venv))
    assert first == ["resolving", "resolved", "finished"]
    assert second in (first, ["finished"])
    assert installed(site_packages(venv)) == {}
