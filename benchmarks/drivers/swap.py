"""Versions that come and go: `{"do": "swap", "steps": [{"words", "there", "gone"}], "count": n, "pause": seconds}`.

Calls go through the steps in turn, each timed on its own, after a pause (0: back to back). After each call, untimed,
the dist-info directories of `there` must be on disk and those of `gone` must not.
"""

from __future__ import annotations

import os
import shlex
import time
from time import perf_counter_ns
from types import ModuleType
from typing import Any


def answer(module: ModuleType, request: dict[str, Any]) -> dict[str, Any]:
    """The nanoseconds of each call, and the routes that were taken (uvffi's)."""
    run = module.run
    steps = [(shlex.join(step["words"]), step["there"], step["gone"]) for step in request["steps"]]
    count, pause = request["count"], request["pause"]
    elapsed = [0] * count
    routes = set()
    for number in range(count):
        command, there, gone = steps[number % len(steps)]
        if pause:
            time.sleep(pause)
        start = perf_counter_ns()
        result = run(command)
        end = perf_counter_ns()
        elapsed[number] = end - start
        code, *_ = result
        if code != 0:
            words = " ".join(command.split()[:2])
            raise RuntimeError(f"`{words}` ended with {code}: {getattr(result, 'error', None) or result!r}")
        must_stand(there, gone)
        routes.add(getattr(result, "route", None))
        # Else the next timed part would free it.
        del result
    return {"ns": elapsed, "routes": sorted(route for route in routes if route is not None)}


def must_stand(there: list[str], gone: list[str]) -> None:
    """Raises when a directory is missing, or one that should be gone is not."""
    missing = [path for path in there if not os.path.isdir(path)]
    left = [path for path in gone if os.path.lexists(path)]
    if missing or left:
        raise RuntimeError(f"on disk after a swap: {len(missing)} dist-infos missing, {len(left)} left over")
