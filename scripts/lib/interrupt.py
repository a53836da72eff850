"""Calls that are interrupted, hundreds of times: the same code as their tests, at length."""

from __future__ import annotations

import argparse
import time

from tests.interrupt.campaign import STRIKES, Campaign
from tests.interrupt.phases import NAMED
from tests.interrupt.scene import passing
from tests.interrupt.tally import Tally

from . import say
from .say import Failed


def run(chosen: argparse.Namespace) -> int:
    """Do what the command line asks for; an exit code."""
    if chosen.tries < 1:
        raise Failed(f"--tries {chosen.tries}: must be at least 1")
    names = chosen.phases.split(",") if chosen.phases else list(NAMED)
    unknown = [name for name in names if name not in NAMED]
    if unknown:
        raise Failed(f"--phases: there is no `{unknown[0]}`; there are {', '.join(NAMED)}")
    phases = tuple(NAMED[name] for name in names)
    endings = [chosen.ending] if chosen.ending else list(STRIKES)
    with passing() as ground:
        tallies = [_told(Campaign(ground, one, chosen.seed, say.note, phases), chosen.tries) for one in endings]
    late = [line for tally in tallies for line in tally.late()]
    for line in late:
        say.note(f"WRONG: {line}")
    wrong = len(late) + sum(len(tally.wrong) for tally in tallies)
    tries = sum(tally.tries for tally in tallies)
    print(f"{tries} tries, {wrong} wrong; seed {chosen.seed}", flush=True)
    return 1 if wrong else 0


def _told(campaign: Campaign, tries: int) -> Tally:
    began = time.monotonic()
    tally = campaign.run(tries)
    print("\n".join([*tally.lines(), f"{tally}; took {say.spell(time.monotonic() - began)}"]), flush=True)
    return tally
