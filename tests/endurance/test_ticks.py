"""Other threads keep running; a call that holds the GIL, and one that is over too soon, are found out."""

from __future__ import annotations

import ctypes
import time
from typing import Any

import pytest

from .ground import Ground
from .ticks import THREADS, pair, ticks

pytestmark = pytest.mark.timeout(120)
LOADED = 0.8
"""The share of ticks that is enough where other tests run at the same time."""


def test_ticks(ground: Ground) -> None:
    found = ticks(ground, 0.5, times=2, wanted=LOADED)
    assert found.wrong == [], found.line


def test_call_that_holds_the_gil_is_found(ground: Ground) -> None:
    found = ticks(ground, 0.5, times=1, wanted=LOADED, work=holding)
    assert len(found.wrong) == len(THREADS), found
    assert all("less than 80 %" in line for line in found.wrong)


def test_short_call_shows_nothing(ground: Ground) -> None:
    found = ticks(ground, 0.5, times=1, work=short)
    assert len([line for line in found.wrong if "this shows nothing" in line]) == len(THREADS), found


def holding(**how: Any) -> dict[str, Any]:
    """In the worker: a call that keeps the GIL for half of its time."""

    def run(command: str) -> dict[str, Any]:
        ctypes.PyDLL(None).usleep(int(how["seconds"] / 2 * 1_000_000))
        time.sleep(how["seconds"])
        return {"exit_code": 0, "route": "resident"}

    return pair(run=run, **how)


def short(**how: Any) -> dict[str, Any]:
    """In the worker: a call that takes no time."""
    return pair(run=lambda command: {"exit_code": 0, "route": "resident"}, **how)
