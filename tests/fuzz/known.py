"""Crashes that are known and wait for a mend.

Each of `WAITING` is a case of `kept`, and a pattern that tells it. The tests expect these cases to be crashes, and fail
once one isn't: then its line goes, and the case stays. `scripts/fuzz` counts them among the crashes.
"""

from __future__ import annotations

import re
from typing import Iterable

from .case import Case, Step
from .judge import Crash

WAITING: dict[str, str] = {
    # An undo that fails has put a journal aside that can't be read, and says nothing of it.
    "undo-tells-nothing": r"untold: ",
}
"""By the name of the file, without its ending."""


def excluded(case: Case) -> bool:
    """Whether a case is left out, but where it is asked for by itself."""
    return any(_links_in_uvffi(step) or _is_fifo(step) for step in case.steps)


def _links_in_uvffi(step: Step) -> bool:
    """`journal-is-a-link`, `stage-is-a-link`: what was touched outside says nothing else after these."""
    return step["do"] == "link" and str(step["path"]).startswith("@VENV@/.uvffi")


def _is_fifo(step: Step) -> bool:
    """`journal-is-a-fifo`, and what uv hangs at, too: each would take twenty seconds."""
    return bool(step["do"] == "fifo")


def strange(crashes: Iterable[Crash]) -> list[Crash]:
    """Those that no pattern of a crash that needs no rule above tells."""
    patterns = [pattern for name, pattern in WAITING.items() if "-is-a-" not in name]
    return [crash for crash in crashes if not any(re.match(pattern, str(crash)) for pattern in patterns)]
