"""A copy of the Rust workspace by content.

Cargo decides by modification times. Writing only what differs keeps the times of all else, so that a fresh clone, or
a checkout that went back and forth, builds only what changed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Iterator


def sync(source: Path, mirror: Path) -> int:
    """Make `mirror` hold what `source` holds; returns how many files were written or deleted."""
    wanted = dict(_files(source))
    changed = 0
    for name, path in wanted.items():
        changed += _copy(path, mirror / name)
    for name, path in list(_files(mirror)):
        if name not in wanted:
            path.unlink()
            changed += 1
    _drop_empty(mirror)
    return changed


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, names in os.walk(folder):
        if Path(parent) == folder:
            folders[:] = [name for name in folders if name != "target"]
        for name in names:
            path = Path(parent, name)
            yield path.relative_to(folder).as_posix(), path


def _copy(source: Path, copy: Path) -> bool:
    content = source.read_bytes()
    try:
        if copy.read_bytes() == content:
            return False
    except FileNotFoundError:
        copy.parent.mkdir(parents=True, exist_ok=True)
    except (IsADirectoryError, NotADirectoryError):
        _clear(copy)
        copy.parent.mkdir(parents=True, exist_ok=True)
    # In place of the old file in one step: a build that was killed leaves no half file of today's date.
    fresh = copy.with_name(copy.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(copy)
    return True


def _clear(path: Path) -> None:
    """Make room where a folder became a file or a file a folder."""
    if path.is_dir():
        shutil.rmtree(path)
        return
    for parent in path.parents:
        if parent.is_file():
            parent.unlink()
            return


def _drop_empty(folder: Path) -> None:
    for parent, folders, names in os.walk(folder, topdown=False):
        if not folders and not names and Path(parent) != folder:
            Path(parent).rmdir()
