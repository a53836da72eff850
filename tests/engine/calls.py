"""What these tests call inside a worker: functions of uvffi, and looks at the worker's own process."""

from __future__ import annotations

import os
import threading
import time
from typing import Any, Callable

_started: dict[str, tuple[threading.Thread, list[Any]]] = {}


def run(command: str | list[str], **place: Any) -> dict[str, Any]:
    """One `uvffi.run`, whole, as it crossed the ABI."""
    import uvffi

    return uvffi.run(command, **place).answer


def run_all(commands: list[str]) -> list[dict[str, Any]]:
    return [run(command) for command in commands]


def query(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a query, be it an error."""
    from uvffi import _native
    from uvffi._codec import encode

    answer: dict[str, Any] = _native.query(encode(request).encode())
    return answer


def child_only() -> str | None:
    """Why the engine answers nothing itself any more, if so."""
    reason: str | None = query({"query": "status"})["child_only"]
    return reason


def start(name: str, command: str) -> None:
    """Runs a command in a thread of the worker; `outcome` asks for its end."""
    answers: list[Any] = []

    def work() -> None:
        try:
            answers.append(run(command))
        except BaseException as error:
            answers.append({"raised": repr(error)})

    thread = threading.Thread(target=work, name=name)
    _started[name] = (thread, answers)
    thread.start()


def outcome(name: str, wait: float = 0.0) -> dict[str, Any] | None:
    """The answer of a started command; None while it runs."""
    thread, answers = _started[name]
    thread.join(wait)
    answer: dict[str, Any] | None = None if thread.is_alive() else answers[0]
    return answer


def together(works: list[Callable[[], Any]]) -> list[Any]:
    """The values of functions that are called at the same moment, each in a thread of its own."""
    values: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def play(at: int) -> None:
        gate.wait(20)
        try:
            values[at] = works[at]()
        except BaseException as error:
            values[at] = {"raised": repr(error)}

    threads = [threading.Thread(target=play, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return values


def own_threads(rest: float = 0.0, at_most: int | None = None) -> int:
    """How many threads the process has, after at most `rest` seconds in which pools may shrink to `at_most`."""
    deadline = time.monotonic() + rest
    while True:
        count = len(os.listdir("/proc/self/task"))
        if (at_most is not None and count <= at_most) or time.monotonic() >= deadline:
            return count
        time.sleep(0.05)


def set_variable(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def change_directory(path: str) -> None:
    os.chdir(path)


def own_view() -> dict[str, Any]:
    """The directory and the variables that this process's C code sees, whatever Python remembers."""
    import subprocess

    shown = subprocess.run(["env", "-0"], stdout=subprocess.PIPE, check=True).stdout
    return {"cwd": os.readlink("/proc/self/cwd"), "env": sorted(shown.decode().split("\0"))}
