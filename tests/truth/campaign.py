"""Thousands of steps, with progress, a sum, and a way to play again what went wrong."""

from __future__ import annotations

import time
from random import Random
from typing import Callable, Mapping, NamedTuple, Sequence

from . import host
from .play import Player
from .shorten import shortened
from .step import Step, spell
from .world import World, passing

Say = Callable[[str], None]
WATCHED = 20
"""After so many changes the watcher is started anew if it isn't there."""
TRIES = 60.0
"""Seconds in which a shorter way to a false answer is looked for."""


class Sum(NamedTuple):
    """How many changes were made, how many answers judged, and how many false: a campaign ends with the first."""

    changes: int
    answers: int
    false: int


def campaign(
    changes: int, seed: int, watcher: str, started_with: Mapping[str, str], say: Say, every: float = 10.0
) -> Sum:
    """Makes so many changes. `watcher` is `on`, `off` or `killed`: it is started, and killed again and again.

    `started_with`: further variables of the warm process; `say` is given lines about how it goes.
    """
    with passing("truth", started_with) as world:
        # Where a time stands for a whole second, most of what could go wrong is within one.
        player = Player(world, hurried=0.5 if "UVFFI_TEST_GRAIN" in started_with else 0.0)
        rng = Random(seed)
        played: list[Step] = []
        told = time.monotonic()
        false: list[str] = []
        while player.tally.made < changes and not false:
            watch(world, watcher, player.tally.made)
            played.append(player.choose(rng))
            false = player.play(played[-1])
            if time.monotonic() - told > every:
                told = time.monotonic()
                say(f"seed {seed}: {player.tally.made} changes, no false answer yet")
        player.tally.status = player.status()
        if watcher != "off":
            say(f"watcher: {world.worker.call(host.watcher)}")
    for line in player.tally.lines():
        say(line)
    if not false:
        return Sum(player.tally.made, player.tally.answers, 0)
    say("\n".join([f"FALSE after {player.tally.made} changes, seed {seed}, step {len(played)}: {played[-1]}", *false]))
    fewest = shortened(played, lambda steps: bool(replay(steps, started_with)), TRIES)
    say(f"reproduce: scripts/truth --replay '{spell(fewest)}'")
    return Sum(player.tally.made, player.tally.answers, 1)


def watch(world: World, watcher: str, made: int) -> None:
    """Before the change of that number: has the watcher as it should be then."""
    if watcher != "off" and made % WATCHED == 0:
        world.worker.call(host.start_watching)
    if watcher == "killed" and made % WATCHED == WATCHED // 2:
        world.worker.call(host.kill_watcher)


def replay(steps: Sequence[Step], started_with: Mapping[str, str]) -> list[str]:
    """What is false when these steps are played in a new world."""
    with passing("truth", started_with) as world:
        player = Player(world)
        for step in steps:
            false = player.play(step)
            if false:
                return false
    return []
