"""One compact line about a Cargo build, from the progress that Cargo itself reports."""

from __future__ import annotations

import re
import sys
import time
from typing import IO

from . import say

# Cargo's own bar, such as `    Building [====>    ] 123/480: uv-client, ...`.
_BAR = re.compile(r"^\s*Building \[[=> ]*\] (\d+)/(\d+)")

# Without a terminal, a line now and then shows that the build is alive.
_SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """Reads what Cargo writes, keeps the lines in a log, and shows how far the build is."""

    def __init__(self, what: str, log: IO[str], expected: float | None) -> None:
        """`expected`: seconds a build from nothing takes; None where much is built already."""
        self._what = what
        self._log = log
        self._expected = expected
        self._began = time.monotonic()
        self._shown = 0.0
        self._terminal = sys.stderr.isatty()
        self._counted = ""

    def take(self, line: str) -> None:
        """One line that Cargo wrote."""
        bar = _BAR.match(line)
        if bar:
            self._counted = f"{bar[1]}/{bar[2]} crates"
        elif line.strip():
            self._log.write(line.rstrip() + "\n")
            self._log.flush()
            if not self._counted and line.lstrip().startswith(("Updating", "Downloading", "Downloaded")):
                self._show("downloading crates")
                return
        if self._counted:
            self._show(self._counted)

    def end(self, outcome: str) -> None:
        """The last line."""
        line = f"{self._what}: {outcome} after {say.spell(self._elapsed())}"
        say.note(f"\r\x1b[2K{line}" if self._terminal else line)

    def _show(self, state: str) -> None:
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

    def _elapsed(self) -> float:
        return time.monotonic() - self._began
