"""Many calls in one process, which is no larger afterwards; one that is larger is found out."""

from __future__ import annotations

import itertools
import os
import threading
from typing import Any

import pytest

from . import size
from .ground import Ground
from .size import Size
from .steady import Counts, Steady, grown, steady

pytestmark = pytest.mark.timeout(120)

_leaked: list[Any] = []


def test_steady(ground: Ground) -> None:
    # Memory shows nothing with so few, and a process has yet to come to its size.
    found = steady(ground, Counts(5_000, 60, 40), rest=2.0)
    assert [line for line in found.wrong if "more are resident" not in line] == [], found.line


def test_growth_is_found(ground: Ground) -> None:
    with ground.worker() as worker:
        before, after = worker.call(leak)
    wrong = grown(before, after)
    resident, *others = [line.partition(", ")[0] for line in wrong]
    assert 6 <= float(resident.partition(" ")[0]) < 7
    assert others == [
        f"there are {before['threads'] + 1} threads",
        f"there are {before['descriptors'] + 2} descriptors",
    ]


def test_wrong_answers_are_found(ground: Ground) -> None:
    work = Steady(ground)
    try:
        work.worker.call(answer_falsely)
        for kind in ("noops", "swaps", "failures"):
            work.play(kind, 2)
    finally:
        work.close()
    assert {line.partition(":")[0] for line in work.wrong} == {"noops", "swaps", "failures"}


def test_answers_that_are_not_remembered_are_found(ground: Ground) -> None:
    work = Steady(ground)
    try:
        work.worker.call(remember_nothing)
        work.play("noops", 20)
    finally:
        work.close()
    assert work.wrong == ["noops: only 0 of 20 were remembered: this shows nothing"]


def leak() -> list[Size]:
    """In the worker: memory in use, a thread, two descriptors; the sizes before and after."""
    before = size.size(rest=0)
    _leaked.append(b"x" * (6 << 20))
    _leaked.append(os.pipe())
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    return [before, size.size(rest=0)]


def answer_falsely() -> None:
    """In the worker: every command fails with uv's code for wrong use."""
    import uvffi

    run = uvffi.run
    uvffi.run = lambda command: run("no-such-command")  # type: ignore[assignment, misc]


def remember_nothing() -> None:
    """In the worker: nothing is asked twice."""
    import uvffi

    run = uvffi.run
    number = itertools.count()
    uvffi.run = lambda command: run(f"{command} alpha>0.{next(number)}")  # type: ignore[assignment, misc]
