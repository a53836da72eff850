"""What a process weighs after one no-op."""

from __future__ import annotations

from benchmarks.cases.base import MEGABYTE, Row
from benchmarks.cases.first_call import FirstCall
from benchmarks.lane import Lane


class Memory(FirstCall):
    """VmRSS, USS and their growth over the bare interpreter, in a new process each round; of uv, the peak."""

    rounds = 15
    quick_rounds = 2

    def __init__(self) -> None:
        super().__init__()
        self.name = "memory"
        self.rows = (
            Row("memory", "memory after a no-op (RSS of the process)", "MB"),
            Row("memory-added", "of which over the bare interpreter", "MB"),
            Row("memory-unique", "unique to the process (USS)", "MB"),
            Row("memory-unique-added", "of which over the bare interpreter", "MB"),
            Row("memory-peak", "peak (RSS)", "MB"),
        )

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """One new process."""
        environment_words = self._ready[lane.contender.name][1]
        if lane.contender.kind == "process":
            peak = lane.run(environment_words).peak
            return {} if peak is None else {"memory-peak": peak / MEGABYTE}
        before, unique_before, after, unique, peak = lane.first_call(environment_words)[3:]
        values = {
            "memory": after,
            "memory-added": after - before,
            "memory-unique": unique,
            "memory-unique-added": unique - unique_before,
            "memory-peak": peak,
        }
        return {} if min(before, unique_before) < 0 else {name: value / MEGABYTE for name, value in values.items()}
