"""The machine in the general terms that matter for the figures."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path


def describe(python: Path, scratch: Path) -> dict[str, str | int]:
    """Cores, kernel, filesystem and Python; no names and no paths."""
    kernel = re.match(r"\d+(\.\d+)?", platform.release())
    script = "import platform; print(platform.python_implementation(), platform.python_version())"
    version = subprocess.run([str(python), "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0,
        "architecture": platform.machine(),
        "system": f"{platform.system()} {kernel.group(0) if kernel else ''}".strip(),
        "filesystem": filesystem(scratch),
        "python": version,
    }


def filesystem(path: Path) -> str:
    """The type of the filesystem that holds a path."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown"
    inside = [line.split()[1:3] for line in mounts]
    holding = [(point, kind) for point, kind in inside if os.path.commonpath([point, path]) == point]
    return max(holding, key=lambda pair: len(pair[0]))[1] if holding else "unknown"


def load() -> float:
    """How many programs ran at once during the last minute."""
    return os.getloadavg()[0]


def tag_of(python: Path) -> str:
    """A short name of an interpreter, for folders that only it can use."""
    script = "import sys, platform; print(sys.implementation.cache_tag, sys.platform, platform.machine(), sep='-')"
    return subprocess.run([str(python), "-c", script], capture_output=True, text=True, check=True).stdout.strip()
