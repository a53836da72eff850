"""The requirement is already satisfied."""

from __future__ import annotations

from benchmarks.cases.base import MILLISECOND, Case, Row
from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.fillers import fill
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins


class NoOp(Case):
    """`pip install rich==...` in an environment that has it, alone or among `size` distributions."""

    def __init__(self, size: int | None = None) -> None:
        self.size = size
        self.name = "no-op" if size is None else f"no-op-{size}"
        title = "no-op" if size is None else f"no-op, {size:,} dists installed"
        self.rows = (Row(self.name, title),)
        self._ready: dict[str, tuple[Environment, list[str]]] = {}

    def enter(self, lane: Lane) -> None:
        """Rich and what it needs, and fillers up to the size."""
        rich = pins("rich")
        environment = lane.environment()
        if self.size is not None:
            fill(environment.site, self.size - len(rich))
        lane.run(lane.install(environment, requirements(rich)))
        environment.must_have(dict(rich))
        environment.must_be_whole("rich")
        if self.size is not None and len(environment.installed()) != self.size:
            raise RuntimeError(f"{self.name}: {len(environment.installed())} distributions where {self.size} should be")
        self._ready[lane.contender.name] = environment, lane.install(environment, [f"rich=={rich['rich']}"])

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """One call; site-packages stays as it is."""
        environment, words = self._ready[lane.contender.name]
        before = environment.identity()
        answer = lane.run(words)
        if environment.identity() != before:
            raise Failed("a no-op changed site-packages")
        return {self.name: answer.ns / MILLISECOND}
