"""Many calls, each timed on its own: `{"do": "burst", "warm": [commands], "timed": [commands], "count": n}`.

First each of `warm` once, untimed; then `count` timed calls, of each of `timed` in turn. All must be satisfied.
"""

from __future__ import annotations

import shlex
from time import perf_counter_ns
from types import ModuleType
from typing import Any


def answer(module: ModuleType, request: dict[str, Any]) -> dict[str, Any]:
    """The nanoseconds of the timed calls."""
    run = module.run
    for words in request["warm"]:
        must_be_satisfied(run(shlex.join(words)))
    commands = [shlex.join(words) for words in request["timed"]]
    count: int = request["count"]
    elapsed = [0] * count
    for number in range(count):
        command = commands[number % len(commands)]
        start = perf_counter_ns()
        result = run(command)
        end = perf_counter_ns()
        elapsed[number] = end - start
        must_be_satisfied(result)
        # Else the next timed part would free it.
        del result
    return {"ns": elapsed}


def must_be_satisfied(result: Any) -> None:
    """Raises when a call failed or changed anything; both modules begin their results with these three."""
    code, installed, removed, *_ = result
    if code != 0 or installed or removed:
        raise RuntimeError(f"not a no-op: {result!r}")
