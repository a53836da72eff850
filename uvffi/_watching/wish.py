from __future__ import annotations

from .bell import Bell


class Wish:
    """What one reader, or the program itself, wants watched."""

    __slots__ = ("begun", "debounce", "follow", "polling", "reader", "ready", "roots", "woken")

    def __init__(self, roots: tuple[str, ...], *, follow: bool, reader: bool, debounce: int, polling: bool) -> None:
        """`follow`: every directory the engine knows as well, be it now or later; `debounce` in milliseconds."""
        self.roots = roots
        self.follow = follow
        self.reader = reader
        self.debounce = debounce
        self.polling = polling
        self.begun = False
        """Whether it is being watched for."""
        self.ready = Bell()
        """Rings when it has begun."""
        self.woken = Bell()
        """Rings when something changed."""

    def wants(self, path: str) -> bool:
        return self.follow or path in self.roots
