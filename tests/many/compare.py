"""Two answers to one command, and the environments they left."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Mapping

from tests.support.judge import Outcome
from tests.support.normalise import SHUFFLED, normal_stderr, normal_text
from tests.support.snapshot import installed
from tests.twin.verdict import told_changes

from . import trees

FETCHED = re.compile(r"^Prepared \d+ packages? in TIME$")
"""Said by whoever was first: the other finds it in the cache that both share."""


def differences(judged: Outcome, answer: Mapping[str, Any], a: Path, b: Path) -> list[str]:
    """What uvffi did or said otherwise than uv; empty if the two agree. `a` is uv's environment, `b` uvffi's."""
    found = []
    for what, mine, theirs in (
        ("exit code", judged.exit_code, answer["exit_code"]),
        ("stdout", normal_text(judged.stdout), normal_text(answer["stdout"])),
        ("stderr", said(judged.stderr), said(answer["stderr"])),
        ("installed", installed(a), installed(b)),
        ("changes", told_changes(judged.stderr), _changes(answer)),
    ):
        if mine != theirs:
            found.append(f"{what}:\n  uv:    {mine!r}\n  uvffi: {theirs!r}")
    return found + trees.differences(a, b)


def said(stderr: str) -> str:
    """The text without what only the first of two can have to say, and made comparable as the twin table's."""
    lines = normal_stderr(stderr).splitlines()
    return "\n".join(line for line in lines if not SHUFFLED.match(line) and not FETCHED.match(line))


def _changes(answer: Mapping[str, Any]) -> list[tuple[str, str | None, str | None, str]]:
    return sorted((c["name"], c["previous_version"], c["version"], c["action"]) for c in answer["changes"])
