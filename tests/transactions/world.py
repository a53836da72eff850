"""Where the kills happen: an index, uv's cache, and an environment that is as at first before each of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple, Sequence

from tests.support import environments
from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.worker import ROOT
from tests.truth import mounts
from tests.truth.world import copy, remove

from . import packages, users
from .faults import Fault, Log
from .places import DISK, Place
from .scenario import LOCKS, Scenario, Words, all_spelled

PATIENCE = 20.0
"""Seconds that a process gets, at most; none needs two."""
AT_ONCE = 1_700_000_000


class Ran(NamedTuple):
    """How a process ended, and what its commands had answered by then."""

    code: int
    answers: list[dict[str, Any]]
    seconds: list[float]
    printed: str

    @property
    def false(self) -> list[str]:
        """What failed, or wasn't answered in the process."""
        return [
            f"{answer.get('exit_code')} ({answer.get('route')}, {answer.get('reason')}): {answer.get('stderr')}"
            for answer in self.answers
            if "exit_code" in answer and (answer["exit_code"] != 0 or answer["route"] != "resident")
        ] + ([f"the process ended with {self.code}:\n{self.printed}"] if self.code else [])

    @property
    def notices(self) -> list[str]:
        return [notice["code"] for answer in self.answers for notice in answer.get("notices") or []]


class World:
    """One place for one thing at a time. `library`: with fault points; None for the ordinary one."""

    def __init__(self, base: Path, library: Path | None, place: Place = DISK) -> None:
        self.base = base.resolve()
        self.place = place
        self.prefix = self.base / "disk" / "env"
        self.target = self.base / "other" / "target"
        self.cwd = self.base / "work"
        self.log = Log(self.base / "faults.log")
        self.server = IndexServer()
        self.server.add("main", packages.everything())
        session = self.base / "session"
        self.quiet = {
            **environments.variables(session, self.base / "cache", self.server.simple("main")),
            "UV_LOCK_TIMEOUT": "30",
        }
        self.env = dict(self.quiet)
        if library is not None:
            self.env.update(UVFFI_LIBRARY=str(library), UVFFI_LAUNCHER=str(ROOT / "uvffi" / "uvffi-launcher"))
        for folder in (self.cwd, self.prefix.parent, self.target.parent):
            folder.mkdir(parents=True)
        for name, text in LOCKS.items():
            (self.cwd / name).write_text(text)
        self._stores: dict[str, Path] = {}
        self._number = 0

    # The environment

    def reset(self, scenario: Scenario) -> list[Path]:
        """Everything as at first; returns where the users' files are."""
        store = self._stores.get(scenario.name) or self._plant(scenario)
        self.clear()
        if self.place.under:
            self.place.under(self.base)
        copy(store / "env", self.prefix)
        if (store / "target").is_dir():
            copy(store / "target", self.target)
        if self.place.over:
            self.place.over(self.base)
        return [Path(line) for line in (store / "users").read_text().splitlines()]

    def clear(self) -> None:
        """Nothing is mounted or installed."""
        for mounted in mounts.below(self.base):
            mounts.unmount(mounted)
        for place in (self.prefix, self.target):
            # A process that is alive may still be clearing up in there.
            for _ in range(50):
                try:
                    remove(place)
                    break
                except OSError:
                    time.sleep(0.02)

    @property
    def site(self) -> Path:
        return environments.site_packages(self.prefix)

    def _plant(self, scenario: Scenario) -> Path:
        """Made once by uv, then copied."""
        self.clear()
        environments.make_venv(self.prefix, self.quiet)
        self.uv("pip install", *scenario.planted)
        if scenario.planted_target:
            self.uv("pip install", "--target", str(self.target), *scenario.planted_target)
        made = users.put(scenario.users, self.prefix, self.site)
        store = self.base / f"store-{scenario.name}"
        store.mkdir()
        os.rename(self.prefix, store / "env")
        if self.target.is_dir():
            os.rename(self.target, store / "target")
        (store / "users").write_text("".join(f"{path}\n" for path in made))
        self._stores[scenario.name] = store
        return store

    def as_if_at_once(self, *wanted: str) -> None:
        """Has uv's cache filled with these, all of the same time: as if their wheels were unpacked in one second.

        Files of two versions that are equally long are then the same for Python, which knows bytecode by time and size.
        """
        for one in wanted:
            self.uv("pip install", "--no-deps", one)
        for path in (self.base / "cache").rglob("*.py"):
            os.utime(path, (AT_ONCE, AT_ONCE))

    # Those who change it

    def uv(self, command: str, *words: str) -> None:
        must_uv([*command.split(), "-q", "--python", str(self.prefix), *words], self.quiet, self.cwd)

    def run(self, prelude: Sequence[Words], victims: Sequence[Words], fault: Fault | None = None, **how: float) -> Ran:
        """A process that runs these and ends, by itself or by the fault. The log is of it alone.

        `how`: `rounds` of the victims.
        """
        process, answers = self.start(prelude, victims, fault, **how)
        return self.ended(process, answers, how.get("rounds", 0) / 4)

    def start(
        self, prelude: Sequence[Words], victims: Sequence[Words], fault: Fault | None = None, **how: float
    ) -> tuple[subprocess.Popen[bytes], Path]:
        """The same, not waited for: the process, and where its answers are. It says when the victims begin."""
        self._number += 1
        script, answers = (self.base / f"{what}-{self._number % 8}" for what in ("script", "answers"))
        answers.unlink(missing_ok=True)
        self.log.clear()
        told = {
            "commands": all_spelled([*prelude, *victims], self.prefix, self.target),
            "prelude": len(prelude),
            "answers": str(answers),
            "log": str(self.log.path),
            **how,
        }
        script.write_text(json.dumps(told))
        env = {**self.env, "UVFFI_TEST_FAULT_LOG": str(self.log.path)}
        if fault is not None:
            env["UVFFI_TEST_FAULT"] = str(fault)
        # The package is found by PYTHONPATH: the working directory is the commands' own.
        process = subprocess.Popen(
            [sys.executable, "-B", "-m", "tests.transactions.act", str(script)],
            env={**env, "PYTHONPATH": str(ROOT)},
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return process, answers

    def ended(self, process: subprocess.Popen[bytes], answers: Path, more: float = 0) -> Ran:
        """What came of a process that was started; `more` seconds than others it may take."""
        try:
            printed, _ = process.communicate(timeout=PATIENCE + more)
        except subprocess.TimeoutExpired:
            process.kill()
            printed, _ = process.communicate()
            printed += f"\nkilled by the test after {PATIENCE:g} s".encode()
        except BaseException:
            process.kill()
            process.communicate()
            raise
        told = []
        if answers.exists():
            # Killed in the middle of a line, if at all.
            told = [json.loads(line) for line in answers.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return Ran(
            process.returncode,
            [one["answer"] for one in told],
            [one["seconds"] for one in told],
            printed.decode("utf-8", "replace").replace("victim\n", "", 1),
        )

    def close(self) -> None:
        self.server.close()
        self.clear()
        shutil.rmtree(self.base, ignore_errors=True)
