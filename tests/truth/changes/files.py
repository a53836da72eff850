"""How files are changed without a trace in size and time."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from ..home import Impossible, said
from ..world import Undo, copy, remove

SUMMARY = b"Summary: Made for a test"
LINES = tuple(b"Requires-Dist: " + need for need in (b"moss==1.0", b"stone-1>9", b"leaf>=3.0", b"absent>=1"))
"""Each as long as the summary, which says nothing that matters."""


def overwrite(path: Path, content: bytes) -> Undo:
    """In place, with the time put back; the undoing too."""
    before = path.read_bytes()

    def write(new: bytes) -> None:
        about = path.stat()
        with path.open("r+b") as file:
            file.write(new)
            file.truncate()
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))

    write(content)
    return lambda: write(before)


def another_need(metadata: bytes, rng: Random) -> bytes:
    """METADATA of the same length in which the distribution needs something else."""
    choices = [metadata.replace(b">=1", digit) for digit in (b">=3", b"==1", b"<=1") if b">=1" in metadata]
    choices += [metadata.replace(SUMMARY, line) for line in LINES if SUMMARY in metadata]
    choices = [choice for choice in choices if choice != metadata]
    if not choices:
        raise Impossible("this METADATA has no line that could be another")
    return rng.choice(choices)


def as_version(info: Path, version: str, root: Path | None = None) -> Path:
    """A copy of a dist-info, in this root or another, that says of itself to be this version."""
    name, _ = said(info)
    target = (root or info.parent) / f"{name.replace('-', '_')}-{version}.dist-info"
    if target == info:
        raise Impossible(f"{info} is that version")
    remove(target)
    copy(info, target)
    record = target / "RECORD"
    if record.exists():
        record.write_bytes(record.read_bytes().replace(info.name.encode(), target.name.encode()))
    return target
