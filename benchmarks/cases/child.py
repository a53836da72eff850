"""Commands that uvffi hands to uv in a process of its own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.cases.base import MILLISECOND, Case, Row
from benchmarks.contenders import Contender
from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins

READY = 20.0  # seconds that the server may take


class Child(Case):
    """Three commands by uv as a process, and by uvffi through forks of the server that it keeps."""

    name = "child"
    rows = (
        Row("child-version", "Child: `--version`"),
        Row("child", "Child: `pip list`"),
        Row("child-venv", "Child: `venv`"),
    )

    def __init__(self) -> None:
        self._environments: dict[str, Environment] = {}

    def takes(self, contender: Contender) -> bool:
        """uv-ffi has nothing of the kind."""
        return contender.name in ("uv", "uvffi")

    def enter(self, lane: Lane) -> None:
        """Something to list; and the server, which the first command of a process does not have yet."""
        environment = self._environments[lane.contender.name] = lane.environment()
        lane.run(lane.install(environment, requirements(pins("rich"))))
        if lane.contender.name == "uvffi":
            lane.run(["--version"], route="child")
            deadline = time.monotonic() + READY
            while told(lane)["server"] != "ready":
                if time.monotonic() > deadline:
                    raise Failed(f"there is no server: {told(lane)}")
                time.sleep(0.05)

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """One of each: the version that it is, a list with every package in it, an environment that was not there."""
        python = self._environments[lane.contender.name].python
        before = told(lane)
        version = lane.run(["--version"], route="child")
        if not version.text.startswith("uv "):
            raise Failed(f"`--version` said {version.text!r}")
        listed = lane.run(["pip", "list", "--python", str(python)], route="child")
        for name, pin in pins("rich").items():
            if [name, pin] not in [line.split() for line in listed.text.splitlines()]:
                raise Failed(f"`pip list` did not name {name} {pin}")
        new = lane.folder / f"new-{number}"
        made = lane.run(["venv", "--python", str(python), str(new)], route="child")
        must_be_new(new)
        if before and told(lane)["forks"] != before["forks"] + 3:
            raise Failed(f"not all three were forks of the server: {before}, {told(lane)}")
        return {
            "child-version": version.ns / MILLISECOND,
            "child": listed.ns / MILLISECOND,
            "child-venv": made.ns / MILLISECOND,
        }


def told(lane: Lane) -> dict[str, Any]:
    """What uvffi says of its Child; nothing for others."""
    if lane.contender.name != "uvffi":
        return {}
    told: dict[str, Any] = lane.do("state")["status"]["child"]
    return told


def must_be_new(folder: Path) -> None:
    """An environment was made there."""
    if not (folder / "pyvenv.cfg").is_file() or not (folder / "bin" / "python").exists():
        raise Failed(f"`venv` made no environment in {folder}")
