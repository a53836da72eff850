"""Taking one of two dist-infos of a package away.

1. uv's lock of the environment and that of the site-packages directory, as the engine takes them; or nothing is done.
2. Files that only the one to go names, and that are still as it says, are removed. What somebody edited or made stays.
3. Its directory is renamed out of site-packages in one step, and only then removed. A kill before leaves what the
   doctor finds again; one after leaves a stale stage, which it finds too.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress

from ._claims import Claim, is_as_said, named, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

PATIENCE = 30.0  # seconds to wait for another installer's lock


class LockedError(Exception):
    """Another installer held the lock all the time."""


@contextmanager
def locked(prefix: str, root: str) -> Iterator[None]:
    """Hold both locks: no installer that asks for either is at work here meanwhile."""
    held: list[int] = []
    until = time.monotonic() + PATIENCE
    try:
        if is_virtual(prefix):
            held.append(_lock(os.path.join(prefix, ".lock"), os.O_RDWR | os.O_CREAT, until))
        held.append(_lock(root, os.O_RDONLY | os.O_DIRECTORY, until))
        yield
    finally:
        for descriptor in reversed(held):
            os.close(descriptor)


@contextmanager
def held(prefix: str, root: str) -> Iterator[bool]:
    """Hold the locks that are there, for a look. Whether nobody else has one; nothing is waited for, nothing made."""
    descriptors: list[int] = []
    free = True
    try:
        for path in ([os.path.join(prefix, ".lock")] if is_virtual(prefix) else []) + [root]:
            with suppress(FileNotFoundError):
                descriptors.append(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
                fcntl.flock(descriptors[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Where there are no locks nobody has one.
        free = not isinstance(error, (BlockingIOError, PermissionError))
    try:
        yield free
    finally:
        for descriptor in reversed(descriptors):
            os.close(descriptor)


def take_away(prefix: str, claim: Claim) -> None:
    """Remove a dist-info, and the files that it alone names. Both locks are held."""
    others = named(claim.root, without=os.path.basename(claim.path))
    base, home = os.path.realpath(claim.root), os.path.realpath(prefix)
    for file, said in claim.files.items():
        path = place(base, file)
        kept = path in others or file.startswith(os.path.basename(claim.path) + "/")
        # By the directory's real path: the file itself may be a link into uv's cache.
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        if not kept and _is_below(real, home) and is_as_said(path, said):
            _remove(path, base)
    _out(prefix, claim)


def is_virtual(prefix: str) -> bool:
    """Whether it is a virtual environment, with a lock and a `.uvffi` of its own."""
    return os.path.isfile(os.path.join(prefix, "pyvenv.cfg"))


def _lock(path: str, flags: int, until: float) -> int:
    while True:
        descriptor = os.open(path, flags | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Somebody may have put another in its place meanwhile, as `uv venv --clear` does.
            if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                return descriptor
        except OSError as error:
            if not isinstance(error, (BlockingIOError, FileNotFoundError)) or time.monotonic() > until:
                os.close(descriptor)
                raise LockedError(f"`{path}` can't be locked: {error.strerror or error}") from error
        os.close(descriptor)
        time.sleep(0.05)


def _remove(path: str, root: str) -> None:
    """Remove a module or another file, its bytecode, and the directories that are empty then."""
    with suppress(OSError):
        os.unlink(path)
    folder, name = os.path.split(path)
    cache = os.path.join(folder, "__pycache__")
    stem, suffix = os.path.splitext(name)
    if suffix == ".py" and os.path.isdir(cache):
        for entry in os.listdir(cache):
            if entry.startswith(stem + ".") and entry.endswith(".pyc"):
                with suppress(OSError):
                    os.unlink(os.path.join(cache, entry))
        with suppress(OSError):
            os.rmdir(cache)
    while _is_below(folder, root):
        try:
            os.rmdir(folder)
        except OSError:
            return
        folder = os.path.dirname(folder)


def _out(prefix: str, claim: Claim) -> None:
    """Move a dist-info to a stage in one step, and remove it there."""
    home = os.path.join(prefix if is_virtual(prefix) else os.path.dirname(claim.root), ".uvffi")
    stage = os.path.join(home, "stage")
    # The engine takes one that is there for one that it made.
    made = not os.path.isdir(stage)
    os.makedirs(stage, mode=0o700, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="doctor-", dir=stage)
    try:
        os.rename(claim.path, os.path.join(folder, os.path.basename(claim.path)))
    except OSError:
        # On an overlay's lower layer no directory can be renamed.
        shutil.rmtree(claim.path)
    shutil.rmtree(folder, ignore_errors=True)
    if made:
        for empty in (stage, home):
            with suppress(OSError):
                os.rmdir(empty)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(os.path.join(folder, ""))
