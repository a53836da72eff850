"""Plays cases in one scratch environment with one warm worker, and says what is a crash.

1. The environment is made as at first. The steps are done in their order: those on disk here, those that ask there.
2. A question that has nothing to do with the case comes last: whether the engine still answers by itself.
3. The answers are judged, then what was printed, and whether anything was touched that nobody may touch.
4. After a crash there is a new worker, and where anything was touched a new ground, for the next case.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Dict, List, Mapping, Sequence

from tests.support.worker import Worker, WorkerDied

from . import arm, inside, known, safe
from .case import Case, Step, run
from .ground import Ground
from .judge import Crash, wrong

SECONDS = 20.0
"""After which a call is taken to hang."""
PATIENCE = 3
"""What hung gets so many times that, once more, before it is a crash."""
CASES = 1000
"""So many of them have one worker."""
AFTER = run("pip", "list", "--python", "@VENV@")
Ask = Callable[[List[Dict[str, Any]]], List[Dict[str, Any]]]


class Player:
    """`close` it at the end; `play` gives back the crashes of a case."""

    def __init__(self, env: Mapping[str, str] | None = None, ask: Ask = inside.ask, seconds: float = SECONDS) -> None:
        """`env`: more variables of the worker. `ask`: what runs in it; the tests of the judge tamper with that."""
        self._more = dict(env or {})
        self._ask = ask
        self._seconds = self._patience = seconds
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._worker: Worker | None = None
        self._played = 0
        self._is_told = False
        """Whether an answer told of a journal that was kept aside."""
        self.left_out = 0
        """Cases that were not played, as they are known or not safe."""
        self.ground = self._ground()

    def play(self, case: Case, known_too: bool = False) -> list[Crash]:
        if (known.excluded(case) and not known_too) or not all(safe.is_safe(self.ground, step) for step in case.steps):
            self.left_out += 1
            return []
        crashes = self._once(case, self._seconds)
        if [crash.kind for crash in crashes] == ["hung"]:
            # On a machine that has much to do, whoever waits may only be slow.
            self._bury()
            crashes = self._once(case, PATIENCE * self._seconds)
        worker = self._worker
        if not crashes and worker is not None and worker.printed():
            crashes.append(Crash("printed", worker.printed()[:2000]))
        touched = self.ground.touched()
        if touched:
            crashes.append(Crash("touched", " ".join(touched)[:2000]))
        self._played += 1
        if crashes or self._played % CASES == 0:
            self._bury()
        if touched:
            self.ground = self._ground()
        return crashes

    def close(self) -> None:
        self._bury()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _once(self, case: Case, seconds: float) -> list[Crash]:
        self._patience = seconds
        self.ground.reset()
        return self._steps([*case.steps, AFTER])

    def _steps(self, steps: Sequence[Step]) -> list[Crash]:
        crashes: list[Crash] = []
        armed = self._is_told = False
        asking: list[Step] = []
        for step in [*steps, {"do": "end"}]:
            if step["do"] in ("call", "python"):
                asking.append(step)
                continue
            crashes += self._asked(asking)
            if crashes:
                break
            asking = []
            if step["do"] != "end":
                self.ground.do(step)
            armed = armed or step["do"] == "arm"
        if armed and not crashes:
            crashes += self._unfollowed(steps)
        return crashes

    def _unfollowed(self, steps: Sequence[Step]) -> list[Crash]:
        """A journal was armed, and a change came after it."""
        if arm.is_armed(self.ground.venv):
            return [Crash("stuck", "a journal that is neither followed nor kept aside")]
        # What the package mends is told by its doctor, in other words.
        is_told = self._is_told or any(step.get("what") == "fix" for step in steps)
        if arm.kept(self.ground.venv) and not is_told:
            return [Crash("untold", "a journal that was kept aside, and no answer says so")]
        return []

    def _asked(self, steps: Sequence[Step]) -> list[Crash]:
        if not steps:
            return []
        filled = [
            {**step, "venv": str(self.ground.venv), "text": self.ground.fill(step.get("text", "")).decode("latin-1")}
            for step in steps
        ]
        worker = self._living()
        try:
            told = worker.call(self._ask, timeout=self._patience, steps=filled)
        except WorkerDied as error:
            return [Crash("hung" if worker.timed_out else "died", str(error))]
        self._is_told = self._is_told or '"journal-unreadable"' in "".join(one.get("answer", "") for one in told)
        return [crash for step, one in zip(steps, told) for crash in wrong(step, one)]

    def _living(self) -> Worker:
        if self._worker is None:
            self._worker = Worker({**self.ground.env, **self._more}, self.ground.work)
            self._worker.call(self._ask, timeout=60, steps=[])
        return self._worker

    def _bury(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def _ground(self) -> Ground:
        if self._folder is not None:
            self._folder.cleanup()
        self._folder = tempfile.TemporaryDirectory(prefix="uvffi-fuzz-")
        return Ground(Path(self._folder.name))
