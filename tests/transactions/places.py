"""Filesystems of all kinds under an environment. Mounts are the test's alone; they need root."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path
from typing import Callable, NamedTuple

from tests.truth import mounts

MS_RDONLY = 0x1
MS_REMOUNT = 0x20
MS_BIND = 0x1000

_libc = ctypes.CDLL(None, use_errno=True)


class Place(NamedTuple):
    """How a world's two directories are: `disk`, where the environment is, and `other`, where the target is."""

    name: str
    under: Callable[[Path], None] | None = None
    """Makes the filesystem, before anything is put there; it is given the world's directory."""
    over: Callable[[Path], None] | None = None
    """Makes something of what is there by then."""
    without: tuple[str, ...] = ()
    """Scenarios that can't go well: what comes from a lower layer does not go on the Shelf, from which they live."""


def _memory(base: Path) -> None:
    mounts.tmpfs(base / "disk")
    mounts.tmpfs(base / "other")


def _memory_for_target(base: Path) -> None:
    mounts.tmpfs(base / "other")


def _layers(base: Path) -> None:
    """Everything so far is in the lower layer, as it is in a container that is made from an image."""
    upper = base / f"upper-{time.monotonic_ns()}"
    upper.mkdir()
    try:
        _overlay(base, upper)
    except OSError:
        # A filesystem that is an overlay itself can't be the upper one.
        mounts.tmpfs(upper)
        _overlay(base, upper)


def _layers_apart(base: Path) -> None:
    """The same, and the layers are of different filesystems: a file is another object once it was written to."""
    upper = base / "upper"
    upper.mkdir(exist_ok=True)
    mounts.tmpfs(upper)
    _overlay(base, upper)


def _overlay(base: Path, upper: Path) -> None:
    for name in ("disk", "other"):
        up, work = (upper / f"{name}-{part}" for part in ("up", "work"))
        up.mkdir()
        work.mkdir()
        lower = base / name
        mount("overlay", lower, "overlay", f"lowerdir={lower},upperdir={up},workdir={work}")


DISK = Place("disk")
PLACES = {
    place.name: place
    for place in (
        DISK,
        Place("tmpfs", under=_memory),
        Place("overlay", over=_layers, without=("transaction",)),
        Place("overlay-apart", over=_layers_apart, without=("transaction", "undo-swap")),
        Place("target-elsewhere", under=_memory_for_target),
    )
}
"""Where everything has to go well."""


def mount(source: str, target: Path, kind: str, options: str, flags: int = 0) -> None:
    done = _libc.mount(os.fsencode(source), os.fsencode(target), os.fsencode(kind), flags, os.fsencode(options))
    if done != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"can't mount {kind} on {target}: {os.strerror(code)}")


def small(target: Path, size: str) -> None:
    """An empty filesystem of this size."""
    mount("none", target, "tmpfs", f"size={size}")


def read_only(target: Path) -> None:
    """A directory can't be written to from now on."""
    mounts.bind(target, target)
    mount("none", target, "", "", MS_REMOUNT | MS_BIND | MS_RDONLY)


def fill(folder: Path, leave: int) -> Path:
    """A file that takes all the room of a filesystem but so many bytes."""
    path = folder / "fill"
    room = os.statvfs(folder)
    rest = room.f_bavail * room.f_frsize - leave
    with open(path, "wb", buffering=0) as file:
        try:
            while rest > 0:
                rest -= file.write(bytes(min(1 << 16, rest)))
        except OSError:
            # What a directory entry took isn't there for the file.
            pass
    return path
