"""What scripts say: data to standard output, everything else to standard error, without colour."""

from __future__ import annotations

import sys
from typing import NoReturn


class Failed(Exception):
    """A script can't go on. The message says what was asked, what was found and what to do."""


def note(text: str) -> None:
    """One line about what is going on."""
    print(text, file=sys.stderr, flush=True)


def die(error: Failed) -> NoReturn:
    """End the process with an error message."""
    note(f"error: {error}")
    sys.exit(1)


def spell(seconds: float) -> str:
    """A time as people write it: `48s`, `3m12s`."""
    whole = round(seconds)
    return f"{whole}s" if whole < 60 else f"{whole // 60}m{whole % 60:02}s"
