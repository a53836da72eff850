"""Many cases of one target: drawn by Hypothesis from a seed, in batches, until the time or the number is reached."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.strategies import SearchStrategy

from .case import Case
from .judge import Crash
from .known import strange
from .player import Player
from .shorten import shortened
from .targets import TARGETS

BATCH = 200
SHORTENING = 90.0
"""Seconds for one crash."""
Say = Callable[[str], None]


@dataclass
class Sum:
    target: str
    cases: int = 0
    seconds: float = 0.0
    left_out: int = 0
    crashes: int = 0
    known: int = 0
    """Of the crashes: those that only are what waits for a mend."""
    found: dict[str, Path] = field(default_factory=dict)
    """Each kind of crash, and the file it is played again from."""

    def __str__(self) -> str:
        more = f" ({self.known} known)" if self.known else ""
        more += f", {self.left_out} left out" if self.left_out else ""
        rate = self.cases / max(self.seconds, 0.001)
        return (
            f"{self.target}: {self.cases} cases, {rate:.1f} per second, {self.crashes} crash"
            f"{'' if self.crashes == 1 else 'es'} of {len(self.found)} kind{'' if len(self.found) == 1 else 's'}{more}"
        )


def campaign(
    target: str, player: Player, seed: int, say: Say, folder: Path, minutes: float = 10.0, cases: int | None = None
) -> Sum:
    """`folder`: where the cases that are crashes are put."""
    done = Sum(target)
    began = time.monotonic()
    left_out = player.left_out

    def is_over() -> bool:
        done.seconds = time.monotonic() - began
        return done.cases >= cases if cases is not None else done.seconds >= 60 * minutes

    def take(case: Case) -> None:
        if is_over():
            return
        done.cases += 1
        crashes = player.play(case)
        if not crashes:
            return
        done.crashes += 1
        if not strange(crashes):
            done.known += 1
        else:
            _tell(case, crashes, player, say, folder, done)

    batch = 0
    while not is_over():
        draw(TARGETS[target](), seed * 1_000_003 + batch, BATCH if cases is None else min(BATCH, cases), take)
        batch += 1
    done.left_out = player.left_out - left_out
    return done


def draw(strategy: SearchStrategy[Case], seed: int, count: int, take: Callable[[Case], None]) -> None:
    """So many cases, the same for the same seed."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(strategy)
    def each(case: Case) -> None:
        take(case)

    each()


def _tell(case: Case, crashes: list[Crash], player: Player, say: Say, folder: Path, done: Sum) -> None:
    """Says what is new, shortened and written down."""
    crash = strange(crashes)[0]
    if crash.likeness in done.found:
        return

    def is_alike(tried: Case) -> bool:
        return crash.kind in [one.kind for one in player.play(tried)]

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{case.target}-{crash.kind}-{len(done.found) + 1}.json"
    path.write_text(case.text(), encoding="utf-8")
    done.found[crash.likeness] = path
    say(f"CRASH: {crash}")
    if is_alike(case):
        path.write_text(shortened(case, is_alike, SHORTENING).text(), encoding="utf-8")
        say(f"  again: scripts/fuzz --replay {path}")
    else:
        say(f"  not by itself; what it was: {path}")
