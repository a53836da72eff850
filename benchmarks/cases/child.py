"""A command that uvffi hands to uv in a process of its own."""

from __future__ import annotations

from benchmarks.cases.base import MILLISECOND, Case, Row
from benchmarks.contenders import Contender
from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins


class Child(Case):
    """`pip list` by uv as a process, and by uvffi through its Child."""

    name = "child"
    rows = (Row("child", "Child: `pip list`"),)

    def __init__(self) -> None:
        self._environments: dict[str, Environment] = {}

    def takes(self, contender: Contender) -> bool:
        """uv-ffi has nothing of the kind."""
        return contender.name in ("uv", "uvffi")

    def enter(self, lane: Lane) -> None:
        """Something to list."""
        environment = self._environments[lane.contender.name] = lane.environment()
        lane.run(lane.install(environment, requirements(pins("rich"))))

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """One list, with every package in it."""
        python = self._environments[lane.contender.name].python
        answer = lane.run(["pip", "list", "--python", str(python), "--directory", "."], route="child")
        for name, version in pins("rich").items():
            if [name, version] not in [line.split() for line in answer.text.splitlines()]:
                raise Failed(f"`pip list` did not name {name} {version}")
        return {"child": answer.ns / MILLISECOND}
