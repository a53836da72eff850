"""Fault points of the library that is built for these tests: what was passed, and how one is asked for."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Dict, List, NamedTuple

KILLED = -signal.SIGKILL
ERRORS = ("ENOSPC", "EIO", "EACCES", "EXDEV")
MARK = "#"
"""Begins a line of the log that says which command comes now; the process itself writes it."""

Passed = Dict[str, List[int]]
"""For each point, at which counts it was passed."""


ANY_TIME = "any-time"
"""Stands for a point where a process is killed from outside; its number is microseconds after its victims' begin."""


class Fault(NamedTuple):
    """What happens when a point is passed for the `nth` time in a process: `step.after@3=kill`."""

    point: str
    nth: int
    what: str

    def __str__(self) -> str:
        return f"{self.point}@{self.nth}={self.what}"

    @classmethod
    def parse(cls, text: str) -> Fault:
        at, equals, what = text.partition("=")
        point, _, count = at.partition("@")
        if not point or not equals or not count.isdigit():
            raise ValueError(f"`{text}` is no fault: expected something like `step.after@3=kill`")
        return cls(point, int(count), what)


class Log:
    """The file that a library with fault points tells what it passes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def passed(self, after: str | None = None) -> Passed:
        """Points passed, with counts; with `after`, only those after that mark."""
        found: Passed = {}
        for line in self._after(after):
            point, count = line.split()[:2]
            if point != MARK:
                found.setdefault(point, []).append(int(count))
        return found

    def landed(self, fault: Fault, after: str | None = None) -> bool:
        """Whether the fault was done, there and nowhere else."""
        return f"{fault.point} {fault.nth} {fault.what}" in self._after(after)

    def _after(self, mark: str | None) -> list[str]:
        try:
            lines = self.path.read_text().splitlines()
        except FileNotFoundError:
            return []
        if mark is None:
            return lines
        wanted = f"{MARK} {mark}"
        return lines[lines.index(wanted) + 1 :] if wanted in lines else []
