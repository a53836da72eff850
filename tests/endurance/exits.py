"""Programs that end in the midst of calls: soon, quietly, as they were asked to, and with nothing left behind.

1. Each is a process of its own (`ending`), with calls to an index that answers slowly, or never, or in uv's own
   process; or with changes under way, or the watcher.
2. It is told to end once the index was asked: then the calls are surely in flight. Changes are made without rest.
3. Measured is from the end of its main thread's work to the end of the process. Exit code and standard error are
   looked at, and all processes that have inherited a mark in their variables, whatever session they made for
   themselves.
4. Where it was changing an environment, that is whole for the next one who asks.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Callable, NamedTuple

from tests.engine import calls
from tests.engine.test_threads import assert_whole
from tests.support.environments import site_packages
from tests.support.snapshot import installed
from tests.support.worker import ROOT

from .ending import WAITING
from .figures import Figures, Say, silent, spell
from .ground import Ground

PROMISED = 0.5
PATIENCE = 20.0
REST = 0.5
"""Seconds in which processes that were told to end may do so."""
MARK = "ENDURANCE_PROCESS"


class Way(NamedTuple):
    """How a program ends, and what it is in the midst of."""

    way: str
    work: str
    """`slow`, `hang` and `child` are `ASKING` the index; `changes` and `watch` are not."""


ASKING = ("slow", "hang", "child")
WAYS = (
    Way("daemons", "slow"),
    Way("begun", "hang"),
    Way("signalled", "slow"),
    Way("daemons", "child"),
    Way("followed", "hang"),
    Way("daemons", "changes"),
    Way("reporting", "slow"),
    Way("begun", "child"),
    Way("awaited", "hang"),
    Way("signalled", "child"),
    Way("daemons", "hang"),
    Way("begun", "changes"),
    Way("watching", "watch"),
)


class Exits:
    """The ends of programs on one ground; `seconds` and `wrong` are what they came to so far."""

    def __init__(self, ground: Ground, seed: int = 1, promised: float = PROMISED) -> None:
        self.ground = ground
        self.rng = Random(seed)
        self.promised = promised
        self.venv = ground.venv("ending", "rich-like==1.0")
        self.work = {
            "slow": [ground.lasting(self.venv, 3.0), ground.lasting(self.venv, 2.4)],
            "hang": [ground.lasting(self.venv, 3.0, "hang"), ground.lasting(self.venv, 2.4, "hang")],
            "child": [f"{ground.lasting(self.venv, 3.0, 'hang')} -v"],
            "changes": [f"pip install --python {self.venv} rich-like=={version}" for version in ("2.0", "1.0")],
            "watch": [str(self.venv)],
        }
        self.seconds: list[float] = []
        self.slowest: Way | None = None
        self.wrong: list[str] = []
        self.next = ground.worker()

    def end(self, number: int, way: Way, module: str = "tests.endurance.ending") -> None:
        """One end. `module`: another program, which ends in another way."""
        code = number % 4
        how = {"way": way.way, "commands": self.work[way.work], "code": code}
        out, err = (self.ground.base / f"ending.{name}" for name in ("out", "err"))
        mark = f"{os.getpid()}-{number}"
        asked = len(self.ground.server.requests)
        with out.open("wb") as told, err.open("wb") as printed:
            process = subprocess.Popen(
                [sys.executable, "-m", module, json.dumps(how)],
                env={**self.ground.env, "PYTHONPATH": str(ROOT), MARK: mark},
                cwd=self.ground.work,
                stdin=subprocess.PIPE,
                stdout=told,
                stderr=printed,
                start_new_session=True,
            )
        try:
            in_flight = _until(
                lambda: (
                    out.read_bytes().startswith(WAITING)
                    and (way.work not in ASKING or len(self.ground.server.requests) > asked)
                )
            )
            time.sleep((0 if way.work in ASKING else 0.2) + 0.2 * self.rng.random())
            ended = _told_to_end(process)
            left = _left(mark)
        finally:
            process.kill()
            process.wait()
        wrong = [] if in_flight else ["its calls were not in flight: this shows nothing"]
        wrong += _false(process.returncode, code, err.read_text(), left)
        last = out.read_text().rpartition("\n")[2]
        if last:
            self.seconds.append(ended - float(last))
            if self.seconds[-1] == max(self.seconds):
                self.slowest = way
            wrong += [f"it took {1000 * self.seconds[-1]:.0f} ms"] if self.seconds[-1] > self.promised else []
        else:
            wrong.append("its main thread never came to its end")
        if way.work == "changes":
            wrong += self._half_done()
        self.wrong += [f"exit {number}, {way.way} in {way.work}: {line}" for line in wrong]

    def _half_done(self) -> list[str]:
        """What is not whole of the environment, once the next process has looked at it."""
        answer = self.next.call(calls.run, command=f"pip install --python {self.venv} rich-like")
        if answer["exit_code"] != 0:
            return [f"afterwards: {answer}"]
        found = installed(site_packages(self.venv))
        if found.get("rich-like") not in ("1.0", "2.0"):
            return [f"afterwards there is {found}"]
        try:
            assert_whole(self.venv)
        except AssertionError as error:
            return [f"afterwards: {error}"]
        return []

    def close(self) -> None:
        self.next.close()


def exits(ground: Ground, count: int, say: Say = silent, seed: int = 1) -> Figures:
    """So many ends, and what they came to."""
    work = Exits(ground, seed)
    try:
        for number in range(count):
            work.end(number, WAYS[number % len(WAYS)])
            if number % 50 == 49:
                say(f"{number + 1} exits, {len(work.wrong)} wrong; {spell(work.seconds)}")
    finally:
        work.close()
    slowest = f" ({work.slowest.way} in {work.slowest.work})" if work.slowest else ""
    line = f"{count} exits: {len(work.wrong)} wrong; from the end of main {spell(work.seconds)}{slowest}"
    return Figures(line, work.wrong)


def _until(condition: Callable[[], bool]) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _told_to_end(process: subprocess.Popen[bytes]) -> float:
    """When it ended, by the clock of all processes; one that doesn't is killed."""
    assert process.stdin
    with suppress(BrokenPipeError), process.stdin:
        process.stdin.write(b"\n")
    end = os.pidfd_open(process.pid)
    if not select.select([end], [], [], PATIENCE)[0]:
        process.kill()
    moment = time.monotonic()
    os.close(end)
    process.wait()
    return moment


def _false(code: int, asked: int, printed: str, left: list[str]) -> list[str]:
    wrong = [f"left behind: {one}" for one in left]
    if code != asked:
        wrong.append(f"exit code {code}, asked for {asked}")
    if printed:
        wrong.append(f"on standard error: {printed}")
    return wrong


def _left(mark: str) -> list[str]:
    """The processes that have this mark in their variables, after a rest; they are killed."""
    deadline = time.monotonic() + REST
    found = _marked(mark)
    while found and time.monotonic() < deadline:
        time.sleep(0.01)
        found = _marked(mark)
    told = []
    for process in found:
        with suppress(OSError):
            told.append(f"{process} {Path(f'/proc/{process}/cmdline').read_bytes()!r}")
            os.kill(process, signal.SIGKILL)
    return told


def _marked(mark: str) -> list[int]:
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        # Another user's, and one that has just ended, can't be read; of one that has ended there is nothing to read.
        with suppress(OSError):
            if entry.name.isdecimal() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found
