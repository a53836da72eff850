"""What it costs to remember much."""

from __future__ import annotations

from benchmarks.cases.base import MEGABYTE, Case, Row, Values
from benchmarks.contenders import Contender
from benchmarks.failed import Failed
from benchmarks.fillers import fill
from benchmarks.lane import Lane
from benchmarks.satisfied import answers

ENVIRONMENTS, DISTS = 50, 200


class Footprint(Case):
    """One answer for each of 200 distributions in each of 50 environments, and then all of them again from memory.

    The figures are the largest that were seen after any of the 100 turns: VmRSS of the whole process, interpreter
    included, and descriptors over those that were open before the first call.
    """

    name = "footprint"
    rows = (
        Row("footprint", "10,000 answers, 50 environments of 200 dists", "MB"),
        Row("footprint-descriptors", "10,000 answers, 50 environments: descriptors", ""),
    )
    rounds = quick_rounds = 1
    warmups = 0

    def takes(self, contender: Contender) -> bool:
        """uv has no memory, and a process of uv-ffi serves one environment."""
        return contender.name == "uvffi"

    def round(self, lane: Lane, number: int) -> Values:
        """All answers twice; the second time none may be missing from memory."""
        turns = [self._questions(lane, place) for place in range(ENVIRONMENTS)]
        opened = lane.do("state")["descriptors"]
        weights: list[int] = []
        descriptors: list[int] = []
        for _ in range(2):
            before = answers(lane)["remembered"]
            for commands in turns:
                lane.do("burst", warm=[], timed=commands, count=len(commands))
                state = lane.do("state")
                weights += [] if state["resident_set"] is None else [state["resident_set"]]
                descriptors.append(state["descriptors"] - opened)
        state = lane.do("state")["status"]
        remembered, asked = state["answers"]["remembered"] - before, ENVIRONMENTS * DISTS
        if remembered != asked or state["verdicts"]["held"] < asked:
            raise Failed(f"of {asked} answers {remembered} came from memory, which holds {state['verdicts']}")
        values: dict[str, float] = {"footprint-descriptors": max(descriptors)}
        return {**values, "footprint": max(weights) / MEGABYTE} if weights else values

    def _questions(self, lane: Lane, place: int) -> list[list[str]]:
        """A new environment, and a question about each distribution in it."""
        environment = lane.environment(f"env-{place}")
        fill(environment.site, DISTS)
        return [lane.install(environment, [f"filler-{number:04}"]) for number in range(DISTS)]
