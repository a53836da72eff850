from __future__ import annotations

import os
import time

from .._ask import ask
from .notifier import Notifier, distribution, is_metadata
from .root import WatchedRoot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .bell import Bell
    from .wish import Wish

TICK = 0.2  # seconds between two looks at the directories themselves
FOLLOW = 1.0  # seconds between two questions which directories the engine knows
RETRY = 10.0  # seconds between two tries to get notifications where they were refused


class Lookout:
    """What the watcher's thread sees and does, turn by turn. Only that thread calls it, but for the attributes."""

    def __init__(self, bell: Bell) -> None:
        """`bell` ends a turn's wait."""
        self.roots: dict[str, WatchedRoot] = {}
        self.refused: str | None = None
        """Why there are no notifications."""
        self.trouble: str | None = None
        """What went wrong last."""
        self.batches = 0
        self._bell = bell
        self._known: tuple[str, ...] = ()
        self._notifier: Notifier | None = None
        self._notified: dict[tuple[int, int], list[WatchedRoot]] = {}
        self._tick_due = self._follow_due = self._retry_due = 0.0

    def turn(self, wishes: list[Wish]) -> None:
        self._choose(wishes)
        debounce = min([wish.debounce for wish in wishes])
        self._stat(debounce / 1000)
        self._listen()
        self._look(wishes)
        for wish in wishes:
            if not wish.begun:
                wish.begun = True
                wish.ready.ring()
        self._hear(debounce)

    def close(self) -> None:
        notifier, self._notifier = self._notifier, None
        self._notified = {}
        if notifier is not None:
            notifier.close()

    def _choose(self, wishes: list[Wish]) -> None:
        """The directories that are wanted now."""
        now = time.monotonic()
        if not any(wish.follow for wish in wishes):
            self._known = ()
        elif now >= self._follow_due:
            self._follow_due = now + FOLLOW
            try:
                self._known = tuple([root["path"] for root in ask({"query": "status"})["roots"]])
            except Exception as error:
                self.trouble = f"asking the engine for its directories: {error}"
        wanted = dict.fromkeys([*self._known, *[path for wish in wishes for path in wish.roots]])
        for path in [path for path in self.roots if path not in wanted]:
            del self.roots[path]
        for path in wanted:
            if path not in self.roots:
                self.roots[path] = WatchedRoot(path)
                self._tick_due = now
        for root in self.roots.values():
            root.polled = all(wish.polling for wish in wishes if wish.wants(root.path))

    def _stat(self, debounce: float) -> None:
        now = time.monotonic()
        if now >= self._tick_due:
            self._tick_due = now + TICK
            for root in self.roots.values():
                root.stat(debounce)
            if self._notifier is not None and self._notifier.lost():
                self.trouble = "the descriptors of its notifications were closed by somebody else"
                self.close()
        for root in self.roots.values():
            if root.due is not None and now >= root.due:
                root.dirty = True

    def _listen(self) -> None:
        """Notifications of just the directories that are there; of each once, however many paths it has."""
        places: dict[tuple[int, int], list[WatchedRoot]] = {}
        for root in self.roots.values():
            if root.place is not None and not root.polled:
                places.setdefault(root.place, []).append(root)
        again = self._notifier is None and self.refused is not None and time.monotonic() >= self._retry_due
        if places == self._notified and not again:
            return
        self.close()
        self.refused = None
        if not places:
            return
        try:
            self._notifier = Notifier([roots[0].path for roots in places.values()])
        except FileNotFoundError:
            # Gone since we looked.
            self._tick_due = 0.0
            return
        except Exception as error:
            self.refused = self.trouble = f"no notifications of changed files: {error}"
            self._retry_due = time.monotonic() + RETRY
        self._notified = places
        for roots in places.values():
            for root in roots:
                # What happened since it was looked at nobody has heard.
                root.dirty = True

    def _look(self, wishes: list[Wish]) -> None:
        for root in self.roots.values():
            if not root.dirty:
                continue
            try:
                moved = root.look()
            except Exception as error:
                self.trouble = f"looking at {root.path}: {error}"
                root.due = time.monotonic() + FOLLOW
                continue
            if moved:
                for wish in wishes:
                    if wish.wants(root.path):
                        wish.woken.ring()

    def _hear(self, debounce: int) -> None:
        """Wait for news, at most until there is something else to do."""
        dues = [self._tick_due, *[root.due for root in self.roots.values() if root.due is not None]]
        seconds = max(min(dues) - time.monotonic(), 0.005)
        if self._notifier is None:
            self._bell.wait(seconds)
            return
        try:
            paths = self._notifier.wait(seconds, debounce, self._bell)
        except Exception as error:
            # watchfiles would tell of it for ever: another notifier, and a look at everything.
            self.trouble = f"waiting for news: {error}"
            self.close()
            self._bell.wait(0.05)
            return
        if paths:
            self.batches += 1
            self._sort(paths)

    def _sort(self, paths: list[str]) -> None:
        """What is to be looked at after this news."""
        heard = {roots[0].path: roots for roots in self._notified.values()}
        for path in paths:
            if path in heard:
                # It was moved or taken away, and the kernel goes on telling about that directory, wherever it is.
                self._notified = {}
                self._tick_due = 0.0
                continue
            folder, file_name = os.path.split(path)
            if not is_metadata(file_name):
                continue
            name = distribution(file_name)
            for root in heard.get(folder, ()):
                root.dirty = True
                if name is not None:
                    root.names.add(name)
