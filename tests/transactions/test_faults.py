"""Kills and errors at named steps, a few of each kind: the script does this thousands of times."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engine import calls
from tests.support.worker import Worker

from .campaign import Campaign
from .faults import Fault
from .ground import survey
from .scenario import SCENARIOS, Scenario, named
from .users import kept, lost
from .world import World

# Not of the library's build, which a fixture may have to wait for.
pytestmark = pytest.mark.timeout(150, func_only=True)
PICKED = ("install", "swap-shelf", "uninstall", "five", "sync", "target", "undo", "transaction")
KILLS = 4
"""Of each scenario."""


def picked(*names: str) -> list[Scenario]:
    return [scenario for scenario in SCENARIOS if scenario.name in names]


def test_kills(faulty: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Each lands where it is meant to; after the next call everything is old or new."""
    said: list[str] = []
    campaign = Campaign(faulty, 5, said.append, picked(*PICKED))
    campaign.kills(KILLS * len(PICKED))
    with capsys.disabled():
        print(f"\n{campaign.tally}")
    assert campaign.tally.is_good, "\n".join(said)
    assert campaign.tally.midst > 0, "no kill was in the middle of a change"


def test_errors(faulty: World) -> None:
    said: list[str] = []
    campaign = Campaign(faulty, 6, said.append, picked("swap", "uninstall"))
    rng = Random(6)
    campaign.errors(1, choose=lambda turns: rng.sample(turns, min(len(turns), 12)))
    assert campaign.tally.is_good, "\n".join(said)


def test_a_users_file_appears_during_a_swap(faulty: World) -> None:
    """After it was looked for, before or after the exchange: at every second step."""
    scenario = named("swap")
    ground = survey(faulty, scenario)
    assert ground.strange == []
    for nth in ground.passed["step.before"][::2]:
        users = faulty.reset(scenario)
        fault = Fault("step.before", nth, "pause:200")
        process, answers = faulty.start((), scenario.victims, fault)
        _wait_for(partial(faulty.log.landed, fault))
        new = [faulty.site / "swap" / name for name in ("late.txt", "sub/late.txt", "late/deep/er/late.txt")]
        for path in new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("late\n")
        before = kept([*users, *new])
        ran = faulty.ended(process, answers)
        assert ran.false == [], f"{fault}"
        assert lost(before, kept([*users, *new])) == [], f"{fault}"


def test_a_process_that_is_warm_notices_a_dead_one(faulty: World) -> None:
    """It remembers that nothing has to be done, and another process dies in the middle of a change."""
    scenario = named("swap")
    passed = survey(faulty, scenario).passed["step.after"]
    faulty.reset(scenario)
    with Worker(faulty.env, faulty.cwd) as warm:
        for nth in passed[1:-1:4]:
            faulty.reset(scenario)
            satisfied = f"pip install --python {faulty.prefix} swap==1.0"
            for _ in range(3):
                assert warm.call(calls.run, command=satisfied)["changes"] == []
            killed = faulty.run((), scenario.victims, Fault("step.after", nth, "kill"))
            assert killed.code < 0
            answer = warm.call(calls.run, command=satisfied)
            assert answer["exit_code"] == 0, answer
            shown = warm.call(calls.run, command=f"pip install --python {faulty.prefix} swap==2.0")
            assert shown["exit_code"] == 0, shown
            assert [(one["previous_version"], one["version"]) for one in shown["changes"]] == [("1.0", "2.0")], nth


def start_and_fork(command: str, log: str, waited_for: str, seconds: float) -> int:
    """In a worker: forks while another thread is in the middle of a change; the child just lives."""
    threading.Thread(target=calls.run, args=(command,), daemon=True).start()
    _wait_for(lambda: os.path.exists(log) and waited_for in Path(log).read_text())
    child = os.fork()
    if child == 0:
        time.sleep(seconds)
        os._exit(0)
    return child


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_children_hold_no_lock(faulty: World) -> None:
    """The holder is killed while a forked child lives: the lock is free, and the next call recovers."""
    scenario = named("swap")
    faulty.reset(scenario)
    faulty.log.clear()
    fault = Fault("step.after", 1, "pause:30000")
    env = {**faulty.env, "UVFFI_TEST_FAULT": str(fault), "UVFFI_TEST_FAULT_LOG": str(faulty.log.path)}
    command = f"pip install --python {faulty.prefix} swap==2.0"
    locks = (faulty.prefix / ".lock", faulty.site)
    with Worker(env, faulty.cwd) as worker:
        waited_for = f"{fault.point} {fault.nth} {fault.what}"
        child = worker.call(
            start_and_fork, command=command, log=str(faulty.log.path), waited_for=waited_for, seconds=20.0
        )
        assert [_is_free(path) for path in locks] == [False, False], "the change holds no lock"
        worker.process.kill()
        worker.process.wait()
    try:
        os.kill(child, 0)
        assert [_is_free(path) for path in locks] == [True, True], "a forked child holds the lock"
        ran = faulty.run((), ("pip install anchor==1.0",))
        assert (ran.false, ran.notices) == ([], ["recovered"])
        assert ran.seconds[0] < 5
    finally:
        os.kill(child, 9)


def _is_free(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _wait_for(true: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to the point"
        time.sleep(0.002)
