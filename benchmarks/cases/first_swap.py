"""A version that no Shelf holds."""

from __future__ import annotations

import shutil
import time

from benchmarks.cases.base import MILLISECOND, Case, Row, Values
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins
from benchmarks.swapping import PAUSE, RICH, Ready, prepare, swap


class FirstSwap(Case):
    """The first swap of rich in a new environment, in a process that has answered about it before.

    And, in an environment of ten that stays, swaps with `UVFFI_SHELF=0`: staging from uv's cache and the commit, with
    as little else as can be. To the others the second is a swap like any.
    """

    name = "first-swap"
    rows = (
        Row("first-swap", "first swap of rich in an environment"),
        Row("unshelved-swap", "swap of rich, 10 dists, Shelf off"),
    )
    rounds = 40
    warmups = 2

    def __init__(self) -> None:
        self._unshelved: dict[str, Ready] = {}

    def enter(self, lane: Lane) -> None:
        """The environment that stays; both wheels are unpacked in the cache then."""
        own = lane.beside("unshelved", {"UVFFI_SHELF": "0"})
        self._unshelved[lane.contender.name] = prepare(own, RICH[0])

    def round(self, lane: Lane, number: int) -> Values:
        """Makes an environment, fills it, asks once, and times one swap; then two in the other one."""
        ready = self._unshelved[lane.contender.name]
        elapsed = swap(ready, ready.steps, 2, PAUSE, shelved=False)
        ready.environment.must_have(dict(ready.base))
        return {
            "first-swap": self._first(lane, number) / MILLISECOND,
            "unshelved-swap": [ns / MILLISECOND for ns in elapsed],
        }

    def leave(self, lane: Lane) -> None:
        """The last tree is whole."""
        self._unshelved[lane.contender.name].must_be_base()

    def _first(self, lane: Lane, number: int) -> int:
        environment = lane.environment(f"env-{number}")
        if lane.contender.one_environment:
            # Else it would say that the new environment has what the last one had.
            lane.restart()
        base, other = pins("rich"), pins("rich-other")
        for _ in range(2):
            lane.run(lane.install(environment, requirements(base)))
        environment.must_have(dict(base))
        time.sleep(PAUSE)
        answer = lane.run(lane.install(environment, requirements(other)))
        environment.must_have({**base, **other})
        if number < 0:
            environment.must_be_whole("rich")
        shutil.rmtree(environment.python.parent.parent)
        return answer.ns
