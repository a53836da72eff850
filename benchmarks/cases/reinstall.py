"""A package goes and comes back."""

from __future__ import annotations

from benchmarks.cases.base import MILLISECOND, Case, Row
from benchmarks.environments import Environment
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins


class Reinstall(Case):
    """`pip uninstall rich`, then `pip install rich==...`, timed apart."""

    name = "reinstall"
    rows = (Row("uninstall", "uninstall"), Row("install", "install, cached"))

    def __init__(self) -> None:
        self._environments: dict[str, Environment] = {}

    def enter(self, lane: Lane) -> None:
        """Rich and what it needs."""
        environment = self._environments[lane.contender.name] = lane.environment()
        lane.run(lane.install(environment, requirements(pins("rich"))))
        environment.must_have(dict(pins("rich")))

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """Out and in."""
        environment, version = self._environments[lane.contender.name], pins("rich")["rich"]
        out = lane.run(["pip", "uninstall", "rich", "--python", str(environment.python)])
        environment.must_have({"rich": None})
        back = lane.run(lane.install(environment, [f"rich=={version}"]))
        environment.must_have({"rich": version})
        return {"uninstall": out.ns / MILLISECOND, "install": back.ns / MILLISECOND}

    def leave(self, lane: Lane) -> None:
        """The last tree is whole."""
        self._environments[lane.contender.name].must_be_whole("rich")
