"""One line that says how far something is: rewritten on a terminal, repeated now and then elsewhere."""

from __future__ import annotations

import sys
import time

from . import say

# Without a terminal, a line now and then shows that the work goes on.
_SECONDS_BETWEEN_LINES = 30.0
_WIDTH = 24


class StatusLine:
    """The line of one piece of work. Not to be used from several threads at once."""

    def __init__(self, what: str, expected: float | None = None) -> None:
        """`expected`: how many seconds it takes, where that is known before."""
        self._what = what
        self._expected = expected
        self._began = time.monotonic()
        self._shown = 0.0
        self._terminal = sys.stderr.isatty()

    def show(self, state: str) -> None:
        """How far it is now; seen if the last line is old enough."""
        now = time.monotonic()
        if now - self._shown < (0.1 if self._terminal else _SECONDS_BETWEEN_LINES):
            return
        self._shown = now
        line = f"{self._what}: {state}, {say.spell(self._elapsed())}"
        if self._expected:
            line += f" of about {say.spell(self._expected)}"
        if self._terminal:
            sys.stderr.write(f"\r\x1b[2K{line}")
            sys.stderr.flush()
        else:
            say.note(line)

    def note(self, text: str) -> None:
        """A line that stays, above this one."""
        say.note(f"\r\x1b[2K{text}" if self._terminal else text)
        self._shown = 0.0 if self._terminal else self._shown

    def end(self, outcome: str) -> None:
        """The last line."""
        self.note(f"{self._what}: {outcome} after {say.spell(self._elapsed())}")

    def _elapsed(self) -> float:
        return time.monotonic() - self._began


def bar(done: int, total: int) -> str:
    """`[=====>    ] 5/10`."""
    full = _WIDTH * done // total if total else _WIDTH
    return f"[{'=' * full}{'>' if full < _WIDTH else ''}{' ' * (_WIDTH - full - 1)}] {done}/{total}"
