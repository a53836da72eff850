"""A picture of all that is in a directory, to compare byte for byte; and whether what is installed is consistent."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import stat
from pathlib import Path
from typing import Dict, Iterable, Mapping

from tests.truth.home import INFO, said

Picture = Dict[str, str]
"""What is at each path."""

OURS = frozenset({".uvffi", ".lock"})
"""What belongs to no distribution, at the top of a prefix or a target."""
AT_MOST = 6
"""So many lines tell enough of a difference."""


def picture(root: Path) -> Picture:
    """Type, mode and content of everything under `root`: no times, no bytecode, nothing of the tools' own.

    A directory that isn't there has an empty picture. Beside it, nothing may change meanwhile.
    """
    seen: Picture = {}
    for folder, directories, files in os.walk(root):
        here = Path(folder)
        if here == root:
            directories[:] = [name for name in directories if name not in OURS]
            files = [name for name in files if name not in OURS]
        directories[:] = sorted(name for name in directories if name != "__pycache__")
        for name in directories + files:
            if not name.endswith(".pyc"):
                path = here / name
                seen[str(path.relative_to(root))] = _entry(path)
    return seen


def _entry(path: Path) -> str:
    about = path.lstat()
    mode = f"{stat.S_IMODE(about.st_mode):o}"
    if stat.S_ISLNK(about.st_mode):
        return f"link to {os.readlink(path)}"
    if stat.S_ISDIR(about.st_mode):
        return f"directory {mode}"
    return f"file {mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def differences(found: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    """Where two pictures differ, a line for each path."""
    lines = []
    for name in sorted({*found, *expected}):
        one, other = found.get(name), expected.get(name)
        if one is None:
            lines.append(f"missing: {name}")
        elif other is None:
            lines.append(f"too much: {name}")
        elif one != other:
            lines.append(f"other: {name}: {one} and not {other}")
    if len(lines) > AT_MOST:
        lines[AT_MOST:] = [f"and {len(lines) - AT_MOST} more"]
    return lines


def inconsistent(root: Path, prefix: Path, own: Iterable[str]) -> list[str]:
    """What is wrong in a site-packages directory.

    A distribution that is there twice or only half, a file that isn't as RECORD says, or one that no RECORD names.
    `own`: paths, as in a picture of `prefix`, that belong to the environment or to its user.
    """
    infos = [Path(entry.path) for entry in os.scandir(root) if entry.name.endswith(".dist-info")]
    names: dict[str, str] = {}
    wrong: list[str] = []
    owned = {prefix / name for name in own}
    for info in sorted(infos):
        if not INFO.match(info.name):
            wrong.append(f"{info.name} is a strange dist-info")
            continue
        name, version = said(info)
        if name in names:
            wrong.append(f"{name} is there twice: {names[name]} and {version}")
        names[name] = version
        wrong += [
            f"{info.name} has no {part}" for part in ("METADATA", "RECORD", "WHEEL") if not (info / part).is_file()
        ]
        if (info / "RECORD").is_file():
            claimed, false = _claims(info)
            owned |= claimed
            wrong += false
    for path in sorted(picture(prefix)):
        place = prefix / path
        if place not in owned and (place.is_symlink() or not place.is_dir()):
            wrong.append(f"nobody's: {path}")
    return wrong[:AT_MOST]


def _claims(info: Path) -> tuple[set[Path], list[str]]:
    """Which files a RECORD names, and which of its rows aren't true."""
    claimed, false = set(), []
    for row in csv.reader(io.StringIO((info / "RECORD").read_text())):
        name, digest, size = (row + ["", ""])[:3]
        place = Path(os.path.normpath(info.parent / name))
        claimed.add(place)
        if name.endswith(".pyc"):
            continue
        if not place.is_file():
            false.append(f"{info.name}: {name} is missing")
        elif digest:
            content = place.read_bytes()
            is_now = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            if digest != f"sha256={is_now}" or size != str(len(content)):
                false.append(f"{info.name}: {name} is of another version")
    return claimed, false


def left_over(prefix: Path, target: Path | None = None) -> list[str]:
    """What a Transaction should have cleared away: its stage, and beside a target all it had made there.

    What could not be given back its path is kept there.
    """
    stage = prefix / ".uvffi" / "stage"
    found = [f"left in the stage: {name}" for name in _names(stage)]
    if target is not None and (target / ".uvffi").exists() and os.listdir(target / ".uvffi") != ["kept"]:
        found.append(f"left in the target: .uvffi with {_names(target / '.uvffi')}")
    return found


def _names(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name != "CACHEDIR.TAG") if folder.is_dir() else []
