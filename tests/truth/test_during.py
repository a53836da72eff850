"""What others do in the midst of the engine's own commits is seen: the script does this for hundreds of times."""

from __future__ import annotations

from random import Random

import pytest

from .during import INTRUSIONS, During
from .world import World

pytestmark = pytest.mark.timeout(120)
TURNS = 60
MOST = 5 * TURNS


def test_changes_during_our_own(world: World) -> None:
    during = During(world)
    rng = Random(4)
    turns = [during.turn(rng) for _ in range(TURNS)]
    # The others come a little too early or too late, as the rest of the machine would have it.
    while len(turns) < MOST and sum(turn.midst for turn in turns) <= TURNS / 5:
        turns.append(during.turn(rng))
    assert [turn.false for turn in turns if turn.false] == []
    assert {turn.kind for turn in turns} == {"undo", *(kind for kind, _ in INTRUSIONS)}
    assert sum(turn.midst for turn in turns) > TURNS / 5, f"hardly a change was in the midst: {turns}"
