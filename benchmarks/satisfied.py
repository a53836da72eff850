"""Environments in which a requirement with a closure of five is satisfied, and answers to it that come from memory."""

from __future__ import annotations

import itertools
import time

from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.fillers import fill
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins

ASKED = "requests"
APART = ("attrs", "iniconfig")  # of the seven, what it does not need
PATIENCE = 3.0  # seconds until an answer must be remembered

# Calls in one turn, so that each contender's turn takes a like time.
CALLS = {"uv": 2, "uv-ffi": 40, "uv-ffi-hardlink": 40, "uvffi": 200}


def environment_of(lane: Lane, size: int | None = None, name: str = "env") -> tuple[Environment, list[str]]:
    """A new environment with the seven of `sets/seven.txt`, alone or among `size`; and the words that ask again."""
    seven = pins("seven")
    environment = lane.environment(name)
    if size is not None:
        fill(environment.site, size - len(seven))
    words = lane.install(environment, [f"{ASKED}=={seven[ASKED]}"])
    before = set(environment.installed())
    lane.run(words)
    closure = set(environment.installed()) - before
    if closure != set(seven) - set(APART):
        raise Failed(f"`{ASKED}` brought {sorted(closure)}, not {sorted(set(seven) - set(APART))}")
    lane.run(lane.install(environment, requirements({other: seven[other] for other in APART})))
    environment.must_have(dict(seven))
    environment.must_be_whole(ASKED)
    if size is not None and len(environment.installed()) != size:
        raise RuntimeError(f"{len(environment.installed())} distributions where {size} should be")
    return environment, words


def answers(lane: Lane) -> dict[str, int]:
    """How uvffi answered so far, by its own count."""
    counts: dict[str, int] = lane.do("state")["status"]["answers"]
    if "remembered" not in counts:
        raise Failed("this uvffi remembers no answers")
    return counts


def remember(lane: Lane, words: list[str]) -> None:
    """Asks until uvffi answers from memory; others are only asked.

    Only once all environments of a case are made: a wheel that is linked from the cache into one more of them gives
    METADATA another ctime in all, and uvffi then looks again.
    """
    deadline = time.monotonic() + PATIENCE
    lane.run(words)
    while lane.contender.name == "uvffi":
        before = answers(lane)["remembered"]
        lane.run(words)
        if answers(lane)["remembered"] > before:
            break
        if time.monotonic() > deadline:
            raise Failed(f"after {PATIENCE:.0f} s the answer still did not come from memory")


def burst(lane: Lane, timed: list[list[str]], count: int, warm: list[list[str]]) -> list[float]:
    """The nanoseconds of `count` satisfied calls, after the untimed `warm` ones; uvffi's must all come from memory."""
    if lane.contender.kind == "process":
        return [lane.run(words).ns for words in itertools.islice(itertools.cycle(timed), count)]
    if lane.contender.name != "uvffi":
        return list(lane.do("burst", warm=warm, timed=timed, count=count)["ns"])
    before = answers(lane)["remembered"]
    elapsed = list(lane.do("burst", warm=warm, timed=timed, count=count)["ns"])
    remembered, called = answers(lane)["remembered"] - before, count + len(warm)
    if remembered != called:
        raise Failed(f"{remembered} of {called} answers came from memory at the first look")
    return elapsed
