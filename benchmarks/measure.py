"""The run itself: every case, every round, every contender in turn."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cases.base import Case
from benchmarks.contenders import Contender
from benchmarks.failed import Failed
from benchmarks.fetch import say
from benchmarks.lane import Bench, Lane
from benchmarks.ledger import Ledger
from benchmarks.places import ROOT


@contextmanager
def served(wheels: Path) -> Iterator[str]:
    """The address of a loopback index that serves these wheels, in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.index", str(wheels)]
    server = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        if not address:
            raise RuntimeError("the loopback index did not start; what it wrote stands above")
        yield address
    finally:
        server.communicate()


def measure(bench: Bench, contenders: list[Contender], cases: list[Case], rounds: int | None, quick: bool) -> Ledger:
    """All cases; what fails is noted and the run goes on."""
    ledger = Ledger([contender.name for contender in contenders])
    for case in cases:
        started = time.monotonic()
        ledger.open(case.rows)
        count = case.quick_rounds if quick else min(rounds or case.rounds, 1 if case.rounds == 1 else sys.maxsize)
        measure_case(bench, [one for one in contenders if case.takes(one)], case, count, ledger)
        say(f"{case.name}: {count} rounds in {time.monotonic() - started:.0f} s; {glance(ledger, case)}")
    return ledger


def measure_case(bench: Bench, contenders: list[Contender], case: Case, rounds: int, ledger: Ledger) -> None:
    """One case: prepare and warm each lane, then round after round, a different lane first each time."""
    lanes = [Lane(bench, contender, case.name) for contender in contenders]
    try:
        for lane in list(lanes):
            with excluded(lanes, lane, case, ledger):
                case.enter(lane)
                for number in range(-case.warmups, 0):
                    case.round(lane, number)
        for number in range(rounds):
            shift = number % max(1, len(lanes))
            for lane in lanes[shift:] + lanes[:shift]:
                with excluded(lanes, lane, case, ledger):
                    ledger.add(lane.contender.name, case.round(lane, number))
        for lane in list(lanes):
            with excluded(lanes, lane, case, ledger):
                note = case.leave(lane)
                if note is not None:
                    ledger.note(lane.contender.name, case.rows, note)
    finally:
        for lane in lanes:
            lane.close()


@contextmanager
def excluded(lanes: list[Lane], lane: Lane, case: Case, ledger: Ledger) -> Iterator[None]:
    """A lane that fails leaves the case."""
    try:
        yield
    except Failed as failure:
        ledger.fail(lane.contender.name, case.rows, str(failure))
        say(f"{case.name}: {lane.contender.name} failed: {failure}")
        lanes.remove(lane)
        lane.close()


def glance(ledger: Ledger, case: Case) -> str:
    """The medians of a case's first row, for whoever waits."""
    row = case.rows[0]
    medians = ((name, ledger.median(row.name, name)) for name in ledger.contenders)
    return ", ".join(f"{name} {median:.3g} {row.unit}" for name, median in medians if median is not None)
