"""Deltas, and the next answers: `{"do": "patch", "package": n, "version": v, "command": words, "warm": n, "count": n}`.

Each time the command, which must be satisfied, is asked a few times (untimed, so that the patch is not the first thing
after a long look at the disk), the name is handed over (timed), and the command is asked again (timed apart).
"""

from __future__ import annotations

import shlex
from time import perf_counter_ns
from types import ModuleType
from typing import Any


def answer(module: ModuleType, request: dict[str, Any]) -> dict[str, Any]:
    """The nanoseconds of both, call by call, and what the last patch returned."""
    patch = module.patch if module.__name__ == "uvffi" else module.patch_site_packages_cache
    run, command = module.run, shlex.join(request["command"])
    delta = [(request["package"], request["version"])]
    patched: list[int] = []
    answered: list[int] = []
    told: Any = None
    for _ in range(request["count"]):
        for _ in range(request["warm"]):
            run(command)
        start = perf_counter_ns()
        told = patch(installed=delta, removed=[])
        end = perf_counter_ns()
        patched.append(end - start)
        start = perf_counter_ns()
        code, installed, removed, *_ = run(command)
        end = perf_counter_ns()
        answered.append(end - start)
        if code != 0 or installed or removed:
            raise RuntimeError(f"not a no-op after a patch: {code}, {installed}, {removed}")
    return {"patched": patched, "answered": answered, "told": repr(told)}
