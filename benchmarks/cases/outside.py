"""Somebody else changes the environment, and then the same is asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from benchmarks.cases.base import MILLISECOND, Case, Row, Values
from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.lane import Lane
from benchmarks.outsiders import Outsider
from benchmarks.places import pins
from benchmarks.satisfied import answers, burst, environment_of, remember

SIZES = (10, 2000)
PROBES = 5  # of each kind, for each size


class Outside(Case):
    """One change that leaves the requirement satisfied, then one timed call, which is the first to meet it.

    After the rounds come changes that the answer depends on, untimed. uv and uvffi must see each of them; of others
    a note says how many they saw.
    """

    name = "outside"
    rows = (
        *(Row(f"outside-{size}", f"no-op after a dist came or went, {size:,} dists") for size in SIZES),
        *(Row(f"touched-{size}", f"no-op after METADATA was touched, {size:,} dists") for size in SIZES),
    )
    rounds = 100
    warmups = 2

    def __init__(self) -> None:
        self._ready: dict[str, list[tuple[int, Lane, Environment, Outsider, list[str]]]] = {}

    def enter(self, lane: Lane) -> None:
        """An environment, a process and an outsider for each size."""
        ready = self._ready[lane.contender.name] = []
        for size in SIZES:
            own = lane.beside(str(size))
            environment, words = environment_of(own, size)
            outsider = Outsider(environment, own.folder / "away")
            ready.append((size, own, environment, outsider, words))
        for _, own, _, _, words in ready:
            remember(own, words)

    def round(self, lane: Lane, number: int) -> Values:
        """Both changes for each size."""
        values: dict[str, float] = {}
        for size, own, environment, outsider, words in self._ready[lane.contender.name]:
            changes: tuple[tuple[str, Callable[[], None]], ...]
            changes = (("outside", outsider.visit), ("touched", outsider.touch))
            for row, change in changes:
                if own.contender.kind == "resident":
                    # So that what is timed is this change, and not the end of the last one.
                    burst(own, [words], 2, [words])
                change()
                values[f"{row}-{size}"] = self._after(own, environment, words) / MILLISECOND
        return values

    def leave(self, lane: Lane) -> str | None:
        """Changes that matter, each followed at once by a call that has to mend what they did."""
        missed: Counter[str] = Counter()
        for _, own, environment, outsider, words in self._ready[lane.contender.name]:
            probes = {
                "a package gone": outsider.take,
                "a second version of one": outsider.double,
                "METADATA edited": outsider.edit,
            }
            for name, probe in [*probes.items()] * PROBES:
                mended = probe()
                answer = own.run(words, check=False)
                if not mended():
                    missed[name] += 1
                    if not own.contender.one_environment:
                        raise Failed(f"{name}: not seen, {answer.code} {answer.text.strip()}")
                environment.must_have(dict(pins("seven")))
                own.run(words)
        if not missed:
            return None
        shares = ", ".join(f"{name} {count} of {PROBES * len(SIZES)}" for name, count in missed.items())
        return f"later changes that matter were answered as if they had not happened: {shares}"

    def _after(self, lane: Lane, environment: Environment, words: list[str]) -> int:
        """The nanoseconds of the first call after a change; uvffi must have looked, and here."""
        entries = environment.identity()
        before = answers(lane) if lane.contender.name == "uvffi" else None
        answer = lane.run(words)
        if before is not None:
            grown = {name: count - before[name] for name, count in answers(lane).items()}
            if grown["remembered"] != 0 or grown["proved"] + grown["resident"] != 1:
                raise Failed(f"the change was not looked at: {grown}")
        if environment.identity() != entries:
            raise Failed("a no-op changed site-packages")
        return answer.ns
