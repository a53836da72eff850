"""Forked children answer, and rightly; one that does not, and one that answers falsely, are found out."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from . import forking
from .forks import ROUND, SITUATIONS, Forks, forks
from .ground import Ground

pytestmark = pytest.mark.timeout(120)


def test_forks(ground: Ground) -> None:
    """One round of each situation."""
    found = forks(ground, ROUND * len(SITUATIONS))
    assert found.wrong == [], found.line
    assert ", 0 of them in mid-call" not in found.line, "this shows nothing about forks in mid-call"


def test_hang_is_found(ground: Ground) -> None:
    def prepare(work: Forks) -> None:
        work.patience = 0.5
        work.worker.call(hang_in_children)

    found = forks(ground, 2, prepare=prepare)
    assert ": 2 hung, 2 wrong;" in found.line
    assert all("hung after 0 answers" in line for line in found.wrong)


def test_false_answer_is_found(ground: Ground) -> None:
    def prepare(work: Forks) -> None:
        work.worker.call(answer_falsely_in_children)

    found = forks(ground, 4, prepare=prepare)
    assert [line for line in found.wrong if "child, `pip list" in line and '"version":"7.' in line]
    assert not [line for line in found.wrong if "parent, " in line]


def test_slow_answer_is_found(ground: Ground) -> None:
    def prepare(work: Forks) -> None:
        work.worker.call(answer_slowly_in_children)

    found = forks(ground, 4, prepare=prepare)
    assert found.wrong == ["4 of 4 first answers took more than 100 ms"]


def hang_in_children() -> None:
    """In the worker."""
    _spoil(lambda told: time.sleep(60))


def answer_slowly_in_children() -> None:
    """In the worker."""
    import uvffi

    run = uvffi.run
    own = os.getpid()

    def slow(command: str) -> Any:
        if os.getpid() != own:
            time.sleep(0.15)
        return run(command)

    uvffi.run = slow  # type: ignore[assignment]


def answer_falsely_in_children() -> None:
    """In the worker."""

    def lie(told: dict[str, Any]) -> None:
        told["stdout"] = told["stdout"].replace('"version":"', '"version":"7.')

    _spoil(lie)


def _spoil(work: Any) -> None:
    """Has each answer of a child spoilt before it is told."""
    own, slim = os.getpid(), forking._slim

    def spoilt(answer: dict[str, Any]) -> dict[str, Any]:
        told = slim(answer)
        if os.getpid() != own:
            work(told)
        return told

    forking._slim = spoilt
