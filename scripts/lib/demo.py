"""The main job, shown: an environment is filled, changed and emptied from one process, beside uv as a process."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Callable

from . import tools
from .demo_index import Index
from .say import Failed

if TYPE_CHECKING:
    import uvffi


def show(index: Index, scratch: Path, rounds: int) -> int:
    """Everything in turn; returns an exit code."""
    began = time.perf_counter()
    import uvffi

    uv_version = uvffi.uv_version()
    loaded = time.perf_counter() - began
    print(f"uvffi {uvffi.__version__} with uv {uv_version} inside; packages from {index.title}")
    print(f"import and load: {_spell(loaded)}\n")
    env, judge = _environment(scratch / "env"), Judge(scratch, index)
    old, new = f"{index.name}=={index.old}", f"{index.name}=={index.new}"
    args = [*index.flags, "--no-config", "--cache-dir", str(scratch / "cache")]

    def install(requirement: str) -> Callable[[], uvffi.Result]:
        return lambda: env.install(requirement, args=args)

    print(f"{'':44}{'uvffi':>11}{'uv process':>13}")
    result = _once(f"cold install of {old}", install(old), judge.install(old))
    print(f"    installed {', '.join(map(str, result.installed))}")
    result = _once(f"swap to {new}", install(new), judge.install(new))
    print(f"    {', '.join(map(str, result.changes))}")
    _many("swaps, back and forth", [install(old), install(new)], [judge.install(old), judge.install(new)], rounds)
    _many("nothing to do", [install(new)], [judge.install(new)], rounds)
    away = [lambda: env.uninstall(index.name), install(new)]
    _many("uninstall, install", away, [judge.uninstall(index.name), judge.install(new)], rounds)

    print(f"\nAnother tool removes {index.name}, and uvffi is asked again:")
    judge.run(["pip", "uninstall", "--python", env.python, index.name])
    print(f"    {index.name} in env.packages: {index.name in env.packages}")
    result = env.install(new, args=args)
    print(f"    {', '.join(map(str, result.changes))}; route: {result.route}")

    print("\nA version that isn't there:")
    try:
        env.install(f"{index.name}==99", args=args)
    except uvffi.ResolutionError as error:
        print("    ResolutionError: " + "\n    ".join(str(error).splitlines()))
        print(f"    still there: {env.packages[index.name]}")
    else:
        raise Failed("a version that isn't there was installed")

    print("\nAny other command of uv, in a process of its own:")
    result = uvffi.run(["pip", "tree", "--python", env.python])
    print("    " + "\n    ".join(result.stdout.splitlines()))
    print(f"    route: {result.route} ({result.reason})")
    return 0


class Judge:
    """uv as a process, on an environment and a cache of its own."""

    def __init__(self, scratch: Path, index: Index) -> None:
        self._uv = tools.tool("uv")
        self._home = _environment(scratch / "uv-env").prefix
        self._args = [*index.flags, "--no-config", "--cache-dir", str(scratch / "uv-cache")]

    def install(self, requirement: str) -> Callable[[], None]:
        return lambda: self.run(["pip", "install", "--python", self._home, *self._args, requirement])

    def uninstall(self, name: str) -> Callable[[], None]:
        return lambda: self.run(["pip", "uninstall", "--python", self._home, name])

    def run(self, words: list[str]) -> None:
        done = subprocess.run([self._uv, *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"`uv {' '.join(words)}` ended with exit code {done.returncode}:\n{done.stderr}")


def _environment(place: Path) -> uvffi.Environment:
    import uvffi

    uvffi.run(["venv", "--no-config", "--python", sys.executable, str(place)]).check()
    return uvffi.Environment(place)


def _once(title: str, ours: Callable[[], uvffi.Result], theirs: Callable[[], object]) -> uvffi.Result:
    began = time.perf_counter()
    result = ours()
    between = time.perf_counter()
    theirs()
    _row(title, between - began, time.perf_counter() - between)
    return result


def _many(title: str, ours: list[Callable[[], uvffi.Result]], theirs: list[Callable[[], None]], rounds: int) -> None:
    """Medians of one call, the two sides taking turns so that both meet the same machine."""
    taken: list[float] = []
    uv_taken: list[float] = []
    for _ in range(rounds):
        for calls, times in ((ours, taken), (theirs, uv_taken)):
            began = time.perf_counter()
            for call in calls:
                call()
            times.append((time.perf_counter() - began) / len(calls))
    _row(f"{title} (a call, median of {rounds})", median(taken), median(uv_taken))


def _row(title: str, ours: float, theirs: float) -> None:
    print(f"{title:44}{_spell(ours):>11}{_spell(theirs):>13}", flush=True)


def _spell(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"
