"""The two who answer, each with a deadline that takes everything with it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Any, Mapping, Sequence

from tests.support.judge import Outcome, uv
from tests.support.worker import Worker, WorkerDied
from tests.twin.sides import run_here


class TimedOut(Exception):
    """There was no answer in time; whoever was asked is gone."""


class Uv:
    """uv as a process, with all that it starts in a group of its own."""

    def __init__(self, env: Mapping[str, str], cwd: Path) -> None:
        self._env = dict(env)
        self._cwd = cwd

    def run(self, argv: Sequence[str], timeout: float) -> Outcome:
        process = subprocess.Popen(
            [str(uv()), *argv],
            env=self._env,
            cwd=self._cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except BaseException as error:
            # What a build started would keep the pipes open.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise TimedOut(f"uv gave no answer in {timeout:g} s") from None
            raise
        return Outcome.of(process.returncode, stdout, stderr)


class Uvffi:
    """uvffi in one worker for all commands, and in another once that one is gone."""

    def __init__(self, env: Mapping[str, str], cwd: Path) -> None:
        self._env = dict(env)
        self._cwd = cwd
        self._worker: Worker | None = None

    def run(self, argv: Sequence[str], timeout: float) -> dict[str, Any]:
        """uvffi's whole answer. Raises `TimedOut`, or `WorkerDied` if it took the process with it or printed."""
        if self._worker is None:
            self._worker = Worker(self._env, self._cwd)
        worker = self._worker
        try:
            answer: dict[str, Any] = worker.call(run_here, timeout=timeout, argv=list(argv))
        except WorkerDied as error:
            self.close()
            if worker.timed_out:
                raise TimedOut(f"uvffi gave no answer in {timeout:g} s") from error
            raise
        if worker.printed():
            printed = worker.printed()
            self.close()
            raise WorkerDied(f"uvffi printed on its own process's descriptors:\n{printed}")
        return answer

    def close(self) -> None:
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.close()
