"""What there is to see after a call was interrupted: the environment, the next call, and nothing left behind."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

from tests.support.environments import site_packages
from tests.transactions.picture import Picture, differences, picture

from . import host
from .scene import MARK, Scene

LEFT = 2.0
"""Seconds within which all of an interrupted call is gone."""
NEXT = 3.0
"""Seconds within which the next two calls are done, be what is left of the last one still going."""
OWN_THREADS = ("uvffi-call", "uvffi-start", "uv-resolver")
"""Threads that live as long as a call. Those of pools stay, some under such a name: who begins them lends it."""


class Seen(NamedTuple):
    wrong: list[str]
    changed: bool
    """Whether the change was made, wholly."""
    rest: float
    """Seconds until nothing of the call was left, from when its caller had its thread back."""


def look(scene: Scene, way: str, at: float, next_first: bool, within: float = LEFT) -> Seen:
    """`at`: when the caller had its thread back. `next_first`: whether it goes on at once, or waits until all is gone.

    `within`: seconds until when all has to be gone.
    Unless the call made its change, the environment is as it was before when this is over.
    """
    found = picture(scene.venv)
    changed, wrong = _judge(scene, way, found)
    if next_first and not changed:
        wrong += _next(scene)
    rest, left = _gone(scene, at, within)
    wrong += left
    if not next_first and not changed:
        wrong += _next(scene)
    if not changed:
        wrong += [f"after the next calls: {line}" for line in differences(picture(scene.venv), scene.before)]
    return Seen(wrong, changed, rest)


def _judge(scene: Scene, way: str, found: Picture) -> tuple[bool, list[str]]:
    """Whether it is wholly what the call makes of it; and what is wrong, where it is neither that nor as it was."""
    if found == scene.before:
        return False, []
    whole = scene.whole.get(way)
    if found == whole:
        return True, []
    return False, [f"half done: {line}" for line in differences(found, scene.before)]


def _next(scene: Scene) -> list[str]:
    began = time.monotonic()
    wrong: list[str] = scene.worker.call(host.next_calls, environment=str(scene.venv))
    seconds = time.monotonic() - began
    return [*wrong, *([f"the next calls took {seconds:.2f} s"] if seconds > NEXT else [])]


def _gone(scene: Scene, at: float, within: float) -> tuple[float, list[str]]:
    """When nothing was left of the call, and what was left too long."""
    kinds: list[tuple[str, Callable[[], list[str]]]] = [
        ("a lock is held", lambda: _locks(scene)),
        ("a thread is left", lambda: _threads(scene)),
        ("a thread is at work", lambda: _working(scene)),
        ("a process is left", lambda: _processes(scene)),
        ("a stage is left", scene.stages),
        ("a temporary file is left", lambda: sorted(scene.temporaries() - scene.uvs)),
    ]
    while True:
        left = [f"{what}: {one}" for what, find in kinds for one in find()]
        seconds = time.monotonic() - at
        if not left or seconds > within:
            return seconds, left
        time.sleep(0.005)


def _locks(scene: Scene) -> list[str]:
    held = []
    for path in (scene.venv / ".lock", site_packages(scene.venv)):
        number = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.append(str(path))
        finally:
            os.close(number)
    return held


def _threads(scene: Scene) -> list[str]:
    told = [(task, name) for task, name, _ in _tasks(scene) if name in OWN_THREADS]
    return [name for task, name in told if task not in scene.threads]


def _working(scene: Scene) -> list[str]:
    """Threads of any kind that run, or write."""
    return [f"{name} ({state})" for _, name, state in _tasks(scene) if state in "RD"]


def _tasks(scene: Scene) -> Iterator[tuple[int, str, str]]:
    """The number, name and state of each thread of the process."""
    for task in Path(f"/proc/{scene.worker.process.pid}/task").iterdir():
        try:
            before, _, after = (task / "stat").read_text().rpartition(")")
        except OSError:
            continue
        yield int(task.name), before.partition("(")[2], after.split()[0]


def _processes(scene: Scene) -> list[str]:
    """Those that have the scene's mark in their variables, but for the one that calls."""
    wanted = f"{MARK}={scene.mark}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != scene.worker.process.pid:
            try:
                # Of one that has ended there is nothing to read.
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(f"{entry.name} {(entry / 'cmdline').read_bytes()!r}")
            except OSError:
                continue
    return found
