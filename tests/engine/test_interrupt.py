"""Ctrl-C, and other handlers of signals that raise: the caller has its thread back at once, and nothing was changed."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.snapshot import installed, snapshot
from tests.support.worker import Worker

from . import calls, waiting
from .waiting import install

pytestmark = pytest.mark.timeout(120)
PROMISED = 0.1  # seconds from the signal to the caller
LOADED = 1.0  # and what a machine with other work to do may add, now and then


class Struck(Exception):
    """What a handler of a signal raises here."""


def run(command: str, raising: str = "KeyboardInterrupt", progress: bool = False) -> dict[str, Any]:
    """In the worker: a command that a signal may end: `at` is when that reached the caller."""
    import uvffi

    assert threading.current_thread() is threading.main_thread()
    kinds: list[str] = []
    kind: type[BaseException] = Struck if raising == "Struck" else KeyboardInterrupt

    def handler(number: int, frame: object) -> None:
        raise kind

    before = signal.signal(signal.SIGINT, handler)
    try:
        try:
            result = uvffi.run(command, progress=(lambda event: kinds.append(event.kind)) if progress else None)
        except kind:
            return {"at": time.monotonic(), "kinds": kinds}
    finally:
        # From here on one that comes too late is nothing.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGINT, before)
    return {"result": result.answer, "kinds": kinds}


def strike(worker: Worker, reached: Callable[[], object], command: str, times: int = 1, **how: Any) -> dict[str, Any]:
    """Run a command in the worker, and send the signal once it got there. With `seconds` from the one to the other."""
    sent: list[float] = []

    def send() -> None:
        waiting.until(reached)
        sent.append(time.monotonic())
        for _ in range(times):
            os.kill(worker.process.pid, signal.SIGINT)
            time.sleep(0.001)

    thread = threading.Thread(target=send)
    thread.start()
    found: dict[str, Any] = worker.call(run, command=command, **how)
    thread.join()
    if "at" in found:
        found["seconds"] = found["at"] - sent[0]
    return found


def phases(server: IndexServer, venv: Path, env: dict[str, str]) -> dict[str, tuple[str, Callable[[], object]]]:
    """A command that gets stuck in each phase, and whether it is there."""
    waiting.offer(server)
    since = len(server.requests)
    marker = Path(env["HOME"]) / "endless"
    marker.unlink(missing_ok=True)
    script = f"import time; open({str(marker)!r}, 'w').write('1'); time.sleep(60)"
    return {
        "resolve": (
            install(venv, server.simple("main", "hang"), "lonely"),
            lambda: waiting.asked_for(server, since, "/simple/lonely/"),
        ),
        "download": (
            install(venv, server.simple("main", "stall"), "lonely"),
            lambda: waiting.asked_for(server, since, ".whl"),
        ),
        "build": (
            install(venv, server.simple(waiting.INDEX), "endless"),
            lambda: marker.exists() and marker.read_text(),
        ),
        "child": (
            f'run --no-project --python {venv} python -c "{script}"',
            lambda: marker.exists() and marker.read_text(),
        ),
    }


@pytest.mark.parametrize("progress", [False, True])
@pytest.mark.parametrize("phase", ["resolve", "download", "build", "child"])
def test_in_each_phase(
    phase: str, progress: bool, worker: Worker, venv: Path, server: IndexServer, env: dict[str, str]
) -> None:
    """Three times: the caller is back at once, nothing is changed, and nothing is left running."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    before = snapshot(venv, str)
    seconds = []
    threads = children = 0
    for turn in range(3):
        command, reached = phases(server, venv, env)[phase]
        found = strike(worker, reached, command, progress=progress)
        assert "at" in found, found
        assert "finished" not in found["kinds"]
        seconds.append(found["seconds"])
        assert snapshot(venv, str) == before
        if not turn:
            # What is kept warm from the first time on.
            threads = len(worker.call(waiting.thread_names, rest=2))
            children = len(worker.call(waiting.children))
    if phase == "build":
        builder = int((Path(env["HOME"]) / "endless").read_text())
        waiting.until(lambda: waiting.gone(builder), 2)
    assert min(seconds) <= PROMISED
    assert max(seconds) <= PROMISED + LOADED
    assert len(worker.call(waiting.thread_names, rest=2, at_most=threads)) <= threads
    waiting.until(lambda: len(worker.call(waiting.children)) <= children, 2)
    assert worker.call(calls.run, command=f"pip install --python {venv} alpha==2.0")["exit_code"] == 0
    assert installed(site_packages(venv)) == {"alpha": "2.0"}


def test_while_it_stages(worker: Worker, venv: Path, server: IndexServer) -> None:
    """With a tree half made beside the environment."""
    waiting.offer(server)
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    before = snapshot(venv, str)
    stage = venv / ".uvffi" / "stage"
    index = server.simple(waiting.INDEX)
    begun = "*/*/lib/python*/site-packages/big"
    found = strike(worker, lambda: any(stage.glob(begun)), install(venv, index, "big"), progress=True)
    assert "at" in found, found["result"]["stderr"]
    assert found["seconds"] <= PROMISED + LOADED
    assert not {"committed", "finished"} & set(found["kinds"])
    assert snapshot(venv, str) == before
    waiting.until(lambda: not any(stage.glob(begun)), 5)
    assert worker.call(calls.run, command=install(venv, index, "big"))["exit_code"] == 0


def at_moments(commands: list[str], delays: list[float]) -> list[Any]:
    """In the worker: each command is struck that long after it began, or not if it was done by then; and asked again.

    For each, whether it was; and the seconds from the signal to the caller.
    """
    import uvffi

    found: list[Any] = []

    def handler(number: int, frame: object) -> None:
        raise Struck

    before = signal.signal(signal.SIGALRM, handler)
    for command, delay in zip(commands, delays):
        began = time.monotonic()
        try:
            signal.setitimer(signal.ITIMER_REAL, delay)
            uvffi.run(command)
            signal.setitimer(signal.ITIMER_REAL, 0)
            found.append([False, 0.0])
        except Struck:
            found.append([True, time.monotonic() - began - delay])
        there = {name: package.version for name, package in uvffi.Environment(command.split()[3]).packages.items()}
        found[-1] += [there, uvffi.run(command).exit_code]
    signal.signal(signal.SIGALRM, before)
    return found


def test_at_any_moment(worker: Worker, venv: Path) -> None:
    """Of a change between two versions: what is there is one or the other, whole, and the next call works."""
    ways = [f"pip install --python {venv} beta=={version}" for version in ("1.0", "2.0")]
    whole = [{"alpha": "1.1", "beta": "1.0"}, {"alpha": "2.0", "beta": "2.0"}]
    worker.call(calls.run_all, commands=ways)
    dice = random.Random(6)
    found = worker.call(at_moments, commands=ways * 30, delays=[dice.uniform(0.0001, 0.006) for _ in range(60)])
    for at, (_, _, there, code) in enumerate(found):
        assert code == 0
        assert there in whole
        if not found[at][0]:
            assert there == whole[at % 2]
    struck = [seconds for was, seconds, _, _ in found if was]
    assert struck, "none was interrupted"
    assert sorted(struck)[len(struck) // 2] <= PROMISED
    assert max(struck) <= PROMISED + LOADED
    assert installed(site_packages(venv)) == whole[1]


def test_again_and_again(worker: Worker, venv: Path, server: IndexServer) -> None:
    """Somebody who can't wait: one exception reaches the caller, and it is whole."""
    since = len(server.requests)
    command = install(venv, server.simple("main", "hang"), "lonely")
    found = strike(worker, lambda: waiting.asked_for(server, since, "/simple/lonely/"), command, times=5)
    assert "at" in found
    assert worker.call(calls.run, command=f"pip install --python {venv} lonely")["exit_code"] == 0


def test_a_handler_of_ones_own(worker: Worker, venv: Path, server: IndexServer) -> None:
    """Whatever it raises reaches the caller."""
    since = len(server.requests)
    command = install(venv, server.simple("main", "hang"), "lonely")
    found = strike(worker, lambda: waiting.asked_for(server, since, "/simple/lonely/"), command, raising="Struck")
    assert found["seconds"] <= PROMISED + LOADED
    assert installed(site_packages(venv)) == {}


def beside_a_handler(command: str) -> dict[str, Any]:
    """In the worker: a handler that raises nothing, some twenty times in a command."""
    rings: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: rings.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    try:
        answer = calls.run(command)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return {"rings": len(rings), "answer": answer}


def test_a_handler_that_raises_nothing(worker: Worker, venv: Path, server: IndexServer) -> None:
    """It runs while the command does, which goes on."""
    found = worker.call(beside_a_handler, command=install(venv, server.simple("main", "slow"), "beta"))
    assert found["answer"]["exit_code"] == 0
    assert found["rings"] >= 8
    assert installed(site_packages(venv)) == {"alpha": "2.0", "beta": "2.0"}


def typed(environment: str, index: str) -> list[Any]:
    """In the worker: the typed side, with a progress callable and without."""
    import uvffi

    env = uvffi.Environment(environment)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    seconds = []
    for progress in (None, lambda event: None):
        sent: list[float] = []

        def send(sent: list[float] = sent) -> None:
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        threading.Timer(0.3, send).start()
        with pytest.raises(KeyboardInterrupt):
            env.install("lonely", index_url=index, no_cache=True, progress=progress)
        seconds.append(time.monotonic() - sent[0])
    signal.signal(signal.SIGINT, before)
    return seconds


def test_typed_side(worker: Worker, venv: Path, server: IndexServer) -> None:
    seconds = worker.call(typed, environment=str(venv), index=server.simple("main", "hang"))
    assert min(seconds) <= PROMISED
    assert max(seconds) <= PROMISED + LOADED
    assert installed(site_packages(venv)) == {}
