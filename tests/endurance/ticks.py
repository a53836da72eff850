"""Whether other threads of Python keep running while a call waits: a thread ticks, and its ticks are counted.

1. The thread sleeps for a millisecond, counts, and so on, for as long as a call lasts. Another process has the index,
   which answers slowly.
2. Its ticks during the call are held against those in as much time without a call, measured right before: whatever
   else the machine does slows down both.
3. By turns the call is the main thread's, which waits in slices, and another one's, which waits in the library all
   through. Of several such pairs the median counts.
"""

from __future__ import annotations

import threading
import time
from statistics import median
from typing import Any, Callable

from tests.engine import calls

from .figures import Figures, Say, silent
from .ground import Ground

WANTED = 0.95
TIMES = 7
THREADS = ("main", "another")
TICK = 0.001


def ticks(
    ground: Ground,
    seconds: float,
    times: int = TIMES,
    say: Say = silent,
    wanted: float = WANTED,
    work: Callable[..., dict[str, Any]] | None = None,
) -> Figures:
    """So many pairs for each kind of thread. `work`: another `pair`, with something else in place of the call."""
    venv = ground.venv("ticking")
    wrong: list[str] = []
    lines = []
    with ground.worker() as worker:
        for thread in THREADS:
            shares = []
            for _ in range(times):
                told = worker.call(
                    work or pair,
                    timeout=60 + 5 * seconds,
                    command=ground.lasting(venv, seconds),
                    afterwards=ground.unlinked(venv),
                    seconds=seconds,
                    in_main=thread == "main",
                )
                wrong += _judge(told, seconds)
                shares.append(told["during"] / told["without"])
                say(f"{thread} thread: {told['during']} ticks during the call, {told['without']} without")
            share = median(shares)
            lines.append(f"{100 * share:.1f} % in a call of {thread} thread")
            if share < wanted:
                wrong.append(f"{lines[-1]}: less than {100 * wanted:g} %")
    line = f"ticks in {seconds:g} s, of those without a call, median of {times}: {', '.join(lines)}"
    return Figures(line, wrong)


def _judge(told: dict[str, Any], seconds: float) -> list[str]:
    answer = told["answer"]
    if (answer["exit_code"], answer["route"]) != (0, "resident"):
        return [f"the call failed: {answer}"]
    if told["took"] < seconds:
        return [f"the call took {told['took']:.2f} s instead of {seconds:g} s or more: this shows nothing"]
    return []


def pair(command: str, afterwards: str, seconds: float, in_main: bool, run: Any = calls.run) -> dict[str, Any]:
    """In the worker: the ticks in so many seconds, without a call and during one, and that one's answer."""
    told: dict[str, Any] = {"without": counted(lambda: time.sleep(seconds), seconds, in_main)}

    def work() -> None:
        began = time.monotonic()
        told["answer"] = run(command)
        told["took"] = time.monotonic() - began

    told["during"] = counted(work, seconds, in_main)
    calls.run(afterwards)
    return told


def counted(work: Callable[[], object], seconds: float, in_main: bool) -> int:
    """How often another thread ticks in the first so many seconds of a function, run in this thread or a third one."""
    ticked = 0

    def tick() -> None:
        nonlocal ticked
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(TICK)
            ticked += 1

    ticking = threading.Thread(target=tick)
    ticking.start()
    if in_main:
        work()
    else:
        working = threading.Thread(target=work)
        working.start()
        working.join()
    ticking.join()
    return ticked
