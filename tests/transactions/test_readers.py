"""What both versions have is there at every moment of a swap, and can be imported; the script does it for longer."""

from __future__ import annotations

import pytest

from .reading import read
from .world import World

pytestmark = pytest.mark.timeout(120)


def test_readers(world: World) -> None:
    seen = read(world, 300)
    assert seen.false == []
    assert (seen.opened.failed, seen.imported.failed) == (0, 0), seen
    assert seen.swaps == 300
    assert seen.opened.done > 1000 and seen.imported.done > 10, f"hardly anything was read: {seen}"
