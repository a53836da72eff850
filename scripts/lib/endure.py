"""What a long life does to a process: the same code as the tests of endurance, at length."""

from __future__ import annotations

import argparse
from typing import Callable

from tests.endurance.exits import exits
from tests.endurance.figures import Figures
from tests.endurance.forks import forks
from tests.endurance.ground import LONGEST, Ground, passing
from tests.endurance.steady import Counts, steady
from tests.endurance.ticks import ticks
from tests.support.worker import WorkerDied

from . import say
from .say import Failed

MOST = 20
"""So many wrong things of one part are enough to be told of."""


def run(chosen: argparse.Namespace) -> int:
    """Do what the command line asks for; an exit code."""
    counts = Counts(chosen.noops, chosen.swaps, chosen.failures)
    given = (chosen.forks, chosen.ticks, chosen.exits, *counts)
    if any(number is not None and number <= 0 for number in given):
        raise Failed("each count must be more than 0")
    if chosen.ticks is not None and chosen.ticks > LONGEST:
        raise Failed(f"--ticks {chosen.ticks:g}: no call here is longer than {LONGEST:g} s")
    parts: list[Callable[[Ground], Figures]] = []
    if chosen.forks is not None:
        parts.append(lambda ground: forks(ground, chosen.forks, say.note))
    if chosen.ticks is not None:
        parts.append(lambda ground: ticks(ground, chosen.ticks, say=say.note))
    if chosen.exits is not None:
        parts.append(lambda ground: exits(ground, chosen.exits, say.note, chosen.seed))
    if chosen.calls:
        parts.append(lambda ground: steady(ground, counts, say.note))
    wrong = sum(_play(part) for part in parts)
    print(f"{len(parts)} part{'' if len(parts) == 1 else 's'}, {wrong} wrong", flush=True)
    return 1 if wrong else 0


def _play(part: Callable[[Ground], Figures]) -> int:
    """Print the figures of a part; how much was wrong."""
    with passing("endure") as ground:
        try:
            found = part(ground)
        except WorkerDied as error:
            found = Figures("stopped: the process that was to live long is gone", [str(error)])
    for line in found.wrong[:MOST]:
        say.note(f"WRONG: {line}")
    if len(found.wrong) > MOST:
        say.note(f"and {len(found.wrong) - MOST} more")
    print(found.line, flush=True)
    return len(found.wrong)
