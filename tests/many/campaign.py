"""All jobs, in lanes: each lane has its two sides and its two environments, all share uv's cache and the state."""

from __future__ import annotations

import queue
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from tests.support.environments import make_venv
from tests.support.judge import Outcome, uv
from tests.support.worker import WorkerDied

from .compare import differences
from .job import Job
from .sides import TimedOut, Uv, Uvffi
from .state import Judged, Kind, State

Told = Callable[[Judged], None]


@dataclass(frozen=True)
class Ground:
    """Where jobs are done: a directory for the environments, the variables of all commands, and the Python's version.

    `timeout` is what one command may take, in seconds.
    """

    folder: Path
    env: Mapping[str, str]
    python: str | None = None
    timeout: float = 300.0


STEADY = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1577836800"}
"""Variables under which a build of the same sources gives the same wheel, mostly: uv builds some twice."""


def campaign(jobs: Sequence[Job], ground: Ground, state: State, lanes: int, tell: Told) -> list[Judged]:
    """Does what is not settled; gives how all of them ended. An exception, or Ctrl-C, leaves the others undone."""
    uv()  # looked for once, before there are threads
    waiting: queue.SimpleQueue[tuple[int, Job]] = queue.SimpleQueue()
    for number, job in enumerate(jobs):
        if not state.settled(job.id):
            waiting.put((number, job))
    stop = threading.Event()
    with ThreadPoolExecutor(lanes) as pool:
        working = [pool.submit(_work, Lane(ground, lane), waiting, state, stop, tell) for lane in range(lanes)]
        try:
            for one in working:
                one.result()
        finally:
            stop.set()
    return [state.judged[job.id] for job in jobs]


def _work(
    lane: Lane, waiting: queue.SimpleQueue[tuple[int, Job]], state: State, stop: threading.Event, tell: Told
) -> None:
    try:
        while not stop.is_set():
            try:
                number, job = waiting.get_nowait()
            except queue.Empty:
                return
            judged = lane.judge(job, uv_first=number % 2 == 0)
            state.add(judged)
            tell(judged)
    except BaseException:
        stop.set()
        raise
    finally:
        lane.close()


class Lane:
    """One pair of environments at a time, and who works in them."""

    def __init__(self, ground: Ground, number: int) -> None:
        self._ground = ground
        self._folder = ground.folder / f"lane-{number}"
        self._a, self._b = self._folder / "env-a", self._folder / "env-b"
        self._folder.mkdir(parents=True, exist_ok=True)
        env = {**ground.env, **STEADY}
        self._uv = Uv(env, self._folder)
        self._uvffi = Uvffi(env, self._folder)

    def judge(self, job: Job, uv_first: bool = True) -> Judged:
        """Done, and if there was a difference again, the other side first: one that doesn't stay is told apart."""
        first = self._once(job, uv_first)
        if first.kind != "differs":
            return first
        second = self._once(job, not uv_first)
        if second.kind != "same":
            return second
        return replace(second, once=first.differences)

    def close(self) -> None:
        self._uvffi.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _once(self, job: Job, uv_first: bool) -> Judged:
        began = time.monotonic()
        for path in (self._a, self._b):
            shutil.rmtree(path, ignore_errors=True)
            make_venv(path, self._ground.env, self._ground.python)
        codes: list[int] = []
        routes: list[str] = []
        kind, wrong = self._steps(job, uv_first, codes, routes)
        return Judged(
            job.id,
            kind,
            tuple(wrong),
            exit_codes=tuple(codes),
            routes=tuple(routes),
            seconds=round(time.monotonic() - began, 2),
        )

    def _steps(self, job: Job, uv_first: bool, codes: list[int], routes: list[str]) -> tuple[Kind, list[str]]:
        """Up to the first step at which the two differ."""
        for words in job.steps:
            line = " ".join(words)
            try:
                wrong = self._step(words, uv_first, codes, routes)
            except TimedOut as error:
                return ("timed out", [f"{line}: {error}"])
            if wrong:
                return ("differs", [f"{line}: {one}" for one in wrong])
        return ("same", [])

    def _step(self, words: Sequence[str], uv_first: bool, codes: list[int], routes: list[str]) -> list[str]:
        """One command on both sides. Raises `TimedOut` where there is no answer of uv to judge by."""
        if uv_first:
            judged = self._judged(words)
            answer = self._answered(words)
        else:
            answer = self._answered(words)
            judged = self._judged(words)
        codes.append(judged.exit_code)
        if isinstance(answer, str):
            return [answer]
        routes.append(f"child: {answer['reason']}" if answer["route"] == "child" else "resident")
        return differences(judged, answer, self._a, self._b)

    def _judged(self, words: Sequence[str]) -> Outcome:
        return self._uv.run([*words, "--python", str(self._a)], self._ground.timeout)

    def _answered(self, words: Sequence[str]) -> dict[str, Any] | str:
        """uvffi's answer, or why there is none."""
        try:
            return self._uvffi.run([*words, "--python", str(self._b)], self._ground.timeout)
        except (TimedOut, WorkerDied) as error:
            return str(error)
