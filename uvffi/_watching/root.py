from __future__ import annotations

import os
import time
from contextlib import suppress

from .._ask import ask, tell
from ..errors import RequestError

AT_FIRST = 0.02
AT_LAST = 0.5
"""Seconds between two looks at what is half-written."""
YOUNG = 2.1
"""Seconds for which the times of a directory can be too coarse to tell a second change from the first."""


class WatchedRoot:
    """One site-packages directory that the watcher has an eye on. It may be gone, and come back as another one."""

    __slots__ = (
        "_mark",
        "_pause",
        "_spared",
        "_stamp",
        "_unsettled",
        "dirty",
        "due",
        "names",
        "path",
        "place",
        "polled",
    )

    def __init__(self, path: str) -> None:
        self.path = path
        self.place: tuple[int, int] | None = None
        """Which directory it is, by device and inode; None while there is none."""
        self.dirty = True
        """Whether the engine has to look."""
        self.names: set[str] = set()
        """Distributions that changed, as far as somebody named them."""
        self.due: float | None = None
        """When to look again although nothing was heard, on the monotonic clock."""
        self.polled = False
        self._stamp: tuple[int, ...] | None = None
        self._mark: tuple[int | str, ...] | None = None
        self._unsettled: set[str] = set()
        self._pause = AT_FIRST
        self._spared = False

    def stat(self, debounce: float) -> None:
        """Look at the directory alone, which costs next to nothing; it is dirty if it isn't as it was.

        One that changed less than `debounce` seconds ago may be in the middle of a change: it has time until next time.
        """
        try:
            seen = os.stat(self.path)
        except OSError:
            place, stamp, age = None, None, YOUNG
        else:
            place = (seen.st_dev, seen.st_ino)
            stamp = (*place, seen.st_mtime_ns, seen.st_ctime_ns)
            age = time.time() - max(seen.st_mtime, seen.st_ctime)
        self.place = place
        self._spared = age < debounce and not self._spared
        if not self._spared:
            self.dirty = self.dirty or stamp != self._stamp or age < YOUNG
            self._stamp = stamp

    def look(self) -> bool:
        """Let the engine look, and tell whether it found anything else than last time."""
        names, self.names, self.dirty = self.names | self._unsettled, set(), False
        if names:
            # What is no name to the engine needs no mark: it looks at the directory anyway.
            with suppress(RequestError):
                tell({"installed": sorted(names), "site_packages": self.path})
        answer = ask({"query": "changes", "site_packages": self.path, "since": None})
        self._wait_for(set(answer["unsettled"]))
        # A change that was held back until its metadata is whole is told without a new generation.
        mark = (answer["epoch"], answer["generation"], *sorted(self._unsettled))
        moved = mark != self._mark
        self._mark = mark
        return moved

    def forget(self) -> None:
        """Let the engine drop all it knows of it."""
        tell({"forget": True, "site_packages": self.path})

    def _wait_for(self, unsettled: set[str]) -> None:
        """Nobody hears when a half-written dist-info is filled, so it is looked at again, soon and then less soon."""
        self._pause = min(self._pause * 1.5, AT_LAST) if unsettled & self._unsettled else AT_FIRST
        self._unsettled = unsettled
        self.due = time.monotonic() + self._pause if unsettled else None
