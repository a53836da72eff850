"""What is needed of an event loop to wait for one thing that happens in another thread: asyncio's, and trio's.

Neither is imported here: who runs under one has imported it.
"""

from __future__ import annotations

import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any, Callable, Protocol

    class Loop(Protocol):
        """Made in a task, for one wait of it."""

        async def checkpoint(self) -> None:
            """Raise if the task is cancelled already, where the library has it so."""

        def wake(self, function: Callable[[], object]) -> None:
            """From any thread: have it called soon in the loop's thread, in order. Nothing once the loop is over."""

        def end(self) -> None:
            """In the loop's thread: what is waited for has happened."""

        async def wait(self) -> None:
            """Until `end`, or until the task is cancelled."""

        async def wait_shielded(self) -> None:
            """Until `end`, however often the task is cancelled."""


def loop_of() -> Loop:
    """The loop that the running task is of. Raises `RuntimeError` where there is none."""
    name = _library()
    if name == "trio":
        return _Trio(sys.modules["trio"])
    if name == "asyncio":
        return _Asyncio(sys.modules["asyncio"])
    raise RuntimeError(f"uvffi's async functions run under asyncio or trio, found {name or 'no running event loop'}")


def _library() -> str | None:
    """Which library the running code belongs to."""
    sniffio = sys.modules.get("sniffio")
    if sniffio is not None:
        # Knows of a loop in a loop.
        with suppress(sniffio.AsyncLibraryNotFoundError):
            return str(sniffio.current_async_library())
    trio = sys.modules.get("trio")
    if trio is not None:
        with suppress(RuntimeError):
            trio.lowlevel.current_task()
            return "trio"
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None:
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            return "asyncio"
    return None


class _Asyncio:
    def __init__(self, asyncio: Any) -> None:
        self._asyncio = asyncio
        self._loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()

    async def checkpoint(self) -> None:
        """A task that is cancelled is told so where it waits."""

    def wake(self, function: Callable[[], object]) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)

    def end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)

    async def wait(self) -> None:
        # Unlike to await the future, this leaves it alone when it is cancelled.
        await self._asyncio.wait([self._ended])

    async def wait_shielded(self) -> None:
        while not self._ended.done():
            with suppress(self._asyncio.CancelledError):
                await self.wait()


class _Trio:
    def __init__(self, trio: Any) -> None:
        self._trio = trio
        self._token = trio.lowlevel.current_trio_token()
        self._ended = trio.Event()

    async def checkpoint(self) -> None:
        await self._trio.lowlevel.checkpoint()

    def wake(self, function: Callable[[], object]) -> None:
        with suppress(self._trio.RunFinishedError):
            self._token.run_sync_soon(function)

    def end(self) -> None:
        self._ended.set()

    async def wait(self) -> None:
        await self._ended.wait()

    async def wait_shielded(self) -> None:
        with self._trio.CancelScope(shield=True):
            await self._ended.wait()
