"""Remembered answers of an engine that knows many Environments."""

from __future__ import annotations

from benchmarks.cases.base import MICROSECOND, Case, Row, Values
from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.lane import Lane
from benchmarks.satisfied import CALLS, burst, environment_of, remember

COUNTS = (1, 10, 50)
ROBIN = 50


class Known(Case):
    """A remembered no-op where the process knows 1, 10 or 50 Environments of 7 distributions.

    In each turn all of them are asked, untimed, and then one of them again and again; for 50 there is also a row where
    each timed call is about the next Environment.
    """

    name = "known"
    rows = (
        Row("known-1", "remembered no-op, 1 environment known", "us"),
        Row("known-10", "remembered no-op, 10 environments, one asked", "us"),
        Row("known-50", "remembered no-op, 50 environments, one asked", "us"),
        Row("known-50-robin", "remembered no-op, 50 environments, round robin", "us"),
    )
    rounds = 60
    warmups = 2

    def __init__(self) -> None:
        self._ready: dict[str, list[tuple[int, Lane, list[Environment], list[list[str]]]]] = {}

    def enter(self, lane: Lane) -> None:
        """A process for each count; one that serves a single environment is only asked about one."""
        ready = self._ready[lane.contender.name] = []
        for count in COUNTS[: 1 if lane.contender.one_environment else None]:
            own = lane.beside(str(count))
            pairs = [environment_of(own, name=f"env-{place}") for place in range(count)]
            ready.append((count, own, [pair[0] for pair in pairs], [pair[1] for pair in pairs]))
        for _, own, _, commands in ready:
            for words in commands:
                remember(own, words)

    def round(self, lane: Lane, number: int) -> Values:
        """A turn of calls for each row; no site-packages changes."""
        calls = CALLS[lane.contender.name]
        values: dict[str, list[float]] = {}
        for count, own, environments, commands in self._ready[lane.contender.name]:
            before = [environment.identity() for environment in environments]
            one = commands[number % count]
            elapsed = burst(own, [one], calls, [*commands, one, one])
            values[f"known-{count}"] = [ns / MICROSECOND for ns in elapsed]
            if count == ROBIN:
                # Where a turn is shorter than the round, the next one goes on where this one ended.
                start = number * calls % count
                elapsed = burst(own, commands[start:] + commands[:start], calls, commands)
                values[f"known-{count}-robin"] = [ns / MICROSECOND for ns in elapsed]
            if [environment.identity() for environment in environments] != before:
                raise Failed("a no-op changed a site-packages")
        return values
