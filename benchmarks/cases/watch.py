"""Somebody else changes the environment, and a reader hears of it."""

from __future__ import annotations

import time

from benchmarks.cases.base import MILLISECOND, Case, Row, Values
from benchmarks.contenders import Contender
from benchmarks.failed import Failed
from benchmarks.lane import Lane
from benchmarks.outsiders import VISITOR, Outsider
from benchmarks.satisfied import environment_of

NAME = VISITOR.partition("-")[0].replace("_", "-")


class Watch(Case):
    """From right before a dist-info is renamed in, or away, to when a reader of `env.watch()` has the change."""

    name = "watch"
    rows = (Row("watch", "change seen by a reader of `watch()`"),)
    rounds = 100
    warmups = 2

    def __init__(self) -> None:
        self._ready: dict[str, tuple[Lane, Outsider]] = {}
        self._seen: dict[str, int] = {}

    def takes(self, contender: Contender) -> bool:
        """The others have nothing of the kind."""
        return contender.name == "uvffi"

    def enter(self, lane: Lane) -> None:
        """A reader; when `watch()` has returned, no later change is missed."""
        environment, _ = environment_of(lane, 10)
        self._ready[lane.contender.name] = lane, Outsider(environment, lane.folder / "away")
        self._seen[lane.contender.name] = 0
        lane.do("watch", environment=str(environment.python.parent.parent))

    def round(self, lane: Lane, number: int) -> Values:
        """One change, and nothing before or beside it."""
        _, outsider = self._ready[lane.contender.name]
        # Longer than the debounce, so that no round meets the end of the one before it.
        time.sleep(0.1)
        action = "uninstalled" if (outsider.site / VISITOR).exists() else "installed"
        start = time.monotonic_ns()
        outsider.visit()
        self._seen[lane.contender.name] += 1
        changes = lane.do("watch", seen=self._seen[lane.contender.name])["changes"]
        found = [(change["name"], change["action"]) for change in changes]
        if found != [(NAME, action)]:
            raise Failed(f"the reader had {found}, not {[(NAME, action)]}")
        return {"watch": (changes[0]["ns"] - start) / MILLISECOND}
