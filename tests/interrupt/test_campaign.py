"""The campaign with few tries, each phase by Ctrl-C and by a deadline; `scripts/interrupt` has many of them."""

from __future__ import annotations

import pytest

from .after import LEFT
from .campaign import ENDED, Campaign
from .phases import PHASES
from .scene import Ground
from .tally import PROMISED

pytestmark = pytest.mark.timeout(240)

LOADED = 2.0
"""Seconds that a machine with other work to do may add, now and then."""


@pytest.mark.parametrize("ending", list(ENDED))
def test_each_phase(ending: str, ground: Ground) -> None:
    tally = Campaign(ground, ending, seed=6, within=LEFT + LOADED).run(len(PHASES))
    assert tally.wrong == []
    assert tally.tries == len(PHASES)
    assert tally.commits, "none was committing"
    seconds = sorted(tally.all_seconds)
    assert seconds[len(seconds) // 2] <= PROMISED
    assert seconds[-1] <= PROMISED + LOADED
