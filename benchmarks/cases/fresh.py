"""Twenty packages into an environment that is empty."""

from __future__ import annotations

import shutil

from benchmarks.cases.base import MILLISECOND, Case, Row
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins


class Fresh(Case):
    """One command installs a closed set of twenty from a warm cache; a new environment each round."""

    name = "fresh"
    rows = (Row("fresh", "20 packages into a fresh environment"),)
    rounds = 60
    quick_rounds = 3
    warmups = 2

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """Makes the environment, times the install, looks at all twenty, removes it."""
        twenty = pins("twenty")
        environment = lane.environment(f"env-{number}")
        if lane.contender.one_environment:
            # Else it would say that the new environment has what the last one had, and install nothing.
            lane.restart()
        answer = lane.run(lane.install(environment, requirements(twenty)))
        environment.must_have(dict(twenty))
        if number < 0:
            for name in twenty:
                environment.must_be_whole(name)
        shutil.rmtree(environment.python.parent.parent)
        return {"fresh": answer.ns / MILLISECOND}
