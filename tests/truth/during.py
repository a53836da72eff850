"""Changes that others make in the midst of the engine's own.

The warm process puts another version of one distribution in place; at a moment of that, somebody else changes another
distribution in the same directory. What is asked when both have ended must be as a cold uv has it. Whether the change
came in the midst is measured: those that came too late or too early are counted apart.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Callable, Mapping, NamedTuple, Optional

from tests.engine import outside

from . import host
from .campaign import Say, Sum, watch
from .changes.files import another_need, as_version, overwrite
from .home import Home, said
from .play import Player
from .question import INSTALL, UNINSTALL, Question
from .world import World, passing, remove

SWAPPED = ("leaf", ("1.0", "2.0"))
ASKED = [
    *(Question((*INSTALL, *line.split()), "one") for line in ("moss", "moss==1.0 stone-1", "trunk==1.0", "ghost")),
    Question((*INSTALL, "trunk==1.0"), "one", query=True),
    Question((*UNINSTALL, "ghost"), "one"),
    Question((), "one", query=True),
]
LATE = 1.4
"""An intrusion by the clock comes within so many times the duration of the last swap."""

Intrusion = Callable[[Home, Random], Optional[Callable[[], object]]]
"""Changes something, and says how that is undone."""


class Turn(NamedTuple):
    """One swap: what was done in it, whether it was in the midst, and what was false afterwards."""

    kind: str
    midst: bool
    false: list[str]


def during(times: int, seed: int, watcher: str, started_with: Mapping[str, str], say: Say) -> Sum:
    """So many turns in a world of their own; the arguments are those of `campaign`."""
    kinds: Counter[str] = Counter()
    midst = 0
    with passing("during", started_with) as world:
        turns, rng, false = During(world), Random(seed), False
        for number in range(times):
            watch(world, watcher, number)
            turn = turns.turn(rng)
            kinds[turn.kind] += 1
            midst += turn.midst
            if turn.false:
                say("\n".join([f"FALSE in turn {number} of seed {seed}, {turn.kind}:", *turn.false]))
                false = True
                break
            if number % 100 == 99:
                say(f"seed {seed}: {number + 1} changes during our own, {midst} in the midst, no false answer yet")
        say(f"in the midst {midst}; {dict(kinds)}; the engine's own counts: {turns.player.status()['answers']}")
    return Sum(sum(kinds.values()), turns.player.tally.answers, int(false))


class Intruder(threading.Thread):
    """Waits, acts, and notes when it has."""

    def __init__(self, wait: Callable[[], object], act: Callable[[], object]) -> None:
        super().__init__(name="intruder")
        self._wait, self._act = wait, act
        self.acted = 0.0
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._wait()
            self._act()
            self.acted = time.monotonic()
        except Exception as error:
            self.error = error

    def join(self, timeout: float | None = None) -> None:
        super().join(timeout)
        if self.error is not None:
            raise self.error


class During:
    """Turns in a world. Each undoes, in the midst of its own swap, what the one before has done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.player = Player(world)
        self._undo: Callable[[], object] | None = None
        self._took = 0.01
        self._turn = 0

    def turn(self, rng: Random) -> Turn:
        self.player.arm(rng.sample(ASKED, 4))
        undo, self._undo = self._undo, None
        kind, act = ("undo", undo) if undo else self._intrusion(rng)
        name, versions = SWAPPED
        version = versions[self._turn % len(versions)]
        self._turn += 1
        other = Intruder(self._moment(rng), act)
        other.start()
        question = Question((*INSTALL, "--no-deps", f"{name}=={version}"), "one", real=True)
        answer, began, ended = self.world.worker.call(host.timed, asked=question.warm(self.world), timeout=120)
        other.join()
        self._took = ended - began
        false = self.player.check(rng.sample(ASKED, len(ASKED)))
        false += self._swapped(answer, name, version)
        return Turn(kind, began < other.acted < ended, false)

    def _swapped(self, answer: Mapping[str, object], name: str, version: str) -> list[str]:
        if answer["exit_code"] != 0:
            return [f"the swap failed: {answer}"]
        there = {entry for entry in self.world.one.listing() if entry[0] == name}
        return [] if there == {(name, version)} else [f"{name}=={version} was installed, there is {there}"]

    def _intrusion(self, rng: Random) -> tuple[str, Callable[[], object]]:
        kind, make = rng.choice(INTRUSIONS)

        def act() -> None:
            self._undo = make(self.world.one, rng)

        return kind, act

    def _moment(self, rng: Random) -> Callable[[], None]:
        """Waits for a while, or for the old version to leave: by then the swap has begun, and hasn't ended."""
        (root,) = self.world.one.roots()
        old = [info for info in self.world.one.infos() if said(info)[0] == SWAPPED[0]]
        if rng.random() < 0.5 or not old:
            seconds = rng.uniform(0, LATE * self._took)
            return lambda: time.sleep(seconds)
        gives_up = time.monotonic() + 2.0

        def leaves() -> None:
            while old[0].exists() and time.monotonic() < gives_up:
                pass

        return leaves


def _appears(home: Home, rng: Random) -> Callable[[], object]:
    """Whole at once, by a rename. It is made elsewhere: at a name that is none, uv itself would stop."""
    (root,) = home.roots()
    made = outside.put(home.path, "ghost", rng.choice(("1.0", "2.0")))
    info = made.rename(root / made.name)
    return lambda: remove(info)


def _appears_slowly(home: Home, rng: Random) -> Callable[[], object]:
    """File by file, and not by a rename."""
    (root,) = home.roots()
    info = outside.metadata(root, "ghost", "3.0")
    info.mkdir()
    outside.fill(info, "ghost", "3.0")
    return lambda: remove(info)


def _vanishes(home: Home, rng: Random) -> Callable[[], object]:
    info, shelter = _moss(home), home.path / "shelter"
    os.rename(info, shelter)
    return lambda: os.rename(shelter, info)


def _replaced(home: Home, rng: Random) -> Callable[[], object]:
    """Another version of it in its place."""
    info = _moss(home)
    shelter = home.path / "shelter"
    other = as_version(info, "2.0")
    os.rename(info, shelter)

    def back() -> None:
        os.rename(shelter, info)
        remove(other)

    return back


def _renamed(home: Home, rng: Random) -> Callable[[], object]:
    info = _moss(home)
    other = info.with_name("moss-7.7.dist-info")
    os.rename(info, other)
    return lambda: os.rename(other, info)


def _edited(home: Home, rng: Random) -> Callable[[], object]:
    """What one in the closure needs, in place, with size and time kept."""
    path = _of(home, rng.choice(("twig", "branch", "moss"))) / "METADATA"
    return overwrite(path, another_need(path.read_bytes(), rng))


def _exchanged(home: Home, rng: Random) -> Callable[[], object]:
    path = _of(home, rng.choice(("twig", "branch", "moss"))) / "METADATA"
    before = path.read_bytes()
    fresh = path.with_name("fresh")
    fresh.write_bytes(another_need(before, rng))
    os.rename(fresh, path)
    return lambda: path.write_bytes(before)


def _moss(home: Home) -> Path:
    return _of(home, "moss")


def _of(home: Home, name: str) -> Path:
    return next(info for info in home.infos() if said(info)[0] == name)


INTRUSIONS: list[tuple[str, Intrusion]] = [
    ("appears", _appears),
    ("appears slowly", _appears_slowly),
    ("vanishes", _vanishes),
    ("replaced", _replaced),
    ("renamed", _renamed),
    ("edited", _edited),
    ("exchanged", _exchanged),
]
