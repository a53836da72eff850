"""Mounts that nobody else sees, for tests that run as root."""

from __future__ import annotations

import ctypes
import functools
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

CLONE_NEWNS = 0x00020000
MS_BIND = 0x1000
MS_MOVE = 0x2000
MS_REC = 0x4000
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

_libc = ctypes.CDLL(None, use_errno=True)


@functools.lru_cache(maxsize=None)
def private() -> bool:
    """Gives this thread, and all that it starts from now on, mounts of its own; whether that can be done here."""
    if os.geteuid() != 0 or _libc.unshare(CLONE_NEWNS) != 0:
        return False
    return bool(_libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None) == 0)


def bind(source: Path, target: Path) -> None:
    """Shows one directory in the place of another."""
    _checked(_libc.mount(os.fsencode(source), os.fsencode(target), None, MS_BIND, None), f"bind {source} on {target}")


def move(source: Path, target: Path) -> None:
    """A mount is at another place from now on."""
    _checked(_libc.mount(os.fsencode(source), os.fsencode(target), None, MS_MOVE, None), f"move {source} to {target}")


def tmpfs(target: Path) -> None:
    """An empty filesystem in memory."""
    _checked(_libc.mount(b"none", os.fsencode(target), b"tmpfs", 0, b"size=64m"), f"mount a tmpfs on {target}")


def unmount(target: Path, *, at_rest: bool = False) -> None:
    """The mount is gone from its place. With `at_rest` it fails with EBUSY while anybody holds something in there."""
    _checked(_libc.umount2(os.fsencode(target), 0 if at_rest else MNT_DETACH), f"unmount {target}")


def below(folder: Path) -> list[Path]:
    """The mounts inside a directory, the innermost first. A mount moves with the directory that it is on."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        target = Path(line.split()[4].replace("\\040", " "))
        if folder in target.parents:
            found.append(target)
    return sorted(found, reverse=True)


@contextmanager
def lifted(folder: Path, aside: Path) -> Iterator[None]:
    """Nothing is mounted inside a directory, for a moment; `aside` is where the mounts are meanwhile."""
    places = [(place, aside / f"lifted-{number}") for number, place in enumerate(below(folder))]
    for place, shelter in places:
        shelter.mkdir()
        move(place, shelter)
    try:
        yield
    finally:
        for place, shelter in reversed(places):
            move(shelter, place)
            shelter.rmdir()


def _checked(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"can't {what}: {os.strerror(code)}")
