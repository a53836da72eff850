"""A picture of an environment's files that two installers can be compared by."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import stat
from email.parser import HeaderParser
from pathlib import Path
from typing import Callable

SKIPPED = frozenset({".uvffi", ".lock", ".gitignore", "CACHEDIR.TAG"})
"""Names at the top of a root that belong to the tools and not to the distributions."""


def snapshot(root: Path, normal: Callable[[str], str], *, bytecode: bool = False) -> dict[str, str]:
    """Every path under `root` with its mode and content, texts made comparable by `normal`.

    RECORD rows are checked against the files they name and then say `true` or what is wrong. Bytecode, if asked for, is
    named only: it holds times and paths.
    """
    seen: dict[str, str] = {}
    for folder, directories, files in os.walk(root):
        here = Path(folder)
        if here == root:
            directories[:] = [name for name in directories if name not in SKIPPED]
            files = [name for name in files if name not in SKIPPED]
        if not bytecode:
            directories[:] = [name for name in directories if name != "__pycache__"]
        for name in directories:
            path = here / name
            if path.is_symlink():
                seen[str(path.relative_to(root))] = _entry(path, normal)
            elif not any(path.iterdir()):
                seen[str(path.relative_to(root))] = "empty directory"
        for name in files:
            path = here / name
            seen[str(path.relative_to(root))] = _entry(path, normal)
    return dict(sorted(seen.items()))


def installed(root: Path) -> dict[str, str]:
    """Name and version of every distribution under `root`, by its METADATA (or its directory's name without one).

    A name that is there twice has both versions: "1.0 and 2.0".
    """
    found: dict[str, list[str]] = {}
    for info in sorted(root.glob("**/*.dist-info")):
        if info.relative_to(root).parts[0] in SKIPPED:
            # What was live once, and may be again, is not installed.
            continue
        metadata = info / "METADATA"
        name, version = info.name[: -len(".dist-info")].rsplit("-", 1)
        if metadata.is_file():
            headers = HeaderParser().parsestr(metadata.read_text(), headersonly=True)
            name, version = headers["Name"] or name, headers["Version"] or version
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), []).append(version)
    return {name: " and ".join(versions) for name, versions in found.items()}


def _entry(path: Path, normal: Callable[[str], str]) -> str:
    about = path.lstat()
    if stat.S_ISLNK(about.st_mode):
        return f"link to {normal(os.readlink(path))}"
    mode = stat.S_IMODE(about.st_mode)
    # A source that came in the place of another may have a copy of its own, with a time of its own.
    linked = " linked" if about.st_nlink > 1 and path.suffix != ".py" else ""
    if path.suffix == ".pyc":
        return f"{mode:o} bytecode"
    if path.name == "RECORD" and path.parent.suffix == ".dist-info":
        return f"{mode:o}{linked}\n{_record(path)}"
    content = path.read_bytes()
    try:
        text = normal(content.decode())
    except UnicodeDecodeError:
        return f"{mode:o}{linked} sha256 {hashlib.sha256(content).hexdigest()}"
    return f"{mode:o}{linked}\n{text}"


def _record(path: Path) -> str:
    """The rows in their order, each claim replaced by whether it is true."""
    rows = []
    for row in csv.reader(io.StringIO(path.read_text(errors="backslashreplace"))):
        name, claimed, size = (row + ["", ""])[:3]
        said = "unclaimed" if not claimed and not size else wrong_claim(path, row) or "true"
        rows.append(f"{name}: {said}")
    return "\n".join(rows)


def wrong_claim(record: Path, row: list[str]) -> str | None:
    """What is wrong with a row of a RECORD that claims a sum and a size; None if it is true."""
    name, claimed, size = (row + ["", ""])[:3]
    target = record.parent.parent / name
    if not target.is_file():
        return "missing"
    content = target.read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    if claimed == f"sha256={digest}" and size == str(len(content)):
        return None
    return f"says {claimed} {size}, is sha256={digest} {len(content)}"
