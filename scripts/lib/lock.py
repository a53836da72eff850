from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import Iterator

from . import paths, say


@contextmanager
def locked(what: str) -> Iterator[None]:
    """Hold one thing in the cache against other processes: `build` or `tools`."""
    folder = paths.cache()
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / f"{what}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say.note(f"Another process is at work on the {what} in {folder}; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
