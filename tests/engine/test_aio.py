"""Calls from `async` code, under asyncio and trio, and anyio on either."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any, Awaitable, Callable

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls, waiting
from .waiting import install

pytestmark = pytest.mark.timeout(90)
LIBRARIES = ["asyncio", "trio", "anyio+asyncio", "anyio+trio"]


def play(library: str, function: Callable[..., Awaitable[Any]], *values: Any) -> Any:
    """In the worker: run an async function under a library, imported here alone."""
    if library == "asyncio":
        return asyncio.run(function(*values))  # type: ignore[arg-type]
    if library == "trio":
        import trio

        return trio.run(function, *values)
    import anyio

    return anyio.run(function, *values, backend=library.split("+")[1])


async def _sleep(library: str, seconds: float) -> None:
    if library.endswith("trio"):
        import trio

        await trio.sleep(seconds)
    else:
        await asyncio.sleep(seconds)


async def _cancelled_at(library: str, reached: threading.Event, work: Callable[[], Awaitable[Any]]) -> list[Any]:
    """Cancel it once it has come that far, as each library does: whether it ended as cancelled, seconds, and ticks."""
    ended: list[str] = []
    ticks = 0

    async def noted() -> None:
        try:
            await work()
        except BaseException as error:
            ended.append(type(error).__name__)
            raise

    async def tick() -> float:
        nonlocal ticks
        while not reached.is_set():
            await _sleep(library, 0.01)
            ticks += 1
        await _sleep(library, 0.2)
        return time.monotonic()

    if library.startswith("anyio"):
        import anyio

        async with anyio.create_task_group() as group:
            group.start_soon(noted)
            before = await tick()
            group.cancel_scope.cancel()
    elif library == "trio":
        import trio

        async with trio.open_nursery() as nursery:
            nursery.start_soon(noted)
            before = await tick()
            nursery.cancel_scope.cancel()
    else:
        task = asyncio.ensure_future(noted())
        before = await tick()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
    return [ended, time.monotonic() - before, ticks]


def use(library: str, environment: str, index: str) -> dict[str, Any]:
    """In the worker: the whole of it, with what each part told."""
    import uvffi

    found: dict[str, Any] = {"kinds": [], "threads": set()}

    def progress(event: Any) -> None:
        found["kinds"].append(event.kind)
        found["threads"].add(threading.get_ident())

    async def yes(plan: Any) -> bool:
        await _sleep(library, 0.01)
        found["asked"] = [str(change) for change in plan.changes]
        return True

    async def main() -> None:
        env = uvffi.Environment(environment)
        result = await env.aio.install("beta", index_url=index, no_cache=True, progress=progress, timeout=60)
        found["installed"] = [str(package) for package in result.installed]
        found["plan"] = [str(change) for change in (await env.aio.plan("alpha<2", "beta<2")).changes]
        await env.aio.install("lonely", confirm=yes)
        await env.aio.uninstall("beta", confirm=lambda plan: True)
        try:
            await env.aio.uninstall("alpha", confirm=lambda plan: False)
        except uvffi.PlanRefusedError as error:
            found["refused"] = str(error)
        try:
            await env.aio.install("no-such-thing")
        except uvffi.ResolutionError as error:
            found["error"] = error.code
        found["version"] = (await uvffi.aio.run("--version")).stdout[:3]
        try:
            await uvffi.aio.run("pip install 'alpha")
        except uvffi.RequestError as error:
            found["request"] = error.code

    play(library, main)
    assert found.pop("threads") == {threading.get_ident()}
    return found


@pytest.mark.parametrize("library", LIBRARIES)
def test_everything(library: str, worker: Worker, venv: Path, server: IndexServer) -> None:
    found = worker.call(use, library=library, environment=str(venv), index=server.simple("main"))
    kinds = found.pop("kinds")
    assert kinds[0] == "resolving"
    assert kinds[-1] == "finished"
    assert kinds.count("finished") == 1
    assert found == {
        "installed": ["alpha==2.0", "beta==2.0"],
        "plan": ["downgraded alpha 2.0 -> 1.1", "downgraded beta 2.0 -> 1.0"],
        "asked": ["installed lonely 1.0"],
        "refused": "The plan was refused: uninstalled alpha 2.0",
        "error": "no-solution",
        "version": "uv ",
        "request": "bad-quoting",
    }
    assert installed(site_packages(venv)) == {"alpha": "2.0", "lonely": "1.0"}


def cancelled(library: str, command: str, at: str) -> list[Any]:
    """In the worker: a call that is cancelled some time after an event, while another task ticks."""
    import uvffi

    reached = threading.Event()
    found: list[Any] = []

    def progress(event: Any) -> None:
        if event.kind == at:
            reached.set()

    async def main() -> None:
        found.extend(
            await _cancelled_at(library, reached, lambda: uvffi.aio.run(command, progress=progress, timeout=30))
        )

    play(library, main)
    return found


@pytest.mark.parametrize(("mode", "at"), [("hang", "resolving"), ("stall", "progress")])
@pytest.mark.parametrize("library", LIBRARIES)
def test_cancellation(library: str, mode: str, at: str, worker: Worker, venv: Path, server: IndexServer) -> None:
    """The task is cancelled when the call has ended, which is at once; the loop went on all the time."""
    command = install(venv, server.simple("main", mode), "lonely")
    worker.call(cancelled, library=library, command=command, at=at)
    threads = len(worker.call(waiting.thread_names, rest=2))
    ended, seconds, ticks = worker.call(cancelled, library=library, command=command, at=at)
    assert ended == ["Cancelled" if library.endswith("trio") else "CancelledError"]
    assert seconds < 0.5
    assert ticks >= 1
    assert installed(site_packages(venv)) == {}
    assert len(worker.call(waiting.thread_names, rest=2, at_most=threads)) <= threads
    assert worker.call(calls.run, command=f"pip install --python {venv} lonely")["exit_code"] == 0


def failing(library: str, command: str, index: str, environment: str) -> list[Any]:
    """In the worker: a progress callable that raises, a deadline, and a loop that is not there."""
    import uvffi

    found: list[Any] = []

    def progress(event: Any) -> None:
        if event.kind == "downloading":
            raise KeyError("from the callable")

    async def main() -> None:
        try:
            await uvffi.aio.run(command, progress=progress)
        except KeyError as error:
            found.append(str(error))
        result = await uvffi.aio.run(command, timeout=0.5)
        found.append(result.error and result.error.code)
        try:
            await uvffi.Environment(environment).aio.install("lonely", index_url=index, no_cache=True, timeout=0.1)
        except TimeoutError as error:
            found.append(getattr(error, "code", None))

    play(library, main)
    try:
        uvffi.aio.run("--version").send(None)
    except RuntimeError as error:
        found.append("no running event loop" in str(error))
    return found


@pytest.mark.parametrize("library", LIBRARIES)
def test_failures(library: str, worker: Worker, venv: Path, server: IndexServer) -> None:
    index = server.simple("main", "stall")
    found = worker.call(
        failing, library=library, command=install(venv, index, "lonely"), index=index, environment=str(venv)
    )
    assert found == ["'from the callable'", "timed-out", "timed-out", True]
    assert installed(site_packages(venv)) == {}


def many(library: str, commands: list[str]) -> list[Any]:
    """In the worker: many calls at once."""
    import uvffi

    found: list[Any] = []

    async def one(command: str) -> None:
        error = (await uvffi.aio.run(command, timeout=2)).error
        found.append(error and error.code)

    async def main() -> None:
        if library == "trio":
            import trio

            async with trio.open_nursery() as nursery:
                for command in commands:
                    nursery.start_soon(one, command)
        else:
            await asyncio.gather(*[one(command) for command in commands])

    before = time.monotonic()
    play(library, main)
    return [found, time.monotonic() - before]


@pytest.mark.parametrize("library", ["asyncio", "trio"])
def test_many_at_once(library: str, worker: Worker, venv: Path, server: IndexServer) -> None:
    """They wait at the same time, not one after the other."""
    commands = [install(venv, server.simple("main", "hang"), name) for name in ("alpha", "beta", "lonely", "single")]
    codes, seconds = worker.call(many, library=library, commands=commands * 2)
    assert codes == ["timed-out"] * 8
    assert seconds < 6
    assert installed(site_packages(venv)) == {}


def closed(command: str) -> list[Any]:
    """In the worker: a coroutine that is closed in mid-call, and a loop that ends in one."""
    import uvffi

    async def main() -> None:
        work = uvffi.aio.run(command)
        task = asyncio.ensure_future(asyncio.sleep(0.2))
        work.send(None)
        await task
        work.close()

    before = time.monotonic()
    asyncio.run(main())
    seconds = time.monotonic() - before
    return [seconds, uvffi.run("--version").exit_code]


def test_a_coroutine_that_is_closed(worker: Worker, venv: Path, server: IndexServer) -> None:
    command = install(venv, server.simple("main", "hang"), "lonely")
    worker.call(closed, command=command)
    threads = len(worker.call(waiting.thread_names, rest=2))
    seconds, code = worker.call(closed, command=command)
    assert code == 0
    assert seconds < 1
    assert len(worker.call(waiting.thread_names, rest=2, at_most=threads)) <= threads
    assert installed(site_packages(venv)) == {}
