"""What the process weighs, and what uvffi says of itself: `{"do": "state"}`."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any

DESCRIPTORS = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"


def answer(module: ModuleType, request: dict[str, Any]) -> dict[str, Any]:
    """VmRSS in bytes (None where /proc is not there), the number of open descriptors, and `uvffi.status()`."""
    # The listing's own descriptor is among them.
    descriptors = len(os.listdir(DESCRIPTORS)) - 1
    status = module.status() if module.__name__ == "uvffi" else None
    return {"resident_set": resident_set(), "descriptors": descriptors, "status": status}


def resident_set() -> int | None:
    """What of this process is in memory, shared file pages included."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
    except OSError:
        return None
