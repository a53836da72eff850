"""What is done in the process that is interrupted."""

from __future__ import annotations

import signal
import time
from typing import Any, Callable, TypedDict


class Asked(TypedDict):
    """A call."""

    way: str
    """One of `WAYS`."""
    environment: str
    packages: list[str]
    flags: list[str]
    file: str
    """Requirements that lock the same."""
    command: list[str] | None
    """The whole command of `run`, where that is no install."""
    progress: bool
    timeout: float | None


class Told(TypedDict):
    """What became of it. Moments are of the clock that all processes have."""

    ended: str
    """`interrupted`, `returned`, or the code of the error."""
    began: float
    at: float
    """When the caller had its thread back."""
    kinds: list[str]
    """Of the events."""


def call(asked: Asked) -> Told:
    """In the worker: do it, under Python's own handler of SIGINT."""
    import uvffi

    kinds: list[str] = []
    how: dict[str, Any] = {"timeout": asked["timeout"]}
    how["progress"] = (lambda event: kinds.append(event.kind)) if asked["progress"] else None
    work = WAYS[asked["way"]]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    began = time.monotonic()
    try:
        try:
            work(asked, how)
            ended = "returned"
        except uvffi.UvffiError as error:
            ended = error.code
        at = time.monotonic()
        # From here on one that comes too late is nothing.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        at = time.monotonic()
        ended = "interrupted"
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return {"ended": ended, "began": began, "at": at, "kinds": kinds}


def warm(environment: str) -> None:
    """In the worker: the library loaded, and the engine at work once."""
    import uvffi

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    uvffi.run(["pip", "list", "--python", environment])


def next_calls(environment: str) -> list[str]:
    """In the worker: a change there and back; what is wrong of it."""
    import uvffi

    env = uvffi.Environment(environment)
    wrong = []
    for version in ("2.0", "1.0"):
        try:
            env.install(f"alpha=={version}", timeout=20)
        except uvffi.UvffiError as error:
            wrong.append(f"the next call: {error.code}: {error}")
            continue
        found = env.packages["alpha"].version
        if found != version:
            wrong.append(f"the next call left alpha {found}, not {version}")
    return wrong


def back(environment: str, name: str) -> None:
    """In the worker: take away what a call installed that could not be stopped any more."""
    import uvffi

    uvffi.Environment(environment).uninstall(name)


def _run(asked: Asked, how: dict[str, Any]) -> None:
    import uvffi

    words = ["pip", "install", "--python", asked["environment"], *asked["flags"], *asked["packages"]]
    uvffi.run(asked["command"] or words, **how).check()


def _install(asked: Asked, how: dict[str, Any]) -> None:
    import uvffi

    uvffi.Environment(asked["environment"]).install(*asked["packages"], args=asked["flags"], **how)


def _confirm(asked: Asked, how: dict[str, Any]) -> None:
    import uvffi

    env = uvffi.Environment(asked["environment"])
    env.install(*asked["packages"], args=asked["flags"], confirm=lambda plan: True, **how)


def _sync(asked: Asked, how: dict[str, Any]) -> None:
    import uvffi

    uvffi.Environment(asked["environment"]).sync(asked["file"], args=asked["flags"], **how)


def _plan(asked: Asked, how: dict[str, Any]) -> None:
    import uvffi

    uvffi.Environment(asked["environment"]).plan(*asked["packages"], args=asked["flags"], **how)


WAYS: dict[str, Callable[[Asked, dict[str, Any]], None]] = {
    "run": _run,
    "install": _install,
    "confirm": _confirm,
    "sync": _sync,
    "plan": _plan,
}
