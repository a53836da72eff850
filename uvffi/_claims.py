"""What the metadata directories of one package claim, held against the files that are there."""

from __future__ import annotations

import base64
import csv
import hashlib
import os

from ._packages import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

SUFFIX = ".dist-info"


class Claim:
    """One dist-info directory: `files` are those its RECORD names with a hash, by path from site-packages.

    `true` of them are there as RECORD says. `whole`: all are, and METADATA too.
    """

    def __init__(self, root: str, folder: str) -> None:
        """`folder`: the directory's name in `root`, a site-packages."""
        stem = folder[: -len(SUFFIX)]
        self.root = root
        self.path = os.path.join(root, folder)
        self.name, _, self.version = stem.partition("-")
        self.files = recorded(self.path)
        self.true = sum(1 for file, said in self.files.items() if is_as_said(os.path.join(root, file), said))
        self._has_both = all(os.path.isfile(os.path.join(self.path, file)) for file in ("METADATA", "RECORD"))
        self.whole = self._has_both and self.true == len(self.files)

    @property
    def is_hollow(self) -> bool:
        """Whether its metadata is all there is of it."""
        gone, count = lacking(self.path)
        return self._has_both and len(gone) == count > 0

    @property
    def rank(self) -> tuple[bool, float, int, float]:
        """The greater, the more likely what is there is this one: of two that are whole, the one with more files."""
        share = self.true / len(self.files) if self.files else 0.0
        return (self.whole, share, len(self.files), _time(self.path))

    def __repr__(self) -> str:
        return f"Claim({self.path!r}, {self.true} of {len(self.files)})"


def claims(root: str, name: str) -> list[Claim]:
    """All dist-infos of a package in a site-packages, the likeliest first."""
    found = [Claim(root, folder) for folder in folders(root) if normalize(folder.partition("-")[0]) == normalize(name)]
    return sorted(found, key=lambda claim: claim.rank, reverse=True)


def folders(root: str) -> list[str]:
    """The names of the dist-info directories in a site-packages; as uv sees it, a link to one is none."""
    with os.scandir(root) as entries:
        return [entry.name for entry in entries if entry.name.endswith(SUFFIX) and entry.is_dir(follow_symlinks=False)]


def recorded(path: str) -> dict[str, str]:
    """The files that a dist-info's RECORD names with a hash, and the hash; nothing where there is no RECORD."""
    return {file: said for file, said in _rows(path) if said}


def lacking(path: str) -> tuple[list[str], int]:
    """Of the files that a dist-info's RECORD names beside it, those that aren't there, and how many there should be.

    Neither bytecode counts, nor the dist-info's own files, nor what is outside of site-packages.
    """
    root, own = os.path.split(path)
    files = [file for file, _ in _rows(path) if _is_content(os.path.normpath(file), own)]
    return [file for file in files if _is_gone(os.path.join(root, file))], len(files)


def named(root: str, without: str) -> set[str]:
    """The path of every file that a RECORD in this site-packages names, but for one dist-info's; see `place`."""
    base = os.path.realpath(root)
    return {
        place(base, file)
        for folder in folders(root)
        if folder != without
        for file, _ in _rows(os.path.join(root, folder))
    }


def place(base: str, file: str) -> str:
    """Where a file is that a RECORD names; `base` is the real path of site-packages."""
    return os.path.normpath(os.path.join(base, file))


def is_as_said(file: str, said: str) -> bool:
    """Whether a file is there with the hash that a RECORD has for it."""
    kind, _, digest = said.partition("=")
    try:
        found = hashlib.new(kind)
        with open(file, "rb") as content:
            for chunk in iter(lambda: content.read(1 << 20), b""):
                found.update(chunk)
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(found.digest()).rstrip(b"=").decode() == digest.rstrip("=")


def _is_content(file: str, own: str) -> bool:
    parts = file.split(os.sep)
    is_bytecode = "__pycache__" in parts or file.endswith((".pyc", ".pyo"))
    return not (is_bytecode or os.path.isabs(file) or parts[0] in ("..", own))


def _is_gone(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        # A link to what is gone from uv's cache, too.
        return True
    except OSError:
        return False
    return False


def _rows(path: str) -> Iterator[tuple[str, str]]:
    try:
        with open(os.path.join(path, "RECORD"), encoding="utf-8", newline="") as record:
            for row in csv.reader(record):
                # With a NUL in it nothing is the name of a file, and asking for it is an error of another kind.
                if row and row[0] and "\0" not in row[0]:
                    yield row[0], row[1] if len(row) > 1 else ""
    except (OSError, ValueError, csv.Error):
        return


def _time(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
