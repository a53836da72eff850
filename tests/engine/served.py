"""What the tests of the warm Child call inside a worker, and looks at processes from outside."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from . import calls


def child() -> dict[str, Any]:
    """What the engine says of its Child."""
    told: dict[str, Any] = calls.query({"query": "status"})["child"]
    return told


def settled(seconds: float = 20.0) -> dict[str, Any]:
    """The same, once a server is ready or will not come."""
    deadline = time.monotonic() + seconds
    while True:
        told = child()
        if told["server"] in ("ready", "given up") or time.monotonic() > deadline:
            return told
        time.sleep(0.01)


def begin() -> dict[str, Any]:
    """Has a server begun, by a command that a plain process answers."""
    calls.run("--version")
    return settled()


def begin_in_a_thread() -> dict[str, Any]:
    """The same from a thread that ends."""
    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    return settled()


def served(command: Any, **place: Any) -> dict[str, Any]:
    """A command's answer, with how many forks and plain processes it took."""
    before = child()
    answer = calls.run(command, **place)
    after = child()
    return {**answer, **{key: after[key] - before[key] for key in ("forks", "plain")}, "child": after}


def both(command: Any, **place: Any) -> list[dict[str, Any]]:
    """A command's answers by a fork and by a plain process."""
    settled()
    fork = served(command, **place)
    os.environ["UVFFI_CHILD"] = "plain"
    try:
        return [fork, served(command, **place)]
    finally:
        os.environ["UVFFI_CHILD"] = "warm"


def shutdown() -> bool:
    import uvffi

    return uvffi.shutdown(5)


def children() -> list[int]:
    """The worker's children, dead ones too."""
    own = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                after = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(after[1]) == os.getpid():
                own.append(int(entry))
    return own


def wait_for_any() -> str:
    """What wait(2) says to a host that asks for any child."""
    try:
        return repr(os.waitpid(-1, os.WNOHANG))
    except ChildProcessError:
        return "none"


def reap_in_the_background() -> None:
    """From now on the host reaps whatever child there is, as soon as it ends."""

    def reap() -> None:
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                time.sleep(0.0005)

    threading.Thread(target=reap, daemon=True).start()


def ignore_children() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def adopt_orphans() -> int:
    """Makes the worker a process to which orphans come (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    import ctypes

    status: int = ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    return status


def close_sockets(path: str) -> int:
    """A host that closes what it does not know, and opens files of its own under the same numbers."""
    closed = 0
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            if os.readlink(f"/proc/self/fd/{number}").startswith("socket:"):
                own = os.open(path, os.O_RDWR)
                os.dup2(own, number, inheritable=False)
                os.close(own)
                closed += 1
        except FileNotFoundError:
            continue
    return closed


def together(count: int, command: list[str]) -> tuple[float, list[dict[str, Any]]]:
    """One command in as many threads at once: the seconds it took, and the answers."""
    begun = time.monotonic()
    answers = calls.together([lambda: calls.run(command)] * count)
    return time.monotonic() - begun, answers


def many(count: int, command: Any) -> tuple[int, int]:
    """How many descriptors and threads the worker has more after so many commands."""

    def figures() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), calls.own_threads(2, 1)

    calls.run(command)
    before = figures()
    for _ in range(count):
        calls.run(command)
    after = figures()
    return after[0] - before[0], after[1] - before[1]


def change_everything(folder: str, inherited: str) -> int:
    """A host that changes, after the server was begun, what processes inherit; the number of a file handed down."""
    import resource

    os.umask(0o137)
    os.nice(2)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, min(hard, 3000)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.signal(signal.SIGUSR2, lambda *_: None)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    os.chdir(folder)
    os.environ.update(ADDED="\udcff text\n", NO_COLOR="1", TERM="dumb")
    os.environ.pop("LANG", None)
    return os.dup2(os.open(inherited, os.O_RDONLY), 97)


def keep_to_one_processor() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


PROBE = """
import json, os, resource, signal, sys
status = dict(line.split(":", 1) for line in open("/proc/%d/status" % os.getppid()).read().splitlines())
try:
    terminal = bool(open("/dev/tty"))
except OSError as error:
    terminal = error.errno
kind = lambda number: os.readlink("/proc/self/fd/%d" % number).split(":")[0]
print(json.dumps({
    "words": sys.argv[1:], "cwd": os.getcwd(), "variables": sorted(map(list, os.environ.items())),
    "umask": status["Umask"], "ignored": status["SigIgn"], "caught": status["SigCgt"],
    "rights": [status[key] for key in ("Uid", "Gid", "Groups", "CapEff", "NoNewPrivs", "Cpus_allowed")],
    "limits": [resource.getrlimit(kind) for kind in range(16)], "nice": os.nice(0),
    "leads": [os.getsid(0) == os.getppid(), os.getpgid(0) == os.getppid()], "terminal": terminal,
    "program": os.readlink("/proc/%d/exe" % os.getppid()), "name": status["Name"],
    "open": {number: kind(number) for number in map(int, os.listdir("/proc/self/fd"))
             if os.path.exists("/proc/self/fd/%d" % number)},
    "stdin": sys.stdin.read(),
}))
"""


def view(answer: dict[str, Any]) -> dict[str, Any]:
    """What the probe saw, but for what tells which way it went."""
    assert answer["exit_code"] == 0, answer
    seen: dict[str, Any] = json.loads(answer["stdout"])
    seen["variables"] = [pair for pair in seen["variables"] if pair[0] != "UVFFI_CHILD"]
    return seen


def alive(process: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False


def gone(processes: list[int], seconds: float = 10.0) -> bool:
    """Whether all of them end within that time."""
    deadline = time.monotonic() + seconds
    while any(map(alive, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def wait_for(path: Path, seconds: float = 20.0) -> str:
    """The content of a file, once there is something in it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.01)
    raise AssertionError(f"nothing was written to {path}")
