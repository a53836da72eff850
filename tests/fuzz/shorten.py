"""The smallest case that is still a crash of its kind, as far as a short time goes."""

from __future__ import annotations

import time
from typing import Any, Callable, Iterator, Sequence, TypeVar

from .case import Case

T = TypeVar("T")
KEPT = ("do", "entry", "path", "what")
"""Members of a step that are as short as they can be."""
FLOOR = 8
"""The part of what is long that is taken out at least: an eighth."""
SHORT = 64


def shortened(case: Case, is_crash: Callable[[Case], bool], seconds: float) -> Case:
    ends = time.monotonic() + seconds
    again = True
    while again and time.monotonic() < ends:
        again = False
        for fewer in _smaller(list(case.steps)):
            if time.monotonic() > ends:
                break
            tried = Case(case.target, tuple(fewer))
            if is_crash(tried):
                case, again = tried, True
                break
    return case


def _smaller(value: Any) -> Iterator[Any]:
    """What is left of a value with a part of it taken out, the largest parts first."""
    if isinstance(value, str):
        yield from ("".join(less) for less in _parts(value))
    if isinstance(value, list):
        yield from (list(less) for less in _parts(value))
        for at, one in enumerate(value):
            for less in _smaller(one):
                yield [*value[:at], less, *value[at + 1 :]]
    if isinstance(value, dict):
        for key, one in value.items():
            if key in KEPT:
                continue
            if "do" in value and key in ("undone", "edits", "bytes", "sum", "length", "size"):
                yield {name: other for name, other in value.items() if name != key}
            for less in _smaller(one):
                yield {**value, key: less}


def _parts(some: Sequence[T]) -> Iterator[list[T]]:
    """All but a part: the whole, halves, quarters, and of what is short each single one."""
    size = len(some)
    while size >= 1 and (size >= len(some) // FLOOR or len(some) <= SHORT):
        for at in range(0, len(some), size):
            yield [*some[:at], *some[at + size :]]
        size //= 2
