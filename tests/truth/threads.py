"""Eight threads of one process, two environments, and another process that changes both."""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path
from random import Random
from typing import Callable, Mapping

from . import mixture
from .campaign import Say
from .home import said
from .play import Player
from .question import INSTALL, Question
from .world import World, passing

QUESTIONS = [
    Question(words, home, query)
    for home in ("one", "two")
    for words, query in (
        ((*INSTALL, "trunk==1.0"), False),
        ((*INSTALL, "moss", "stone-3"), False),
        ((*INSTALL, "bark==1.0"), True),
        ((), True),
    )
]
"""What is compared when all is still again."""


def threads(
    seconds: float, started_with: Mapping[str, str] | None = None, say: Say = lambda line: None, seed: int = 1
) -> list[str]:
    """Mixes for so many seconds; what was false, a thread that didn't come back included.

    `started_with`: further variables of the warm process; `say` is given a line about what was done.
    """
    with passing("threads", started_with) as world:
        return mixed(world, seconds, say, seed)


def mixed(world: World, seconds: float, say: Say = lambda line: None, seed: int = 1) -> list[str]:
    """The same in a world."""
    environments = [str(home.path) for home in (world.one, world.two)]
    world.worker.call(mixture.begin, seconds=seconds, environments=environments, seed=seed)
    # This process is another one than theirs.
    outsider = Outsider(world, seed)
    outsider.start()
    told = world.worker.call(mixture.outcome, timeout=seconds + mixture.PATIENCE + 30)
    outsider.end.set()
    outsider.join()
    say(f"done {Counter(told['done'])}, {outsider.made} changes from outside")
    false = [f"a thread did not come back:\n{told['stuck']}"] if told["stuck"] else list(told["false"])
    if outsider.made < 10 * seconds or min(told["done"].get(work, 0) for work in WORKS) == 0:
        false.append(f"hardly anything was done: {told['done']}, {outsider.made} changes from outside")
    return false or Player(world).check(QUESTIONS)


WORKS = ("still", "plan", "swap", "listing", "patch", "invalidate", "status")


class Outsider(threading.Thread):
    """Takes dist-infos away and puts them back, each by one rename, as fast as it can be."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__()
        self.rng = Random(seed)
        self.made = 0
        self.end = threading.Event()
        self._swaps: list[Callable[[], None]] = []
        for home in (world.one, world.two):
            for info in home.infos():
                if said(info)[0] in mixture.TOUCHED:
                    self._swaps.append(_swap(info, world.aside / f"{home.name}-{info.name}"))

    def run(self) -> None:
        while not self.end.wait(self.rng.random() * 0.005):
            self.rng.choice(self._swaps)()
            self.made += 1


def _swap(info: Path, away: Path) -> Callable[[], None]:
    def swap() -> None:
        try:
            os.rename(info, away)
        except FileNotFoundError:
            os.rename(away, info)

    return swap
