"""How large a process is. Called inside it."""

from __future__ import annotations

import ctypes
import gc
import os
import time
from pathlib import Path
from typing import TypedDict


class Size(TypedDict):
    resident: int
    """Bytes."""
    threads: int
    descriptors: int
    """All but connections."""
    connections: int
    """Of TCP, as the index has them. How many are kept for later is how many answers were once waited for together."""


REST = 8.0
"""Seconds after which what an idle engine gives back (descriptors, a pool's threads) is given back."""


def size(like: Size | None = None, rest: float = REST) -> Size:
    """The size of a process after `rest` seconds, or as soon as it has no more of anything but memory than `like`.

    Before memory is looked at, Python's garbage is collected and the C library gives back what it holds of freed
    memory (`malloc_trim`): what is then still resident is in use, or lies between what is.
    """
    deadline = time.monotonic() + rest
    while True:
        found = _size()
        small = like is not None and all(
            found[name] <= like[name] for name in ("threads", "descriptors", "connections")
        )
        if small or time.monotonic() >= deadline:
            return found
        time.sleep(0.1)


def _size() -> Size:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    names = [_name(number) for number in os.listdir("/proc/self/fd")]
    opened = [name for name in names if name]
    tables = [Path(f"/proc/self/net/{table}") for table in ("tcp", "tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    tcp = {f"socket:[{row[9]}]" for row in rows}
    connections = sum(name in tcp for name in opened)
    return Size(
        resident=pages * os.sysconf("SC_PAGE_SIZE"),
        threads=len(os.listdir("/proc/self/task")),
        descriptors=len(opened) - connections,
        connections=connections,
    )


def _name(number: str) -> str | None:
    """What a descriptor is of; of the one that the directory was read by, nothing."""
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except FileNotFoundError:
        return None
