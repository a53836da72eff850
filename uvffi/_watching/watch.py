from __future__ import annotations

import os
import threading
import time
from collections import deque
from contextlib import suppress

from .._ask import ask
from .._given import seconds
from ..errors import CommandError
from . import process
from .change import WatchedChange
from .picture import Picture

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

LOOK = 1.0  # seconds without a look at most: a silent watcher makes a reader late, and never deaf
SLICE = 0.05  # seconds between two looks at `stop`, and between two tries to get a picture that stands still


class Watch:
    """The changes of one environment, as they come: what `Environment.watch` gives.

    An iterator of `WatchedChange`, and a context manager. `close` ends it, as does dropping it. Each reads for itself,
    so any number of them can be open; one may be read by several threads, and each change goes to one of them.
    """

    _closed = True

    def __init__(
        self,
        python: str,
        debounce: int | None = None,
        polling: bool | None = None,
        timeout: float | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        seconds("timeout", timeout)
        self._python = python
        self._timeout = timeout
        self._stop = stop
        self._came: deque[WatchedChange] = deque()
        self._lock = threading.Lock()
        self._settings = (debounce, polling)
        self._place: tuple[int, ...] | None = None
        self._picture = Picture(python)
        self._begin()
        try:
            self._marks = self._marked(self._picture.roots)
            # Again, from the marks on: until then there was nothing to tell changes of.
            self._picture = Picture(python)
            self._due = time.monotonic() + LOOK
            self._place = self._placed()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        debounce, polling = self._settings
        self._process = os.getpid()
        self._wish = process.make_wish(self._picture.roots, debounce, polling, reader=True)
        self._watcher = process.begin(self._wish, polling)
        self._closed = False

    def __iter__(self) -> Watch:
        return self

    def __next__(self) -> WatchedChange:
        end = None if self._timeout is None else time.monotonic() + self._timeout
        while not self._closed and not (self._stop is not None and self._stop.is_set()):
            with suppress(IndexError):
                return self._came.popleft()
            now = time.monotonic()
            over = end is not None and now >= end
            if over or now >= self._due:
                self._due = now + LOOK
                self._look()
                if over and not self._came:
                    break
                continue
            seconds = (self._due if end is None else min(self._due, end)) - now
            if self._wish.woken.wait(seconds if self._stop is None else min(seconds, SLICE)):
                self._due = 0.0
        self.close()
        raise StopIteration

    def close(self) -> None:
        """End it, for a thread that waits in it too; a second time does nothing."""
        if not self._closed:
            self._closed = True
            self._watcher.end(self._wish)
            self._wish.woken.ring()

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Watch({self._python!r}{', closed' if self._closed else ''})"

    def _look(self) -> None:
        """Ask the engine what changed since the last time."""
        if os.getpid() != self._process:
            # In a forked child: nothing of the parent's watcher is here.
            self._lock = threading.Lock()
            self._begin()
        self._watcher.keep(self._wish)
        if self._closed:
            # By another thread, in between.
            self._watcher.end(self._wish)
        with self._lock:
            whole = self._placed() != self._place
            for root in self._picture.roots:
                epoch, generation = self._marks[root]
                answer = ask({"query": "changes", "site_packages": root, "since": generation})
                if answer["epoch"] != epoch or answer["generation"] < generation or not answer["complete"]:
                    whole = True
                    continue
                self._marks[root] = (epoch, answer["generation"])
                for told in answer["changes"]:
                    self._tell(_watched(told, root))
            if whole:
                self._compare()

    def _compare(self) -> None:
        """The engine can't tell it change by change, or the environment is another one: compare all there is."""
        place = self._placed()
        try:
            roots = Picture(self._python).roots
            marks = self._marked(roots)
            later = Picture(self._python)
        except CommandError:
            # It may be in the middle of being made anew.
            return
        if later.roots != roots or self._marked(roots) != marks:
            # It changed meanwhile, and what is told here would be told by the engine again.
            self._due = time.monotonic() + SLICE
            return
        self._place, self._marks = place, marks
        self._came.extend(self._picture.changes_to(later))
        self._picture = later
        if later.roots != self._wish.roots:
            self._wish.roots = later.roots
            self._watcher.news()

    def _tell(self, change: WatchedChange) -> None:
        self._picture.note(change)
        self._came.append(change)

    def _marked(self, roots: tuple[str, ...]) -> dict[str, tuple[int, int]]:
        """The epoch and the generation of each directory, as it is now."""
        marks = {}
        for root in roots:
            answer = ask({"query": "changes", "site_packages": root, "since": None})
            marks[root] = (answer["epoch"], answer["generation"])
        return marks

    def _placed(self) -> tuple[int, ...] | None:
        """What changes when an environment is made anew, maybe with another Python and other directories."""
        try:
            seen = os.stat(os.path.join(self._picture.prefix, "pyvenv.cfg"))
        except OSError:
            return None
        return (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns)


def _watched(told: dict[str, Any], root: str) -> WatchedChange:
    return WatchedChange(
        told["name"],
        told["version"],
        told["previous_version"],
        told["action"],
        told["editable"],
        told["url"],
        told["by"],
        root,
    )
