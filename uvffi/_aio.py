"""Calls from `async` code, under asyncio and trio, and so under anyio on either.

1. A call is begun in the loop's thread. What is remembered has ended by then, and is answered without more ado.
2. Else a thread of its own takes its events and wakes the loop, which is where progress callables run. The thread ends
   with the call: it is the one thing here that waits.
3. Cancellation cancels the call and waits for its final event, which comes at once, or when a commit is done; a second
   one meanwhile doesn't cut that short. Then it goes on as the library's own.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from ._arguments import install, sync, uninstall
from ._call import Call
from ._environment import look, refused
from ._event import Event, Finished
from ._follow import check, events
from ._loop import loop_of
from ._plan import Plan, plan_text
from ._run import change_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any, Awaitable, Callable, Sequence, Union

    from typing_extensions import Unpack

    from ._loop import Loop
    from ._options import InstallOptions, SyncOptions
    from ._result import Result
    from ._run import Progress

    # Says yes or no at once, or when it is awaited.
    Confirm = Callable[[Plan], Union[object, Awaitable[object]]]


class AsyncEnvironment:
    """`Environment` for `async` code: what `Environment.aio` gives.

    The arguments, and what is raised, are those of the methods of `Environment` with the same name. A task that is
    cancelled cancels its call: nothing is changed then, but a change that is being committed is finished first.
    """

    __slots__ = ("_python",)

    def __init__(self, python: str) -> None:
        """`python`: the environment's directory or interpreter."""
        self._python = python

    async def install(
        self,
        *packages: str | os.PathLike[str],
        args: Sequence[str] = (),
        confirm: Confirm | None = None,
        durable: bool | None = None,
        progress: Progress | None = None,
        timeout: float | None = None,
        **options: Unpack[InstallOptions],
    ) -> Result:
        """`Environment.install`. `progress` is called in the loop's thread; `confirm` may be an async function."""
        words = install(self._python, packages, args, options)
        return await _change(words, confirm, durable, progress, timeout)

    async def sync(
        self,
        *files: str | os.PathLike[str],
        args: Sequence[str] = (),
        confirm: Confirm | None = None,
        durable: bool | None = None,
        progress: Progress | None = None,
        timeout: float | None = None,
        **options: Unpack[SyncOptions],
    ) -> Result:
        """`Environment.sync`. `progress` is called in the loop's thread; `confirm` may be an async function."""
        words = sync(self._python, files, args, options)
        return await _change(words, confirm, durable, progress, timeout)

    async def uninstall(
        self,
        *names: str,
        args: Sequence[str] = (),
        break_system_packages: bool = False,
        confirm: Confirm | None = None,
        durable: bool | None = None,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> Result:
        """`Environment.uninstall`. `progress` is called in the loop's thread; `confirm` may be an async function."""
        words = uninstall(self._python, names, args, break_system_packages)
        return await _change(words, confirm, durable, progress, timeout)

    async def plan(
        self,
        *packages: str | os.PathLike[str],
        args: Sequence[str] = (),
        progress: Progress | None = None,
        timeout: float | None = None,
        **options: Unpack[InstallOptions],
    ) -> Plan:
        """`Environment.plan`. `progress` is called in the loop's thread."""
        return await _plan(install(self._python, packages, args, options, "plan"), progress, timeout)

    def __repr__(self) -> str:
        return f"AsyncEnvironment({self._python!r})"


async def follow(request: str, progress: Progress | None, timeout: float | None, spent: float = 0.0) -> Result:
    """The result of a command. A fault of the request itself is in it, and not raised.

    `spent`: what of the timeout is over already.
    """
    check(progress, timeout)
    loop = loop_of()
    await loop.checkpoint()
    call = Call(request)
    if progress is None and call.done:
        return call.result_as_it_is()
    way = _Way(loop, call, progress)
    threading.Thread(target=way.take, args=(timeout, spent), name="uvffi call", daemon=True).start()
    try:
        await loop.wait()
    except GeneratorExit:
        # Nothing can be awaited any more; the thread takes the final event.
        call.cancel()
        raise
    except BaseException:
        call.cancel()
        await loop.wait_shielded()
        raise
    return way.outcome()


class _Way:
    """The events' way from the thread that takes them to the loop."""

    def __init__(self, loop: Loop, call: Call, progress: Progress | None) -> None:
        self._loop = loop
        self._call = call
        self._progress = progress
        self._came: deque[Event | BaseException] = deque()
        self._result: Result | None = None
        self._raised: BaseException | None = None

    def take(self, timeout: float | None, spent: float) -> None:
        """In the thread: all events until the last."""
        try:
            for event in events(self._call, timeout, spent):
                if self._progress is not None or isinstance(event, Finished):
                    self._came.append(event)
                    self._loop.wake(self._give)
        except BaseException as error:
            self._came.append(error)
            self._loop.wake(self._give)

    def _give(self) -> None:
        """In the loop's thread: hand on what came."""
        while self._came:
            event = self._came.popleft()
            if isinstance(event, BaseException):
                self._raised = self._raised or event
                self._loop.end()
                return
            if self._progress is not None and self._raised is None:
                try:
                    self._progress(event)
                except BaseException as error:
                    self._raised = error
                    self._call.cancel()
            if isinstance(event, Finished):
                self._result = event.result
                self._loop.end()

    def outcome(self) -> Result:
        if self._raised is not None:
            raise self._raised
        assert self._result is not None
        return self._result


async def _change(
    words: list[str],
    confirm: Confirm | None,
    durable: bool | None,
    progress: Progress | None,
    timeout: float | None,
) -> Result:
    expect, spent = None, 0.0
    if confirm is not None:
        look(confirm, progress, timeout)
        began = time.monotonic()
        shown = await _plan(words, None, timeout)
        spent = time.monotonic() - began
        if shown:
            answer: Any = confirm(shown)
            if not (await answer if hasattr(answer, "__await__") else answer):
                raise refused(shown)
        expect = shown.digest
    return (await follow(change_text(words, durable, expect), progress, timeout, spent)).check()


async def _plan(words: list[str], progress: Progress | None, timeout: float | None) -> Plan:
    return Plan(words, (await follow(plan_text(words), progress, timeout)).check())
