"""Programs end in the midst of calls, soon and quietly; what does not is found out."""

from __future__ import annotations

from typing import Iterator

import pytest

from .exits import WAYS, Exits, Way
from .ground import Ground

pytestmark = pytest.mark.timeout(120)

LOADED = 1.5
"""Seconds, where other tests run at the same time."""


@pytest.fixture
def ends(ground: Ground) -> Iterator[Exits]:
    ends = Exits(ground, promised=LOADED)
    yield ends
    ends.close()


def test_every_way(ends: Exits) -> None:
    for number, way in enumerate(WAYS):
        ends.end(number, way)
    assert ends.wrong == []
    assert len(ends.seconds) == len(WAYS)


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("late", "it took "),
        ("loud", "on standard error: Exception in thread"),
        ("with_child", "left behind: "),
        ("otherwise", "exit code 2, asked for 1"),
        ("crashed", "exit code -6, asked for 1"),
    ],
)
def test_bad_end_is_found(how: str, found: str, ends: Exits) -> None:
    ends.end(1, Way(how, "watch"), module="tests.endurance.spoilt")
    assert any(found in line for line in ends.wrong), ends.wrong
