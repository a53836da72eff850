"""Crashes that are known and wait for a mend.

Each of `WAITING` is a case of `kept`, and a pattern that tells it. The tests expect these cases to be crashes, and fail
once one isn't: then its line goes, and the case stays. `scripts/fuzz` counts them among the crashes.
"""

from __future__ import annotations

import re
from typing import Iterable

from .case import Case, Step
from .judge import Crash

WAITING: dict[str, str] = {}
"""By the name of the file, without its ending."""
BRINGS = re.compile(r'"(install|undo|restore)"')
"""Commands that bring something."""


def excluded(case: Case) -> bool:
    """Whether a case is left out, but where it is asked for by itself."""
    return any(_hangs_uv(step) for step in case.steps) or _comes_through_link(case)


def _hangs_uv(step: Step) -> bool:
    """A pipe in site-packages that nobody writes to: uv waits for it as long, and each case would take its time."""
    return bool(step["do"] == "fifo") and not str(step["path"]).startswith("@VENV@/.uvffi")


def _comes_through_link(case: Case) -> bool:
    """What comes goes through a link that its user put in the place of a package's directory, as it does with uv."""
    packages = ("@SITE@/evil", "@SITE@/evil/sub", "@SITE@/evil-1.0.dist-info")
    linked = False
    for step in case.steps:
        linked = linked or (step["do"] == "link" and step["path"] in packages)
        if linked and BRINGS.search(step.get("text", "")):
            return case.target == "record"
    return False


def strange(crashes: Iterable[Crash]) -> list[Crash]:
    """Those that are none of what waits."""
    return [crash for crash in crashes if not any(re.match(pattern, str(crash)) for pattern in WAITING.values())]
