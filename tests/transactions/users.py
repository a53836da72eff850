"""Files that users put among those of packages: no RECORD names them, and nobody may move, change or lose them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Sequence, Tuple

INSIDE = (
    "{site}/swap/users.txt",
    "{site}/swap/sub/users.txt",
    "{site}/swap/dir_1/mine/deep/users.bin",
    "{site}/swap/link-to-nothing",
    "{site}/swap/sub/link-to-directory",
    "{site}/swap/empty/",
    "{site}/steady/sub/users.txt",
    "{site}/space/users.txt",
    "{site}/space/one/users.txt",
    "{site}/shapes/users.txt",
    "{prefix}/share/swap/users.txt",
)
"""In directories of packages that are installed."""

BESIDE = (
    "{site}/swap/users.txt",
    "{site}/swap/sub/users.txt",
    "{site}/swap/dir_1/users.txt",
    "{site}/swap/link-to-nothing",
    "{site}/space/users.txt",
    "{site}/alone/users.txt",
    "{prefix}/share/swap/users.txt",
)
"""In directories where packages that come will have their files."""

Kept = Dict[str, Tuple[int, str]]
"""For each path its inode and what it is."""


def put(paths: Sequence[str], prefix: Path, site: Path) -> list[Path]:
    """Makes them; a slash at the end is an empty directory, a name with `link` a symbolic link."""
    made = []
    for text in paths:
        path = Path(text.format(prefix=prefix, site=site))
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.endswith("/"):
            path.mkdir()
        elif "link-to-directory" in text:
            path.symlink_to("..")
        elif "link" in path.name:
            path.symlink_to("nothing there")
        else:
            path.write_bytes(b"of a user: " + os.fsencode(path.name) + bytes(range(256)))
            path.chmod(0o640)
        made.append(path)
    return made


def kept(paths: Sequence[Path]) -> Kept:
    """What they are now. Directories may be others, as long as they are there."""
    found: Kept = {}
    for path in paths:
        try:
            about = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            found[str(path)] = (0, "not there")
            continue
        if path.is_symlink():
            found[str(path)] = (about.st_ino, f"link to {os.readlink(path)}")
        elif path.is_dir():
            found[str(path)] = (0, "directory")
        else:
            found[str(path)] = (about.st_ino, f"{about.st_mode:o} {path.read_bytes()!r}")
    return found


def lost(before: Kept, after: Kept) -> list[str]:
    """Which of them aren't what they were."""
    return [
        f"a user's file: {path} was {about[1][:60]} (inode {about[0]}) and is {after[path][1][:60]} ({after[path][0]})"
        for path, about in before.items()
        if after[path] != about
    ]
