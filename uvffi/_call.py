"""A command under way: its events, its end, and its cancellation.

1. `uvffi_start` begins it; from then on it has one owner, its `Call`, and always exactly one final event.
2. Whoever waits, of any number of threads, pulls the next event in a slice of 20 ms under the call's lock. Events that
   nobody asked for yet wait in a queue; each goes to one who asks.
3. The library's buffer is the call's own: what a signal handler raises right after a wait leaves the event there, and
   the next pull takes it.
4. A `Call` that is dropped before its end is cancelled, and its final event fetched.
"""

from __future__ import annotations

import os
import time
from _thread import allocate_lock
from collections import deque

from . import _wait
from ._codec import decode
from ._event import Event, Finished, event_of
from ._given import seconds
from ._native import ffi, lib
from ._reply import Reply
from ._result import Result, result_of
from ._run import raise_for_request, request_text, to_bytes
from ._wait import AT, FINISHED, PATIENCE, SLICE, drain, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Iterator, Mapping, Sequence

    from ._run import Command

DROPPED = 2.0  # seconds at most to wait for the final event of a call that was dropped


def start(
    command: Command,
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> Call:
    """Begin one uv command and return at once: `for event in uvffi.start("pip install rich"): ...`.

    The arguments are those of `run`. The command goes on as long as the `Call` is kept, and is cancelled with it.
    """
    return Call(request_text(command, cwd, env, stdin))


class Call:
    """One command under way: what `uvffi.start` gives.

    Iterating gives its events, the last of which is `Finished`. `result` waits for the end. A `with` block waits too,
    and one that is left by an exception cancels the call first. Any number of threads can use one Call; each event is
    given to one of them.
    """

    _begun: Sequence[int] = ()

    def __init__(self, request: str) -> None:
        """`request`: as the library takes it; see `start`."""
        data = to_bytes(request)
        self._process = os.getpid()
        self._lock = allocate_lock()
        self._came: deque[Event] = deque()
        self._last: Finished | None = None
        self._unread = [None]  # until somebody has got the final event
        self._buffer = ffi.new("uvffi_buf *")
        begun: list[int] = []
        self._begun = begun
        # One step of the interpreter: whatever a signal handler raises after it, the number is known.
        begun.extend(map(lib.uvffi_start, (data,), (len(data),)))

    @property
    def done(self) -> bool:
        """Whether its end is known here. It doesn't wait, and takes no event from anybody."""
        self._pull(0)
        return self._last is not None

    def result(self, timeout: float | None = None) -> Result:
        """Wait for the end, and return what the command did, as `run` does; a cancelled call is a Result too.

        Raises `StillRunningError` (a `TimeoutError`) after `timeout` seconds: the call goes on, and can be asked again.
        Events that come meanwhile stay for whoever iterates.
        """
        seconds("timeout", timeout)
        last = self._wait(None if timeout is None else time.monotonic() + timeout)
        if last is None:
            from .errors import StillRunningError

            raise StillRunningError(
                f"The command is still running after {timeout:g} s",
                code="still-running",
                hints=["It goes on: ask again, or end it with `cancel`"],
            )
        raise_for_request(last.result)
        return last.result

    def result_as_it_is(self) -> Result:
        """The result, for a call that is `done`."""
        assert self._last is not None
        return self._last.result

    def cancel(self) -> bool:
        """Have it end without any change; what the Child changed stays. The final event still comes.

        Whether it can be had: False where the change is being committed, or all is over. From any thread.
        """
        return self._is_ours() and bool(self._begun) and lib.uvffi_cancel(self._begun[0]) == 0

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        event = self.next(None)
        if event is None:
            raise StopIteration
        return event

    def next(self, deadline: float | None) -> Event | None:
        """The next event; None once all were given, and at the deadline, in seconds of `time.monotonic`."""
        once = False
        while True:
            # Asked before the queue is: the final event comes after all that is in it.
            last = self._last
            if self._came:
                try:
                    return self._came.popleft()
                except IndexError:
                    continue
            if last is not None:
                try:
                    self._unread.pop()
                except IndexError:
                    return None
                return last
            left = _left(deadline)
            if left <= 0 and once:
                return None
            self._pull(left)
            once = True

    def __enter__(self) -> Call:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                self._wait(None)
                return
            except BaseException:
                self._end()
                raise
        self._end()

    def __del__(self) -> None:
        # At the very end of the process names may be gone already.
        try:
            if self._begun and self._last is None and self._is_ours():
                lib.uvffi_cancel(self._begun[0])
                until = time.monotonic() + DROPPED
                while not drain(self._begun[0], SLICE) and time.monotonic() < until:
                    pass
                lib.uvffi_free(self._buffer)
        except (AttributeError, TypeError):
            pass

    def __repr__(self) -> str:
        return f"Call({self._begun[0] if self._begun else None}{', finished' if self._last is not None else ''})"

    def _end(self) -> None:
        """Cancel it and wait for its end. What signal handlers raise meanwhile comes too late to matter."""
        for left in reversed(range(PATIENCE)):
            try:
                if self._is_ours():
                    self.cancel()
                    self._wait(None)
                return
            except BaseException:
                if not left:
                    raise

    def _wait(self, deadline: float | None) -> Finished | None:
        self._pull(0)
        while self._last is None and _left(deadline) > 0:
            self._pull(_left(deadline))
        return self._last

    def _pull(self, milliseconds: int) -> None:
        """Take what the library has to tell, waiting for it at most so long."""
        if self._last is not None:
            return
        if not self._is_ours():
            from .errors import RequestError

            raise RequestError(
                f"This call belongs to process {self._process}, of which this one is a fork", code="no-such-call"
            )
        locked: list[bool] = []
        try:
            # One step of the interpreter, as above. Who has the lock is waiting for the same.
            locked.extend(map(self._lock.acquire, (True,), (milliseconds / 1000,)))
            if not locked[0] or self._last is not None:
                return
            buffer = self._buffer
            if not buffer.data:
                status = lib.uvffi_wait(self._begun[0], milliseconds, buffer)
                if status not in (0, 1):
                    error = unknown(buffer)
                    lib.uvffi_free(buffer)
                    raise error
            if buffer.data:
                self._take(ffi.unpack(buffer.data, buffer.len))
        finally:
            if locked and locked[0]:
                self._lock.release()
        if _wait.tap is not None:
            _wait.tap()

    def _take(self, text: bytes) -> None:
        if text.startswith(FINISHED):
            self._last = Finished(result_of(Reply(text[AT:-1])))
            lib.uvffi_free(self._buffer)
        else:
            event = event_of(decode(text.decode("utf-8")))
            lib.uvffi_free(self._buffer)
            self._came.append(event)

    def _is_ours(self) -> bool:
        return os.getpid() == self._process


def _left(deadline: float | None) -> int:
    """Milliseconds of the next slice."""
    if deadline is None:
        return SLICE
    return min(SLICE, max(0, int((deadline - time.monotonic()) * 1000 + 0.999)))
