from __future__ import annotations

from . import _given
from ._change import Change
from ._own import inquire, own
from ._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from ._result import Result

TOLD = 12  # so many generations are told by number


class HistoryEntry(Record):
    """One change that uvffi made in an environment.

    `generation` is its number, which grows with each; `at` is when it was made, in UTC; `request` is the command that
    asked for it; `changes` is what it changed; `undoable` says whether `Environment.undo` and `restore` can go back
    behind it.
    """

    __slots__ = ("generation", "at", "request", "changes", "undoable")

    generation: int
    at: datetime
    request: str
    changes: tuple[Change, ...]
    undoable: bool

    def __init__(
        self, generation: int, at: datetime, request: str, changes: tuple[Change, ...], undoable: bool
    ) -> None:
        self._set(generation=generation, at=at, request=request, changes=changes, undoable=undoable)

    def __str__(self) -> str:
        return f"{self.generation}: {', '.join(map(str, self.changes))}"


def history(python: str | None) -> tuple[HistoryEntry, ...]:
    """The changes that the environment's history has, oldest first."""
    return tuple([_entry(told) for told in inquire(python, "history")["history"]])


def back_to(python: str, generation: int, durable: bool | None) -> Result:
    """`Environment.restore`: what it raises has its hint in Python's terms."""
    from .errors import HistoryError

    try:
        return own(python, "restore", _given.generation(generation), durable=durable)
    except HistoryError as error:
        if error.code == "unknown-generation":
            error.hints = (f"`env.history()` lists what there is: {_numbers(python)}",)
        raise


def _numbers(python: str) -> str:
    found = [str(entry.generation) for entry in history(python)]
    left = "..., " if len(found) > TOLD else ""
    return left + ", ".join(["0", *found][-TOLD:]) if found else "nothing"


def _entry(told: dict[str, Any]) -> HistoryEntry:
    changes = tuple([Change(**change) for change in told["changes"]])
    return HistoryEntry(told["generation"], moment(told["at"]), told["request"], changes, told["undoable"])


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a time in UTC."""
    from datetime import datetime, timezone

    return datetime.fromtimestamp(seconds, timezone.utc)
