"""The long search for a change that is half done: the same code as the tests of transactions, at length."""

from __future__ import annotations

import argparse
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.transactions.campaign import Campaign, passing, replay
from tests.transactions.neighbours import together
from tests.transactions.places import PLACES
from tests.transactions.play import Turn
from tests.transactions.reading import read
from tests.transactions.scenario import SCENARIOS, named
from tests.transactions.tally import Tally

from . import say
from .say import Failed


class Share(NamedTuple):
    """What one lane does."""

    library: Path | None
    place: str
    scenarios: tuple[str, ...]
    seed: int
    runs: int
    errors: int
    random: int


def run(chosen: argparse.Namespace) -> int:
    """Do what the command line asks for; an exit code."""
    if chosen.place not in PLACES:
        raise Failed(f"there is no place `{chosen.place}`; there are {', '.join(PLACES)}")
    try:
        if chosen.replay is not None:
            return _replay(chosen)
        codes = []
        if chosen.runs or chosen.errors or chosen.random:
            codes.append(_campaign(chosen))
        if chosen.readers:
            codes.append(_readers(chosen))
        if chosen.neighbours:
            codes.append(_neighbours(chosen))
        return max(codes)
    except PermissionError as error:
        raise Failed(str(error)) from error


def _campaign(chosen: argparse.Namespace) -> int:
    scenarios = tuple(chosen.scenarios.split(",")) if chosen.scenarios else tuple(one.name for one in SCENARIOS)
    try:
        _ = [named(name) for name in scenarios]
    except ValueError as error:
        raise Failed(str(error)) from error
    lanes = chosen.lanes
    if lanes < 1 or (chosen.runs or lanes) < lanes:
        raise Failed(f"--runs {chosen.runs} can't be shared by --lanes {lanes}: both must be at least 1")
    shares = [
        Share(
            chosen.library,
            chosen.place,
            # Errors are not drawn: each lane has scenarios of its own.
            scenarios[lane::lanes] if chosen.errors else scenarios,
            chosen.seed + lane,
            chosen.runs // lanes,
            chosen.errors,
            chosen.random // lanes,
        )
        for lane in range(lanes)
    ]
    if lanes == 1:
        tally = _lane(shares[0])
    else:
        with ProcessPoolExecutor(lanes, multiprocessing.get_context("spawn")) as pool:
            tally = sum(pool.map(_lane, shares), Tally())
    print(f"{tally}; seed {chosen.seed}, {chosen.place}", flush=True)
    return 0 if tally.is_good else 1


def _lane(share: Share) -> Tally:
    """Kills at points and errors with the library that has them; kills at any time with the ordinary one."""
    tally = Tally()
    place, scenarios = PLACES[share.place], [named(name) for name in share.scenarios]
    if share.runs or share.errors:
        with passing(share.library, place) as world:
            campaign = Campaign(world, share.seed, say.note, scenarios)
            campaign.kills(share.runs)
            if share.errors:
                campaign.errors(share.errors)
            tally += campaign.tally
    if share.random:
        with passing(None, place) as world:
            campaign = Campaign(world, share.seed, say.note, scenarios)
            campaign.random(share.random)
            tally += campaign.tally
    return tally


def _replay(chosen: argparse.Namespace) -> int:
    try:
        Turn.parse(chosen.replay)
    except ValueError as error:
        raise Failed(f"--replay `{chosen.replay}`: {error}") from error
    with passing(chosen.library, PLACES[chosen.place]) as world:
        false = replay(world, chosen.replay, say.note)
    return _end("1 replayed", false, chosen.place)


def _readers(chosen: argparse.Namespace) -> int:
    with passing(None, PLACES[chosen.place]) as world:
        seen = read(world, chosen.readers)
    false = [*seen.false]
    for kind, one in (("opened", seen.opened), ("imported", seen.imported)):
        false += [f"{kind}: {line}" for line in one.first]
    what = (
        f"{seen.swaps:,} swaps, {seen.opened.done:,} files opened ({seen.opened.failed} missing), "
        f"{seen.imported.done:,} imports ({seen.imported.failed} failed)"
    )
    return _end(what, false, chosen.place)


def _neighbours(chosen: argparse.Namespace) -> int:
    with passing(None, PLACES[chosen.place]) as world:
        seen = together(world, chosen.neighbours, seed=chosen.seed)
    calls = ", ".join(f"{count:,} of {kind}" for kind, count in seen.calls.items())
    return _end(f"{chosen.neighbours:g} s, calls: {calls}; the longest {seen.longest:.1f} s", seen.false, chosen.place)


def _end(what: str, false: list[str], place: str) -> int:
    for line in false:
        say.note(f"FALSE: {line}")
    print(f"{what}, {len(false)} false, {place}", flush=True)
    return 1 if false else 0
