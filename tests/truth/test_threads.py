"""Many threads at once, and another process: no deadlock, and no answer that could not be true."""

from __future__ import annotations

import pytest

from .threads import mixed
from .world import World

pytestmark = pytest.mark.timeout(200)


def test_threads(world: World) -> None:
    assert mixed(world, 5.0) == []
