"""One command's settings, by uv and by uvffi."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any

from tests.support.judge import run_uv
from tests.support.worker import Worker

TIME = re.compile(r"tv_(sec|nsec): \d+")
REFUSED = "for the Child: "


def settings_here(argv: list[str], env: dict[str, str]) -> Any:
    """In the worker: the settings of a command under these variables, or why they are the Child's to find."""
    import os

    from uvffi._ask import ask

    os.environ.clear()
    os.environ.update(env)
    answer = ask({"query": "settings", "argv": argv})
    return REFUSED + answer["reason"] if answer["settings"] is None else answer["settings"]


def compare(settler: Worker, place: Path, env: dict[str, str], argv: list[str]) -> tuple[bool, list[str]]:
    """Whether uv accepts this, and the lines in which the two disagree. What uv refuses must go to the Child."""
    told = run_uv([*argv, "--show-settings"], env, place)
    ours = settler.call(settings_here, argv=argv, env=env)
    if told.exit_code != 0:
        return False, [] if ours.startswith(REFUSED) else [f"uv refuses: {told.stderr}", f"uvffi: {ours}"]
    theirs, ours = normal(told.stdout), normal(ours)
    return True, list(difflib.unified_diff(theirs.splitlines(), ours.splitlines(), "uv", "uvffi", "", "", 2, ""))


def normal(text: str) -> str:
    """Without the moment of the call, and without the flag that makes uv print its settings."""
    return TIME.sub(r"tv_\1: 0", text).replace("show_settings: true", "show_settings: false").rstrip()
