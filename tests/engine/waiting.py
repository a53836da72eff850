"""What the tests of long calls share: work that never ends by itself, and what a call told, as JSON."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable

from tests.support.dist import Dist
from tests.support.index import IndexServer
from tests.support.sdists import build_sdist
from tests.support.wheels import build_wheel

from . import calls

INDEX = "waiting"
"""An index with `endless`, which never gets built, and `big`, which takes long to stage."""
BIG = 1000


def offer(server: IndexServer) -> None:
    """Put that index on the server, once."""
    if INDEX in server.dists:
        return
    files = {f"big/m{at:04}.py": f"NUMBER = {at}\n" for at in range(BIG)}
    dists: list[Dist] = [build_wheel("big", "1.0", files=files), build_sdist("endless", "1.0", fault="endless")]
    server.add(INDEX, dists)


def install(venv: Path | str, index: str, *packages: str) -> str:
    """An install that reads nothing from uv's cache."""
    return f"pip install --python {venv} --no-cache --index-url {index} {' '.join(packages)}"


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for it, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.002)


def gone(process: int) -> bool:
    """Whether there is no such process, or only its exit status."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def asked_for(server: IndexServer, since: int, end: str) -> bool:
    """Whether a path that ends so was asked for after so many requests."""
    return any(path.endswith(end) for _, path in server.requests[since:])


def told(event: Any) -> list[Any]:
    """In the worker: an event's kind and its fields, but for a result, of which there is its error's code."""
    fields = {name: getattr(event, name) for name in event._names}
    if "result" in fields:
        error = fields["result"].error
        fields["result"] = None if error is None else error.code
    return [event.kind, fields]


def children() -> list[int]:
    """In the worker: its child processes, without those that ended."""
    found = []
    for task in os.listdir("/proc/self/task"):
        listed = Path(f"/proc/self/task/{task}/children").read_text().split()
        found += [int(number) for number in listed if not gone(int(number))]
    return sorted(found)


def thread_names(rest: float, at_most: int = 0) -> list[str]:
    """In the worker: its threads by their kernel's names, after `rest` seconds or as soon as there are so few."""
    calls.own_threads(rest, at_most)
    found = []
    for task in os.listdir("/proc/self/task"):
        with suppress(OSError):
            found.append(Path(f"/proc/self/task/{task}/comm").read_text().strip())
    return sorted(found)
