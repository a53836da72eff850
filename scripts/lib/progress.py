"""One compact line about a Cargo build, from the progress that Cargo itself reports."""

from __future__ import annotations

import re
from typing import IO

from .status_line import StatusLine

# Cargo's own bar, such as `    Building [====>    ] 123/480: uv-client, ...`.
_BAR = re.compile(r"^\s*Building \[[=> ]*\] (\d+)/(\d+)")


class Progress:
    """Reads what Cargo writes, keeps the lines in a log, and shows how far the build is."""

    def __init__(self, what: str, log: IO[str], expected: float | None) -> None:
        """`expected`: seconds a build from nothing takes; None where much is built already."""
        self._line = StatusLine(what, expected)
        self._log = log
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
                self._line.show("downloading crates")
                return
        if self._counted:
            self._line.show(self._counted)

    def end(self, outcome: str) -> None:
        """The last line."""
        self._line.end(outcome)
