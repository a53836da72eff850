#!/usr/bin/env python3
"""Measures uvffi beside uv and uv-ffi, and writes a table, JSON and a plot: `python benchmarks/run.py --help`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # The package is imported from the repository, so that its modules never shadow the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from benchmarks.cli import main

    raise SystemExit(main())
