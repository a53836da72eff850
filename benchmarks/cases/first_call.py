"""The price of beginning."""

from __future__ import annotations

from benchmarks.cases.base import MILLISECOND, Row
from benchmarks.cases.noop import NoOp
from benchmarks.lane import Lane


class FirstCall(NoOp):
    """Import and first satisfied call, in a new process each round; for uv, one no-op process."""

    rounds = 60
    warmups = 2

    def __init__(self) -> None:
        super().__init__()
        self.name = "first-call"
        self.rows = (Row("first-call", "import + first satisfied call in a new process"),)

    def enter(self, lane: Lane) -> None:
        """As a no-op; the driver that installed is not needed any more."""
        super().enter(lane)
        if lane.contender.kind == "resident":
            lane.close()

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """One new process."""
        if lane.contender.kind == "process":
            return super().round(lane, number)
        _, words = self._ready[lane.contender.name]
        imported, called, *_ = lane.first_call(words)
        # Only the sum compares: one loads its library in the import, the other in the call.
        return {"first-call": (imported + called) / MILLISECOND}
