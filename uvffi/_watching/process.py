"""The watcher of this process: one for all copies of this package that share a library."""

from __future__ import annotations

import sys

from .. import _native
from ..errors import UvffiError, WatcherError
from . import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any, Iterable

    from .watcher import Watcher
    from .wish import Wish


def start_watching(
    *,
    roots: Iterable[str | os.PathLike[str]] | None = None,
    debounce: int | None = None,
    polling: bool | None = None,
) -> None:
    """Keep what the engine knows warm from now on, whether or not anybody reads; a second call replaces the first.

    `roots`: the site-packages directories to watch, else `UVFFI_WATCH_ROOTS`, else each that the engine knows or comes
    to know. `debounce` and `polling` are as in `Environment.watch`. `UVFFI_WATCH=1` does this when the library is
    loaded. No answer depends on it: one that is asked for after a change is found a little sooner.

    Raises `WatcherError` and `RequestError` as `Environment.watch`.
    """
    chosen = settings.roots(roots)
    begin(make_wish(chosen or (), debounce, polling, follow=chosen is None), polling, standing=True)


def stop_watching() -> None:
    """Undo `start_watching` and `UVFFI_WATCH`. Readers of `Environment.watch` go on, and the thread with them."""
    shared = _shared()
    if shared is not None and shared.standing is not None:
        standing, shared.standing = shared.standing, None
        shared.end(standing)
        shared.rest(1.0)


def make_wish(
    roots: tuple[str, ...], debounce: int | None, polling: bool | None, *, follow: bool = False, reader: bool = False
) -> Wish:
    """A wish by the settings in force."""
    from .wish import Wish

    return Wish(
        roots,
        follow=follow,
        reader=reader,
        debounce=settings.debounce(debounce),
        polling=settings.polling(polling) is True,
    )


def begin(wish: Wish, polling: bool | None, *, standing: bool = False) -> Watcher:
    """Have it watched for. Raises `WatcherError` where that can't be: not at all, or not as `polling` wants it."""
    if not wish.polling:
        try:
            import watchfiles._rust_notify  # noqa: F401
        except ImportError as error:
            from .notifier import HINT

            raise _unavailable(f"the package `watchfiles` can't be imported: {error}", HINT) from error
    shared = watcher()
    try:
        problem = shared.begin(wish)
    except BaseException:
        shared.end(wish)
        raise
    if problem is None and settings.polling(polling) is False and shared.refused is not None:
        shared.end(wish)
        problem = shared.refused
    if problem is not None:
        raise _unavailable(problem, "Look at the directories every now and then instead: `polling=True`")
    if standing:
        former, shared.standing = shared.standing, wish
        if former is not None:
            shared.end(former)
    return shared


def start_by_variable() -> None:
    """What `UVFFI_WATCH=1` asks for. It raises nothing and waits for nothing: who loads the library may not know."""
    try:
        if not settings.asked_for():
            return
        roots = settings.roots(None)
        wish = make_wish(roots or (), None, None, follow=roots is None)
    except UvffiError as error:
        watcher().note(f"UVFFI_WATCH: {error.message}")
        return
    shared = watcher()
    if shared.standing is None:
        shared.standing = wish
        shared.keep(wish)


def watcher() -> Watcher:
    """The one for all."""
    shared = _shared()
    if shared is None:
        from .watcher import Watcher

        shared = _watchers().setdefault(_native.loaded_path, Watcher())
    return shared


def state() -> dict[str, Any]:
    """The member `watcher` of `uvffi.status()`."""
    shared = _shared()
    if shared is not None:
        return shared.state()
    return {
        "state": "off",
        "roots": [],
        "reason": None,
        "debounce_ms": None,
        "readers": 0,
        "batches": 0,
        "last_trouble": None,
    }


def _shared() -> Watcher | None:
    return _watchers().get(_native.loaded_path)


def _watchers() -> dict[str, Watcher]:
    found: dict[str, Watcher] = sys.modules[_native.PROCESS_WIDE].__dict__.setdefault("watchers", {})
    return found


def _unavailable(found: str, hint: str) -> WatcherError:
    return WatcherError(f"Watching can't begin: {found}", code="watcher-unavailable", hints=[hint])
