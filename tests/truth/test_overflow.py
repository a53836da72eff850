"""More than 65,000 changes while the watcher stands still: what is known is what a fresh look finds."""

from __future__ import annotations

import sys

import pytest

from . import storm
from .overflow import overflows
from .world import World

pytestmark = [
    pytest.mark.timeout(200),
    pytest.mark.skipif(sys.platform != "linux", reason="it is inotify's queue that overflows"),
]


def test_overflow(world: World) -> None:
    """Once with the whole process stopped, once with the watcher's thread alone."""
    assert storm.CHANGES > 65_000
    assert overflows(world, 2) == []
