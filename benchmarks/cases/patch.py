"""One name is handed to the engine as changed."""

from __future__ import annotations

from benchmarks.cases.base import MICROSECOND, Case, Row, Values
from benchmarks.contenders import Contender
from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.lane import Lane
from benchmarks.outsiders import MEMBER
from benchmarks.places import pins
from benchmarks.satisfied import answers, environment_of, remember

SIZES = (10, 2000)
CALLS, WARM = 30, 3


class Patch(Case):
    """`uvffi.patch` of a member of the closure, and the next answer; uv-ffi's `patch_site_packages_cache` beside it."""

    name = "patch"
    rows = (
        *(Row(f"patch-{size}", f"patch of one name, {size:,} dists", "us") for size in SIZES),
        *(Row(f"patched-{size}", f"no-op after that patch, {size:,} dists", "us") for size in SIZES),
    )
    rounds = 40
    warmups = 2

    def __init__(self) -> None:
        self._ready: dict[str, list[tuple[int, Lane, Environment, list[str]]]] = {}

    def takes(self, contender: Contender) -> bool:
        """A process that ends has no memory to patch."""
        return contender.kind == "resident"

    def enter(self, lane: Lane) -> None:
        """An environment and a process for each size."""
        ready = self._ready[lane.contender.name] = []
        for size in SIZES:
            own = lane.beside(str(size))
            environment, words = environment_of(own, size)
            ready.append((size, own, environment, words))
        for _, own, _, words in ready:
            remember(own, words)

    def round(self, lane: Lane, number: int) -> Values:
        """Patches, each followed by the answer that has to look at the name again."""
        values: dict[str, list[float]] = {}
        version = pins("seven")[MEMBER]
        for size, own, environment, words in self._ready[lane.contender.name]:
            counts = answers(own) if own.contender.name == "uvffi" else None
            reply = own.do("patch", package=MEMBER, version=version, command=words, warm=WARM, count=CALLS)
            if counts is not None:
                grown = {name: count - counts[name] for name, count in answers(own).items()}
                if grown["remembered"] + grown["proved"] != CALLS * (1 + WARM) or grown["proved"] < CALLS:
                    raise Failed(f"after {CALLS} patches not each next answer was proved anew: {grown}")
            environment.must_have({MEMBER: version})
            wanted = repr((MEMBER,)) if own.contender.name == "uvffi" else "True"
            if reply["told"] != wanted:
                raise Failed(f"the patch was not taken: {reply['told']}")
            values[f"patch-{size}"] = [ns / MICROSECOND for ns in reply["patched"]]
            values[f"patched-{size}"] = [ns / MICROSECOND for ns in reply["answered"]]
        return values
