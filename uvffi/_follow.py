"""A call that somebody waits for, with a progress callable and a deadline."""

from __future__ import annotations

import time

from ._call import Call
from ._event import Event, Finished
from ._given import can_be_called, seconds
from ._result import Result
from ._run import raise_for_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ._run import Progress


def follow(request: str, progress: Progress | None, timeout: float | None, spent: float = 0.0) -> Result:
    """Run a command with `progress` called for each event, and cancelled after `timeout` seconds less those `spent`."""
    check(progress, timeout)
    with Call(request) as call:
        for event in events(call, timeout, spent):
            if progress is not None:
                progress(event)
    # The last one: no other iteration ends.
    assert isinstance(event, Finished)
    raise_for_request(event.result)
    return event.result


def events(call: Call, timeout: float | None, spent: float = 0.0) -> Iterator[Event]:
    """The events of a call that is cancelled after so many seconds; if that ended it, its error is `timed-out`.

    `spent`: what of these was over before it began.
    """
    deadline = None if timeout is None else time.monotonic() + timeout - spent
    late = False
    while True:
        event = call.next(deadline)
        if isinstance(event, Finished):
            yield Finished(_timed_out(event.result, timeout)) if late and timeout is not None else event
            return
        if deadline is not None and time.monotonic() >= deadline:
            deadline, late = None, True
            call.cancel()
        if event is not None:
            yield event


def check(progress: object, timeout: float | None) -> None:
    """Raise for what can't be called, and for what is no time to wait."""
    can_be_called("progress", progress)
    seconds("timeout", timeout)


def _timed_out(result: Result, timeout: float) -> Result:
    """The result of a call that was cancelled at its deadline; one that had ended by then stays as it is."""
    told = result.answer["error"]
    if told is None or told["code"] != "cancelled":
        return result
    left = "What it had changed by then stays" if result.changes else "Nothing was changed"
    message = f"The command was not done within its {timeout:g} s and was cancelled"
    error = {**told, "code": "timed-out", "message": message, "hints": [f"{left}; give a longer `timeout`"]}
    return Result({**result.answer, "error": error})
