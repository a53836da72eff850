"""Settings of watching: argument, then variable, then default."""

from __future__ import annotations

import os

from ..errors import RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

DEBOUNCE = 40  # milliseconds


def asked_for() -> bool:
    """Whether `UVFFI_WATCH` asks to watch from the start."""
    return _flag("UVFFI_WATCH") is True


def debounce(given: int | None) -> int:
    """Milliseconds in which changes are gathered: the argument, `UVFFI_WATCH_DEBOUNCE`, 40."""
    if given is None:
        text = os.environ.get("UVFFI_WATCH_DEBOUNCE", "").strip()
        if not text:
            return DEBOUNCE
        if not text.isdecimal():
            raise _bad("UVFFI_WATCH_DEBOUNCE", "a whole number of milliseconds", text)
        return int(text)
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"debounce must be a number of milliseconds, not {type(given).__name__}")
    if not 0 <= given < 3_600_000:
        raise _bad("debounce", "a number of milliseconds from 0 to an hour", given)
    return int(given)


def polling(given: bool | None) -> bool | None:
    """Whether to look every now and then instead of being notified: the argument, `UVFFI_WATCH_POLLING`, None."""
    return _flag("UVFFI_WATCH_POLLING") if given is None else bool(given)


def roots(given: Iterable[str | os.PathLike[str]] | None) -> tuple[str, ...] | None:
    """Absolute paths of directories: the argument, `UVFFI_WATCH_ROOTS`, None for all that the engine knows."""
    if given is None:
        listed = [path for path in os.environ.get("UVFFI_WATCH_ROOTS", "").split(os.pathsep) if path]
        return tuple([os.path.abspath(path) for path in listed]) or None
    if isinstance(given, (str, bytes, os.PathLike)):
        raise TypeError(f"roots must be a sequence of paths, not {type(given).__name__}: write [{given!r}]")
    return tuple([os.path.abspath(os.fspath(path)) for path in given])


def _flag(name: str) -> bool | None:
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return None
    if text not in ("0", "1", "false", "true"):
        raise _bad(name, "0 or 1", text)
    return text in ("1", "true")


def _bad(name: str, wanted: str, found: object) -> RequestError:
    return RequestError(f"{name} must be {wanted}, found `{found}`", code="bad-request")
