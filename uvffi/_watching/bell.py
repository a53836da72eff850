from __future__ import annotations

from _thread import allocate_lock
from contextlib import suppress


class Bell:
    """Wakes whoever waits, once for any number of rings.

    Ringing never waits, so that a finalizer may do it in the middle of anything (`threading.Event` can't be set there).
    """

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._lock.acquire()

    def ring(self) -> None:
        # That one may have been rung before, with nobody having come yet, is all right.
        with suppress(RuntimeError):
            self._lock.release()

    def wait(self, seconds: float) -> bool:
        """Whether it rang since the last wait, or does within so many seconds."""
        return self._lock.acquire(True, max(seconds, 0))
