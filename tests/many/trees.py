"""Two environments, file by file. Content that is one object in both, linked from uv's cache, is not read."""

from __future__ import annotations

import csv
import io
import os
import stat
from pathlib import Path

from tests.support.snapshot import SKIPPED, wrong_claim


def differences(a: Path, b: Path, limit: int = 20) -> list[str]:
    """What is otherwise in `b` than in `a`: paths, kinds, modes, content, links, RECORDs. At most `limit` lines.

    Times and bytecode may differ, what the tools keep at the top may, and each may name itself in texts and links.
    """
    mine, theirs = _paths(a), _paths(b)
    found = [f"only uv has {path}" for path in sorted(mine - theirs)]
    found += [f"only uvffi has {path}" for path in sorted(theirs - mine)]
    for path in sorted(mine & theirs):
        if len(found) > limit:
            break
        wrong = _difference(a, b, path)
        if wrong:
            found.append(f"{path}: {wrong}")
    return found if len(found) <= limit else [*found[:limit], "and more"]


def _paths(root: Path) -> set[str]:
    """Files, links and directories below it, relative."""
    found: set[str] = set()
    for folder, directories, files in os.walk(root):
        if folder == str(root):
            directories[:] = [name for name in directories if name not in SKIPPED]
            files = [name for name in files if name not in SKIPPED]
        directories[:] = [name for name in directories if name != "__pycache__"]
        found.update(os.path.relpath(os.path.join(folder, name), root) for name in (*directories, *files))
    return found


def _difference(a: Path, b: Path, path: str) -> str | None:
    mine, theirs = (a / path).lstat(), (b / path).lstat()
    if (mine.st_dev, mine.st_ino) == (theirs.st_dev, theirs.st_ino):
        return None
    if mine.st_mode != theirs.st_mode:
        return f"{stat.filemode(mine.st_mode)} of uv, {stat.filemode(theirs.st_mode)} of uvffi"
    if stat.S_ISLNK(mine.st_mode):
        links = [os.readlink(root / path).replace(str(root), "ENV") for root in (a, b)]
        return None if links[0] == links[1] else f"a link to {links[0]} of uv, to {links[1]} of uvffi"
    if not stat.S_ISREG(mine.st_mode):
        return None
    contents = [(root / path).read_bytes().replace(os.fsencode(root), b"ENV") for root in (a, b)]
    if contents[0] == contents[1]:
        return None
    if path.endswith(".dist-info/RECORD"):
        return _records(a / path, b / path)
    return f"{len(contents[0])} and {len(contents[1])} bytes that are not the same"


def _records(mine: Path, theirs: Path) -> str | None:
    """Rows may claim other sums and sizes, if each is true of its own file: scripts name their environment."""
    rows = [list(csv.reader(io.StringIO(record.read_text(encoding="utf-8")))) for record in (mine, theirs)]
    for row, other in zip(*rows):
        if row == other:
            continue
        if row[:1] != other[:1]:
            return f"a row of {row[:1]} of uv, of {other[:1]} of uvffi"
        for record, one in ((mine, row), (theirs, other)):
            wrong = wrong_claim(record, one)
            if wrong:
                return f"{one[0]} {wrong}"
    return None if len(rows[0]) == len(rows[1]) else f"{len(rows[0])} rows of uv, {len(rows[1])} of uvffi"
