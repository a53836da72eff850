"""The requirement is already satisfied, and was asked before."""

from __future__ import annotations

from benchmarks.cases.base import MICROSECOND, Case, Row, Values
from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.lane import Lane
from benchmarks.satisfied import CALLS, burst, environment_of, remember

SIZES = (7, 10, 200, 2000)


class Remembered(Case):
    """The same `pip install requests==...` again and again, in environments of several sizes, back to back.

    Each size has a process of its own, and all have their turn in each round: so what differs is the size.
    """

    name = "remembered"
    rows = tuple(Row(f"remembered-{size}", f"remembered no-op, {size:,} dists", "us") for size in SIZES)
    rounds = 60
    warmups = 2

    def __init__(self) -> None:
        self._ready: dict[str, list[tuple[str, Lane, Environment, list[str]]]] = {}

    def enter(self, lane: Lane) -> None:
        """An environment and a process for each size."""
        ready = self._ready[lane.contender.name] = []
        for size, row in zip(SIZES, self.rows):
            own = lane.beside(str(size))
            environment, words = environment_of(own, size)
            ready.append((row.name, own, environment, words))
        for _, own, _, words in ready:
            remember(own, words)

    def round(self, lane: Lane, number: int) -> Values:
        """A turn of calls for each size; site-packages stays as it is."""
        values: dict[str, list[float]] = {}
        for row, own, environment, words in self._ready[lane.contender.name]:
            before = environment.identity()
            elapsed = burst(own, [words], CALLS[lane.contender.name], [words] * 10)
            if environment.identity() != before:
                raise Failed("a no-op changed site-packages")
            values[row] = [ns / MICROSECOND for ns in elapsed]
        return values
