"""Whether somebody opens a file: how a call is seen to wait for a lock, which it tries again and again."""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

OPENED = 0x20  # IN_OPEN
FLAGS = os.O_CLOEXEC | os.O_NONBLOCK


class Opened:
    """From now until `close`."""

    def __init__(self, path: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._queue = libc.inotify_init1(FLAGS)
        if self._queue < 0 or libc.inotify_add_watch(self._queue, os.fsencode(path), OPENED) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(path))
        self._seen = False

    def __bool__(self) -> bool:
        if not self._seen:
            with contextlib.suppress(BlockingIOError):
                self._seen = bool(os.read(self._queue, 4096))
        return self._seen

    def close(self) -> None:
        os.close(self._queue)
