from __future__ import annotations

import atexit
import os
import threading

from .bell import Bell
from .lookout import Lookout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .wish import Wish

PATIENCE = 10.0  # seconds for the thread to begin


class Watcher:
    """One thread for all wishes. Errors are told as text: the copies that share it have error classes of their own."""

    def __init__(self) -> None:
        self.standing: Wish | None = None
        """What the program wants watched, whether or not anybody reads."""
        self._ending = False
        self._registered = False
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._bell = Bell()
        self._wishes: dict[int, Wish] = {}
        self._thread: threading.Thread | None = None
        self._lookout: Lookout | None = None
        self._died: str | None = None
        self._trouble: str | None = None

    @property
    def refused(self) -> str | None:
        """Why the system gives no notifications, if so."""
        lookout = self._lookout
        return None if lookout is None else lookout.refused

    def begin(self, wish: Wish) -> str | None:
        """Watch from now on: when this returns, no later change is missed. Else the text says why it can't be."""
        self.keep(wish)
        if wish.ready.wait(PATIENCE) and wish.begun:
            return None
        self.end(wish)
        return self._died or f"its thread did not begin within {PATIENCE:g} s"

    def keep(self, wish: Wish) -> None:
        """See to it that a wish is watched for, though the thread may have died or the process been forked."""
        if self._alive() and self._wishes.get(id(wish)) is wish:
            return
        with self._lock:
            self._wishes[id(wish)] = wish
            if not self._alive():
                self._start()
        self._bell.ring()

    def end(self, wish: Wish) -> None:
        """May be called by a finalizer, in any thread and amid anything: it waits for nothing."""
        if self._wishes.get(id(wish)) is wish:
            self._wishes.pop(id(wish), None)
            self._bell.ring()

    def news(self) -> None:
        """A wish has other directories than before."""
        self._bell.ring()

    def rest(self, seconds: float) -> None:
        """Wait for the thread's end, if nothing is wished for any more."""
        thread = self._thread
        if thread is not None and not self._wishes:
            thread.join(seconds)

    def note(self, trouble: str) -> None:
        """Something that `status()` has to tell."""
        self._trouble = trouble

    def state(self) -> dict[str, Any]:
        """The member `watcher` of `uvffi.status()`."""
        wishes = list(self._wishes.values())
        lookout = self._lookout
        roots = [] if lookout is None else list(lookout.roots.values())
        if self._died is not None or (self._thread is not None and not self._thread.is_alive()):
            state = "dead"
        elif lookout is None:
            state = "off"
        elif lookout.refused is not None or (roots and all(root.polled for root in roots)):
            state = "polling"
        else:
            state = "watching"
        return {
            "state": state,
            "roots": sorted([root.path for root in roots]),
            "reason": self._died or self.refused,
            "debounce_ms": min([wish.debounce for wish in wishes], default=None),
            "readers": sum([wish.reader for wish in wishes]),
            "batches": 0 if lookout is None else lookout.batches,
            "last_trouble": (lookout and lookout.trouble) or self._trouble,
        }

    def _alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _start(self) -> None:
        if self._ending:
            self._bury("the process is ending")
            return
        if self._thread is not None:
            self._bury("its thread ended without a word")
        if not self._registered:
            self._registered = True
            atexit.register(self._end)
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=self._after_fork)
        self._died = None
        self._lookout = Lookout(self._bell)
        self._thread = threading.Thread(target=self._run, name="uvffi-watcher", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:  # no more threads, or the process is ending
            self._bury(str(error))

    def _run(self) -> None:
        try:
            while self._wanted():
                wishes = list(self._wishes.values())
                if wishes and self._lookout is not None:
                    self._lookout.turn(wishes)
        except BaseException as error:
            # Nobody starts another one before all is put away.
            with self._lock:
                self._bury(f"{type(error).__name__}: {error}".rstrip(": "))

    def _wanted(self) -> bool:
        """Whether the thread is to go on; all is put away if not."""
        if self._wishes and not self._ending:
            return True
        with self._lock:
            if self._wishes and not self._ending:
                return True
            self._put_away()
            return False

    def _put_away(self) -> None:
        lookout, self._lookout, self._thread = self._lookout, None, None
        if lookout is not None:
            self._trouble = lookout.trouble or self._trouble
            lookout.close()

    def _bury(self, reason: str) -> None:
        """The thread is dead: what the engine heard through it is not to be built on."""
        roots = [] if self._lookout is None else list(self._lookout.roots.values())
        try:
            self._put_away()
            for root in roots:
                root.forget()
        except Exception as error:
            reason = f"{reason}; then {type(error).__name__}: {error}"
        self._died = self._trouble = reason
        for wish in list(self._wishes.values()):
            wish.ready.ring()
            wish.woken.ring()

    def _end(self) -> None:
        """At the interpreter's exit: a thread inside of watchfiles would not survive it."""
        self._ending = True
        self._bell.ring()
        thread = self._thread
        if thread is not None:
            thread.join(1.0)

    def _after_fork(self) -> None:
        # The parent's notifier is neither used nor closed here: closing it would wake the parent's.
        self._inherited = self._lookout
        self.standing = None
        self._reset()
