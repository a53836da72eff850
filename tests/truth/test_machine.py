"""Any changes in any order, each judged: hypothesis chooses them, and no answer may be false.

What it finds is printed as steps for `scripts/truth --replay`, and then belongs into `test_found.py`.
"""

from __future__ import annotations

import time
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from .campaign import replay
from .play import Player
from .shorten import shortened
from .step import Step, spell
from .tally import Tally
from .world import World

pytestmark = pytest.mark.timeout(400)
RUNS, STEPS = 32, 40
PATIENCE = 70.0
"""Seconds after which nothing more is changed, on a machine that is slow or busy."""
SHORTENING = 60.0
"""Seconds in which a shorter way to a false answer is looked for."""

SEEDS = st.integers(0, (1 << 32) - 1)


class Changes(RuleBasedStateMachine):
    """One world and one warm process for all runs; each run begins with everything else as at first."""

    world: ClassVar[World]
    tally: ClassVar[Tally]
    ends: ClassVar[float]

    def __init__(self) -> None:
        super().__init__()
        self.world.reset()
        self.player = Player(self.world, self.tally)
        self.played: list[Step] = []

    @rule(seed=SEEDS)
    def change(self, seed: int) -> None:
        # Hypothesis draws small and equal numbers again and again: the turn makes another one of each. No precondition:
        # what it draws must not depend on what has come of it.
        step = self.player.choose(Random(f"{seed} {len(self.played)}"))
        if time.monotonic() > self.ends:
            return
        self.played.append(step)
        false = self.player.play(step)
        if false:
            fewest = shortened(self.played, lambda steps: bool(replay(steps, {})), SHORTENING)
            told = "\n".join([f"{step} made an answer false:", *false])
            pytest.fail(f"{told}\nreproduce: scripts/truth --replay '{spell(fewest)}'", pytrace=False)


def test_no_answer_is_false(world: World, tmp_path: Path, capsys: Any) -> None:
    set_hypothesis_home_dir(tmp_path)
    Changes.world, Changes.tally, Changes.ends = world, Tally(), time.monotonic() + PATIENCE
    chosen = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        # The same changes each time: the search for others is the script's.
        derandomize=True,
        database=None,
        # A false answer is made short by ourselves: hypothesis would take an hour.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(Changes, settings=chosen)
    with capsys.disabled():
        print("\n" + "\n".join(Changes.tally.lines()))
    status = Player(world).status()
    assert Changes.tally.made > 100, "hardly anything was changed"
    assert status["answers"]["remembered"] > Changes.tally.answers / 20, f"hardly an answer was remembered: {status}"
