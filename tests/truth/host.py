"""What is called inside the warm process: questions to uvffi, and changes of the process itself."""

from __future__ import annotations

import ctypes
import os
import threading
import time
from typing import Any


def ask(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to several questions, one after another and at once."""
    return [one(**question) for question in asked]


def one(command: str | list[str] | None = None, query: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer to a command or a query, whole, as it crossed the ABI; a query's error is an answer too."""
    import uvffi
    from uvffi import _native
    from uvffi._codec import encode

    if query is None:
        assert command is not None
        return uvffi.run(command).answer
    answer: dict[str, Any] = _native.query(encode(query).encode())
    return answer


def timed(asked: dict[str, Any]) -> tuple[dict[str, Any], float, float]:
    """An answer, and between which times it was made; the clock is the same in all processes."""
    began = time.monotonic()
    answer = one(**asked)
    return answer, began, time.monotonic()


def hurry(moves: list[list[str]], asked: list[dict[str, Any]]) -> None:
    """Changes files, one right after another, and asks after each as if nothing depended on what is answered."""
    ask(asked)
    for move, path, what in moves:
        if move == "rename":
            os.rename(path, what)
        else:
            about = os.stat(path) if os.path.exists(path) else None
            if move == "exchange":
                os.unlink(path)
            flags = os.O_WRONLY if about and move == "write" else os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(os.open(path, flags, 0o644), "wb") as file:
                file.write(what.encode())
                file.truncate()
            if about:
                os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
        ask(asked)


def surround(variables: dict[str, str | None], cwd: str | None = None) -> None:
    """Sets (or, with None, takes away) variables, and goes to another directory."""
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    if cwd is not None:
        os.chdir(cwd)


def patch(installed: list[Any], removed: list[str], site_packages: str | None) -> None:
    """A Delta, true or not."""
    import uvffi

    uvffi.patch(installed, removed, site_packages=site_packages)


def forget() -> None:
    """Everything known is dropped."""
    import uvffi

    uvffi.invalidate()


def status() -> dict[str, Any]:
    return one(query={"query": "status"})


def start_watching() -> None:
    """Has the watcher on, be it that it was killed."""
    import uvffi

    if uvffi.status()["watcher"]["state"] not in ("watching", "polling"):
        uvffi.start_watching()


def kill_watcher() -> None:
    """Ends its thread as no program should."""
    for thread in threading.enumerate():
        if thread.name == "uvffi-watcher":
            ended = ctypes.py_object(SystemExit)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ended)


def watcher() -> dict[str, Any]:
    import uvffi

    state: dict[str, Any] = uvffi.status()["watcher"]
    return state
