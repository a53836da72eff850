"""More changes than the kernel can tell of: its queue of notifications overflows, and it only says that it did."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from random import Random
from types import TracebackType

from tests.engine import outside

CHANGES = 66_000
DISTRIBUTIONS = 200
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")

IN_ALL = 0x00000FFF
IN_Q_OVERFLOW = 0x00004000
HEAD = struct.calcsize("iIII")


class Storm:
    """Changes of names in one root, half of them of distributions; which of those are left in the end is chance."""

    def __init__(self, root: Path, aside: Path, seed: int) -> None:
        """`aside` is on the same filesystem, and nobody looks there."""
        self.root, self.aside = root, aside
        self.rng = Random(seed)
        self.names = [f"storm-{number}" for number in range(DISTRIBUTIONS)]
        for name in self.names:
            if not self.inside(name).exists() and not self.outside(name).exists():
                outside.put(aside, name, "1.0")

    def inside(self, name: str) -> Path:
        return outside.metadata(self.root, name, "1.0")

    def outside(self, name: str) -> Path:
        return outside.metadata(self.aside, name, "1.0")

    def blow(self) -> int:
        """How many changes were made: more than the queue holds."""
        at_least = max(CHANGES, int(QUEUE.read_text()))
        made = turn = 0
        while made < at_least:
            # A directory that comes, takes the names of distributions and of others in turn, and goes again.
            plain, *others = [str(self.root / f"{name}-{turn}") for name in ("plain", "gale", "lull", "calm")]
            names = [plain, *[f"{name}.dist-info" if at % 2 else name for at, name in enumerate(others * 6)]]
            os.mkdir(plain)
            for before, after in zip(names, names[1:]):
                os.rename(before, after)
            os.rmdir(names[-1])
            self.turn(self.rng.choice(self.names))
            made, turn = made + len(names) + 2, turn + 1
        for name in self.names:
            if self.rng.random() < 0.5:
                self.turn(name)
                made += 1
        return made

    def turn(self, name: str) -> None:
        """Out if it is in, else in."""
        try:
            os.rename(self.outside(name), self.inside(name))
        except FileNotFoundError:
            os.rename(self.inside(name), self.outside(name))

    def left(self) -> set[str]:
        return {name for name in self.names if self.inside(name).exists()}


class Queue:
    """A watch of our own that nobody reads: whether the kernel's queue was too short for what happened meanwhile."""

    def __init__(self, root: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self.number = libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self.number < 0 or libc.inotify_add_watch(self.number, os.fsencode(root), IN_ALL) < 0:
            raise OSError(ctypes.get_errno(), f"can't watch {root}: {os.strerror(ctypes.get_errno())}")

    def overflowed(self) -> bool:
        found = False
        while True:
            try:
                data = os.read(self.number, 1 << 16)
            except BlockingIOError:
                return found
            while data:
                _, mask, _, length = struct.unpack_from("iIII", data)
                found = found or bool(mask & IN_Q_OVERFLOW)
                data = data[HEAD + length :]

    def __enter__(self) -> Queue:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.number)
