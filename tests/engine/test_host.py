"""The process that uvffi is a guest in: it stays as it was, and may be of an unusual kind."""

from __future__ import annotations

import os
import resource
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)


def manners() -> dict[str, Any]:
    """In the worker: what belongs to the host, as the kernel sees it."""
    status = Path("/proc/self/status").read_text().splitlines()
    umask = os.umask(0o22)
    os.umask(umask)
    return {
        "signals": {line[:6]: mask(line) for line in status if line.startswith(("SigBlk", "SigIgn", "SigCgt"))},
        "limits": [resource.getrlimit(kind) for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_STACK)],
        "umask": umask,
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
        "session": [os.getsid(0), os.getpgid(0)],
        "hooks": [signal.getsignal(number) is not None for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGPIPE)],
    }


def mask(line: str) -> int:
    """A set of signals without 32 and 33, which the C library keeps for its own threads."""
    return int(line.split()[1], 16) & ~(0b11 << 31)


def every_kind(venv: Path, server: IndexServer) -> list[str]:
    """Commands that take all ways: resident and Child, success and failure, network and none."""
    at = f"--python {venv}"
    return [
        f"pip install {at} alpha==1.0 --compile-bytecode",
        f"pip install {at} alpha==2.0",
        f"pip install {at} no-such-thing",
        f"pip install {at} --no-cache --index-url {server.simple('main', '500')} lonely",
        f"pip uninstall {at} alpha",
        f"pip list {at}",
        "--version",
        "no-such-command",
    ]


def test_host_keeps_its_manners(worker: Worker, venv: Path, server: IndexServer) -> None:
    before = worker.call(manners)
    for answer in worker.call(calls.run_all, commands=every_kind(venv, server)):
        assert answer["error"] is None or answer["error"]["code"] != "internal"
    assert worker.call(manners) == before


def descriptors() -> list[str]:
    """In the worker: what each open descriptor is of, without the one that lists them."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{number}").split(":")[0])
        except FileNotFoundError:
            continue
    return sorted(found)


def test_no_descriptor_is_left(worker: Worker, venv: Path, server: IndexServer) -> None:
    """However often: not one more, nor an open file of an environment or a cache."""
    commands = every_kind(venv, server)
    # Twice: what is asked for again may be proved by descriptors from then on.
    worker.call(calls.run_all, commands=commands * 2)
    before = worker.call(descriptors)
    worker.call(calls.run_all, commands=commands * 3)
    after = worker.call(descriptors)
    assert len(after) <= len(before)
    assert not [path for path in after if "site-packages" in path or "archive-v" in path]


def cycles(command: str, count: int) -> list[list[str]]:
    """In the worker: the open descriptors each time that the engine has done something and was shut down."""
    import uvffi

    seen = []
    for _ in range(count):
        uvffi.run(command)
        assert uvffi.shutdown(5)
        seen.append(descriptors())
    return seen


def test_shutdown_gives_all_back(worker: Worker, venv: Path) -> None:
    """Threads; and descriptors but for those that one process needs once."""
    threads = worker.call(calls.own_threads)
    first, *others = worker.call(cycles, command=f"pip install --dry-run --python {venv} alpha", count=4)
    assert others == [first] * 3
    assert worker.call(calls.own_threads, rest=5, at_most=threads) == threads


def in_small_thread(commands: list[str], stack: int) -> list[dict[str, Any]]:
    """In the worker: from a thread with a small stack."""
    threading.stack_size(stack)
    try:
        return calls.together([lambda: calls.run_all(commands)])[0]  # type: ignore[no-any-return]
    finally:
        threading.stack_size(0)


@pytest.mark.parametrize("kilobytes", [64, 256])
def test_small_stack(kilobytes: int, worker: Worker, venv: Path) -> None:
    """The caller's thread only waits: resident, Child, and an answer to a query."""
    commands = [f"pip install --python {venv} beta", "--version", f"pip install --python {venv} left right"]
    answers = worker.call(in_small_thread, commands=commands, stack=kilobytes * 1024)
    assert isinstance(answers, list), answers
    assert [(answer["exit_code"], answer["route"]) for answer in answers] == [
        (0, "resident"),
        (0, "child"),
        (1, "resident"),
    ]


def with_children_ignored(commands: list[str]) -> list[dict[str, Any]]:
    """In the worker: a host that lets the kernel reap its children."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    return calls.run_all(commands)


def test_host_ignores_its_children(worker: Worker, venv: Path) -> None:
    """Then nobody can wait for a process. What needs none goes on; what needs one tells the truth about it."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    commands = [f"pip install --python {venv} alpha==2.0", f"pip install -v --python {venv} lonely"]
    resident, child = worker.call(with_children_ignored, commands=commands)
    assert (resident["exit_code"], resident["route"]) == (0, "resident"), resident
    there = installed(site_packages(venv))
    assert there.pop("alpha") == "2.0"
    assert {one["name"]: one["version"] for one in child["installed"]} == there
    if child["exit_code"] != 0:
        assert child["error"]["code"] == "spawn-failed"
        assert "No child process" in child["error"]["message"]


SPEAK = "import sys; print(sys.stdin.read() + str(5)); sys.stderr.write(str(6))"


def without_streams(commands: list[str]) -> list[dict[str, Any]]:
    """In the worker: a host that has closed its three standard streams."""
    kept = [os.dup(number) for number in (0, 1, 2)]
    for number in (0, 1, 2):
        os.close(number)
    try:
        return calls.run_all(commands)
    finally:
        for number, copy in enumerate(kept):
            os.dup2(copy, number)
            os.close(copy)


def test_host_has_no_streams(worker: Worker, venv: Path) -> None:
    commands = [
        f"pip install --python {venv} alpha==1.0",
        f"pip list --python {venv}",
        f"run --no-project --python {venv} python -c '{SPEAK}'",
        f"pip install --python {venv} source==1.0 --no-cache",
    ]
    answers = worker.call(without_streams, commands=commands)
    assert [answer["exit_code"] for answer in answers] == [0, 0, 0, 0], answers
    assert "alpha" in answers[1]["stdout"]
    assert (answers[2]["stdout"], answers[2]["stderr"]) == ("5\n", "6")
    assert installed(site_packages(venv)) == {"alpha": "1.0", "source": "1.0"}


def test_arguments_too_long_for_a_process(worker: Worker, venv: Path) -> None:
    """Longer than the system lets any process have: an error that says so, and the next call works."""
    answer = worker.call(calls.run, command=["pip", "list", "--python", "x" * 3_000_000])
    assert answer["error"]["code"] == "spawn-failed"
    assert "too long" in answer["error"]["message"]
    assert len(answer["error"]["message"]) < 1000
    assert worker.call(calls.run, command=f"pip list --python {venv}")["exit_code"] == 0
