"""Another version of an installed package."""

from __future__ import annotations

from benchmarks.cases.base import MILLISECOND, Case, Row
from benchmarks.environments import Environment
from benchmarks.fillers import fill
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins


class Swap(Case):
    """rich 14.3.2 and 14.3.3 in turn, alone or among `size` distributions."""

    def __init__(self, size: int | None = None) -> None:
        self.size = size
        self.name = "swap" if size is None else f"swap-{size}"
        title = "swap of a version" if size is None else f"swap, {size:,} dists installed"
        self.rows = (Row(self.name, title),)
        self._versions = (pins("other")["rich"], pins("rich")["rich"])
        self._environments: dict[str, Environment] = {}

    def enter(self, lane: Lane) -> None:
        """Rich and what it needs, and fillers up to the size."""
        environment = self._environments[lane.contender.name] = lane.environment()
        if self.size is not None:
            fill(environment.site, self.size - len(pins("rich")))
        lane.run(lane.install(environment, requirements(pins("rich"))))
        # Both wheels are unpacked into the cache before anything is timed, and both trees are seen whole.
        for version in self._versions:
            lane.run(lane.install(environment, [f"rich=={version}"]))
            environment.must_have({"rich": version})
            environment.must_be_whole("rich")

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """One swap."""
        environment = self._environments[lane.contender.name]
        version = self._versions[number % 2]
        answer = lane.run(lane.install(environment, [f"rich=={version}"]))
        environment.must_have({"rich": version})
        return {self.name: answer.ns / MILLISECOND}

    def leave(self, lane: Lane) -> None:
        """After hundreds of swaps the tree is still what RECORD says, and its needs are untouched."""
        environment = self._environments[lane.contender.name]
        environment.must_be_whole("rich")
        environment.must_have({name: version for name, version in pins("rich").items() if name != "rich"})
