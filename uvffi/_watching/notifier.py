"""What the kernel says about directories, through watchfiles, which is imported when watching begins and not before."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .bell import Bell

HINT = "Install it: `pip install watchfiles`; or look at the directories every now and then: `polling=True`"
STEP = 0.02  # seconds between two looks at what has been heard

_DESCRIPTORS = "/proc/self/fd"
_KINDS = ("anon_inode:inotify", "anon_inode:[eventpoll]", "anon_inode:[eventfd]")
_NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?", re.IGNORECASE | re.ASCII)


class Notifier:
    """Notifications about entries of some directories, and of the directories themselves; nothing below them.

    Raises FileNotFoundError if a directory is gone, and another OSError or RuntimeError where the system has no
    notifications or no more of them.
    """

    __slots__ = ("_notify", "_own")

    def __init__(self, paths: list[str]) -> None:
        from watchfiles._rust_notify import RustNotify

        before = _descriptors()
        # Not its own polling: it would ask about each entry, and in whole seconds. What can't be read is left out.
        self._notify = RustNotify(paths, False, False, 0, False, True)
        # With what another thread opened just now, which does no harm.
        self._own = {number: kind for number, kind in _descriptors().items() if number not in before}
        if "Poll(" in repr(self._notify)[:24]:
            self.close()
            raise OSError("this system has no notifications of changed files")

    def wait(self, seconds: float, debounce: int, bell: Bell) -> list[str] | None:
        """The paths of what changed: all that was heard within `debounce` milliseconds, or until a step without news.

        None if the bell rang or the time was over. watchfiles may have dropped something then: look for yourself.
        """
        pause = _Pause(bell, min(STEP, max(debounce, 10) / 2000))
        # A step of 0: the pause is in the question whether to stop, where the bell can end it.
        told = self._notify.watch(debounce, 0, max(int(seconds * 1000), 1), pause)
        return None if isinstance(told, str) else [path for _, path in told]

    def lost(self) -> bool:
        """Whether somebody closed its descriptors. Nothing is heard through it any more then."""
        return any(_kind(number) != kind for number, kind in self._own.items())

    def close(self) -> None:
        if self.lost():
            # To close it would write to what has its numbers now.
            _kept.append(self._notify)
        else:
            self._notify.close()


_kept: list[object] = []


def _descriptors() -> dict[str, str]:
    """This process's descriptors of the kinds that a notifier has; none where the system doesn't tell."""
    try:
        numbers = os.listdir(_DESCRIPTORS)
    except OSError:
        return {}
    kinds = {number: _kind(number) for number in numbers}
    return {number: kind for number, kind in kinds.items() if kind in _KINDS}


def _kind(number: str) -> str:
    try:
        return os.readlink(f"{_DESCRIPTORS}/{number}")
    except OSError:
        return ""


class _Pause:
    """What watchfiles takes for a `threading.Event`."""

    __slots__ = ("_bell", "_step")

    def __init__(self, bell: Bell, step: float) -> None:
        self._bell = bell
        self._step = step

    def is_set(self) -> bool:
        return self._bell.wait(self._step)


def is_metadata(file_name: str) -> bool:
    """Whether an entry of site-packages is a distribution's metadata, by its name."""
    return file_name.endswith((".dist-info", ".egg-info", ".egg-link"))


def distribution(file_name: str) -> str | None:
    """The distribution that metadata of this name belongs to; None where it can't be any's, as `~ich-1.0.dist-info`."""
    stem = file_name.rpartition(".")[0]
    name = stem if file_name.endswith(".egg-link") else stem.partition("-")[0]
    return name if _NAME.fullmatch(name) else None
