"""One environment that things happen to."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

from .orchard import CLOSURE

INFO = re.compile(r"^(?P<name>[^~-][^-]*)-(?P<version>\d[^-]*)\.dist-info$")


@dataclass(frozen=True)
class Home:
    """A virtual environment, or a directory that packages are put into."""

    name: str
    path: Path
    python: str | None
    """Version of its Python; None for a directory that has none of its own."""

    def roots(self) -> list[Path]:
        """Its site-packages directories."""
        if self.python is None:
            return [self.path] if self.path.is_dir() else []
        found = []
        for library in sorted(self.path.glob("lib*")):
            if not library.is_symlink():
                found += sorted(library.glob("python*/site-packages"))
        return found

    def infos(self) -> list[Path]:
        """Every dist-info directory with a name that says what it is; links are none."""
        found = []
        for root in self.roots():
            for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
                if INFO.match(entry.name) and entry.is_dir(follow_symlinks=False):
                    found.append(Path(entry.path))
        return found

    def info(self, rng: Random, *names: str) -> Path:
        """One of them: mostly one that matters to a closure, or one of these names."""
        infos = self.infos()
        if names:
            infos = [info for info in infos if said(info)[0] in names]
        if not infos:
            raise Impossible(f"{self.name} has no {' or '.join(names) or 'distribution'}")
        near = [info for info in infos if said(info)[0] in CLOSURE]
        return rng.choice(near if near and rng.random() < 0.7 else infos)

    def root(self, rng: Random) -> Path:
        roots = self.roots()
        if not roots:
            raise Impossible(f"{self.name} has no site-packages")
        return rng.choice(roots)

    def listing(self) -> set[tuple[str, str]]:
        """Name and version of each, by the names of their directories."""
        return {said(info) for info in self.infos()}

    def strange(self) -> set[str]:
        """Names of which a removal leaves something, or that one of another name takes along.

        A RECORD that doesn't name its own dist-info or names another's, or a dist-info that is a link.
        """
        if len({root.parent.name for root in self.roots()}) > 1 and self.python is not None:
            # Of more than one Python: which one is meant is for others to find.
            return {name for name, _ in self.listing()}
        found: set[str] = set()
        for info in self.infos():
            named = _named(info)
            if named != {info.name}:
                found |= {said(info)[0]} | {said(info.with_name(name))[0] for name in named if INFO.match(name)}
        for root in self.roots():
            found |= {
                said(entry)[0] for entry in root.glob("*.dist-info") if entry.is_symlink() and INFO.match(entry.name)
            }
        return found


class Impossible(Exception):
    """Nothing was changed: what the change needs isn't there just now."""


def said(info: Path) -> tuple[str, str]:
    """Name (normalised) and version in a dist-info's own name."""
    match = INFO.match(info.name)
    if match is None:
        raise ValueError(f"{info} is no dist-info directory")
    return match["name"].replace("_", "-").lower(), match["version"]


def half(info: Path) -> bool:
    """Whether an installation ended in the middle, or a removal: METADATA or RECORD is not there."""
    return not (info / "METADATA").exists() or not (info / "RECORD").exists()


def _named(info: Path) -> set[str]:
    """The dist-infos of which a RECORD names files."""
    try:
        rows = (info / "RECORD").read_text().splitlines()
    except OSError:
        return set()
    return {first for first in (row.split("/")[0] for row in rows) if first.endswith(".dist-info")}
