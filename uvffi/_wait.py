"""Waiting that a signal can end.

1. `uvffi_start` gives a number, `uvffi_wait` the next event; a wait is a slice of 20 ms, and between two slices Python
   runs the handlers of signals that came meanwhile.
2. What a handler raises (`KeyboardInterrupt`, for one) ends the call: it is cancelled, its final event is fetched, and
   then the exception goes on. A change that is being committed is finished first.
3. Only the main thread runs handlers. On others there is nothing to interrupt, and `uvffi_run` (of a question
   `uvffi_query`) does it all at once.
"""

from __future__ import annotations

import sys
from _thread import get_ident

from ._native import ffi, lib, send, spare, take

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ._uvffi import Buffer, Function

SLICE = 20  # milliseconds of a wait
PATIENCE = 10  # so many exceptions of signal handlers are held back until a call has ended

# The final event is these two with the reply between them, byte for byte.
FINISHED = b'{"event":"finished","result":'
AT = len(FINISHED)

_start, _wait, _free, _unpack = lib.uvffi_start, lib.uvffi_wait, lib.uvffi_free, ffi.unpack
# Called after each wait while spans go to `logging`: see `_trace`.
tap: Callable[[], object] | None = None

_main: int | None = None  # the main thread as it was when last looked for


def run(request: bytes, function: Function = lib.uvffi_run) -> bytes:
    """The answer of `uvffi_run`, or of `uvffi_query`, to a request of its own.

    On the main thread, whatever a signal handler raises ends the call.
    """
    if get_ident() != _main and not _is_main():
        told = send(function, request)
        if tap is not None:
            tap()
        return told
    answer = take()
    begun: list[int] = []
    try:
        # One step of the interpreter: no handler can run between the call's beginning and its number being known.
        begun.extend(map(_start, (request,), (len(request),)))
        while True:
            status = _wait(begun[0], SLICE, answer)
            if tap is not None:
                tap()
            if status == 0:
                text = _unpack(answer.data, answer.len)
                if text.startswith(FINISHED):
                    return text[AT:-1]
                _free(answer)
            elif status != 1:
                raise unknown(answer)
    except BaseException:
        if begun:
            end(begun[0])
        raise
    finally:
        _free(answer)
        spare.append(answer)


def end(call: int) -> None:
    """Cancel a call and fetch its final event. What signal handlers raise meanwhile comes too late to matter."""
    for left in reversed(range(PATIENCE)):
        try:
            lib.uvffi_cancel(call)
            while not drain(call, SLICE):
                pass
            return
        except BaseException:
            if not left:
                raise


def drain(call: int, milliseconds: int) -> bool:
    """Take one event away, if there is one in this time; whether that was the final one, or there is no such call."""
    answer = take()
    try:
        status = _wait(call, milliseconds, answer)
        return status < 0 or (status == 0 and _unpack(answer.data, answer.len).startswith(FINISHED))
    finally:
        _free(answer)
        spare.append(answer)


def unknown(answer: Buffer) -> Exception:
    """The error of a wait for a call that is not there."""
    from ._codec import decode
    from .errors import InternalError, error_of

    if not answer.data:
        return InternalError("uvffi gave no event", code="internal")
    return error_of(decode(_unpack(answer.data, answer.len).decode("utf-8"))["error"])


def _is_main() -> bool:
    """Whether this is the thread that runs handlers; after a fork it may be another one."""
    global _main
    threading = sys.modules.get("threading")
    # Whoever has threads, other than C's own, has that module; and on any thread it is no mistake to say yes.
    main = get_ident() if threading is None else threading.main_thread().ident
    if main == get_ident():
        _main = main
    return main == get_ident()
