"""Where things are kept: the cache folder of the repository, and one scratch folder a run."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETS = ROOT / "benchmarks" / "sets"


def kept() -> Path:
    """What outlives a run: fetched wheels and the contenders' own environments."""
    cache = os.environ.get("UVFFI_CACHE")
    base = Path(cache) if cache else Path.home() / ".cache" / "uvffi"
    return base / "bench"


def pins(name: str) -> dict[str, str]:
    """The `name==version` lines of one file under sets/."""
    lines = (SETS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))
