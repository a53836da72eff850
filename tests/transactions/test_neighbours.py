"""Processes of uvffi, uv and pip, all at once in one environment; the script has more of them, for longer."""

from __future__ import annotations

import pytest

from .neighbours import together
from .world import World

pytestmark = pytest.mark.timeout(150)


def test_neighbours(world: World) -> None:
    kinds = {"uvffi": 4, "uv": 1, "pip": 1}
    seen = together(world, 6, kinds)
    assert seen.false == []
    assert all(seen.calls.get(kind, 0) > 1 for kind in kinds), f"hardly anything was done: {seen}"
    assert seen.changes > 20, f"hardly anything was changed: {seen}"
