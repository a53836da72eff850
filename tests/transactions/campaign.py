"""A thousand kills, spread over every point of every scenario, counted."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Callable, Iterator, Sequence
from typing import Counter as CounterOf

from tests.truth import mounts

from .errors import every, fail
from .faults import ANY_TIME, ERRORS, Fault
from .ground import Ground, survey
from .places import DISK, Place
from .play import Judged, Turn, play
from .recovery import VISITS, follow
from .scenario import SCENARIOS, Scenario, named
from .tally import Tally
from .world import World

Say = Callable[[str], None]
EVERY = 15.0
"""Seconds between two lines about how it goes."""
ENOUGH = 20
"""So many false ends are enough to be told of."""


@contextmanager
def passing(library: Path | None, place: Place = DISK) -> Iterator[World]:
    """A world for a while, at a place; raises PermissionError for one that takes mounts, without the right to them."""
    if place is not DISK and not mounts.private():
        raise PermissionError(f"`{place.name}` takes mounts of our own, and this user may make none: run it as root")
    with tempfile.TemporaryDirectory(prefix="uvffi-kill-") as base:
        world = World(Path(base), library, place)
        try:
            yield world
        finally:
            world.close()


class Campaign:
    """Kills in one world; `tally` is what they came to so far. `say` is given lines about how it goes."""

    def __init__(self, world: World, seed: int, say: Say, scenarios: Sequence[Scenario] = SCENARIOS) -> None:
        self.world = world
        self.rng = Random(seed)
        self.say = say
        self.tally = Tally()
        self.grounds: dict[str, Ground] = {}
        self._recovery: dict[str, dict[str, int]] = {}
        self._used: CounterOf[tuple[str, str]] = Counter()
        self._told = time.monotonic()
        for scenario in scenarios:
            if scenario.name not in world.place.without:
                self._survey(scenario)

    def _survey(self, scenario: Scenario) -> None:
        ground = survey(self.world, scenario)
        self.grounds[scenario.name] = ground
        for line in ground.strange:
            self.say(f"STRANGE {scenario.name}, without a kill: {line}")
        self.tally.strange += bool(ground.strange)
        counts = {point: len(at) for point, at in sorted(ground.passed.items())}
        self.say(f"{scenario.name}: {1000 * ground.seconds:.1f} ms, points {counts}")

    def kills(self, runs: int) -> None:
        """So many kills at points that were passed, the least used ones first."""
        names = [name for name, ground in self.grounds.items() if ground.passed]
        if not names:
            self.say("no fault point was passed: this library has none, or the engine changes nothing")
            return
        wanted = self.tally.kills + runs
        for attempt in range(2 * runs + 20):
            if self.tally.kills >= wanted or self.tally.wrong >= ENOUGH:
                return
            turn = self._choose(names[attempt % len(names)])
            judged = play(self.world, self.grounds[turn.scenario], turn)
            self._count(judged, turn)
            if judged.landed:
                self._learn(turn.scenario)

    def random(self, runs: int) -> None:
        """So many kills at any time, of a process that goes to and fro if it can."""
        names = list(self.grounds)
        wanted = self.tally.kills + runs
        for attempt in range(2 * runs + 20):
            if self.tally.kills >= wanted or self.tally.wrong >= ENOUGH:
                return
            name = names[attempt % len(names)]
            ground, scenario = self.grounds[name], named(name)
            # The later rounds are faster.
            most = ground.seconds * (4 if scenario.back else 1)
            fault = Fault(ANY_TIME, int(self.rng.uniform(0, most) * 1e6), "kill")
            turn = Turn(name, fault, follow(self.rng, scenario, ()))
            self._count(play(self.world, ground, turn), turn)

    def errors(self, most: int, choose: Callable[[list[Turn]], list[Turn]] = lambda turns: turns) -> None:
        """Every error at every point of every call, at up to `most` of the times it is passed.

        `choose` takes fewer of a scenario's.
        """
        for name, ground in self.grounds.items():
            # Of several calls, the others go on after one has failed.
            turns = every(ground, name, most) if len(named(name).victims) == 1 else []
            for turn in choose(turns):
                if self.tally.wrong >= ENOUGH:
                    return
                failed = fail(self.world, ground, turn)
                self.tally.errors += failed.landed
                self.tally.succeeded += failed.succeeded
                self.tally.missed += not failed.landed
                self.tally.false += bool(failed.false)
                self._tell("FALSE", turn, failed.landed, failed.false)

    def _choose(self, name: str) -> Turn:
        passed = self.grounds[name].passed
        fewest = min(self._used[name, point] for point in passed)
        point = self.rng.choice([point for point in sorted(passed) if self._used[name, point] == fewest])
        self._used[name, point] += 1
        fault = Fault(point, self.rng.choice(passed[point]), "kill")
        points = sorted(self._recovery.get(name, {}).items())
        return Turn(name, fault, follow(self.rng, named(name), points))

    def _learn(self, name: str) -> None:
        """What a recovery passes: the log is of the last process, which was one."""
        known = self._recovery.setdefault(name, {})
        for point, counts in self.world.log.passed().items():
            known[point] = max(known.get(point, 0), *counts)

    def _count(self, judged: Judged, turn: Turn) -> None:
        self.tally.kills += judged.landed
        self.tally.missed += not judged.landed
        self.tally.midst += judged.midst
        self.tally.again += judged.killed_again
        self.tally.visited += judged.landed and any(word in VISITS for word in turn.follows)
        self.tally.mended += judged.mended
        self.tally.broken += bool(judged.broken)
        self.tally.mixed += bool(judged.mixed and not judged.broken)
        self.tally.left += bool(judged.left and not judged.broken and not judged.mixed)
        what = "BROKEN" if judged.broken else "MIXED" if judged.mixed else "LEFT"
        told = judged.false if what != "LEFT" or self.tally.left <= ENOUGH else []
        self._tell(what, turn, judged.landed, told)

    def _tell(self, what: str, turn: Turn, landed: bool, false: Sequence[str]) -> None:
        if landed:
            self.tally.points.add(turn.fault.point)
        if false:
            self.say("\n    ".join([f"{what} --replay '{turn}'", *false]))
        if time.monotonic() - self._told > EVERY:
            self._told = time.monotonic()
            self.say(f"so far {self.tally}")


def replay(world: World, text: str, say: Say) -> list[str]:
    """Plays one turn again; what is false."""
    turn = Turn.parse(text)
    ground = survey(world, named(turn.scenario))
    for line in ground.strange:
        say(f"STRANGE {turn.scenario}, without a kill: {line}")
    if turn.fault.what in ERRORS:
        failed = fail(world, ground, turn)
        return failed.false if failed.landed else [f"{turn.fault} was not passed"]
    judged = play(world, ground, turn)
    return judged.false if judged.landed else [f"{turn.fault} was not passed, or didn't kill"]
