"""Packages of which files are gone: what their RECORD names, held against what is there.

The engine answers from metadata and never looks for these: it is as many looks as there are files.
"""

from __future__ import annotations

import os

from ._away import held
from ._claims import SUFFIX, lacking
from ._finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Container, Iterator

CODE = "files-missing"
FIX = "The same version is installed again; where none of its files is there, its metadata is removed"
NAMED = 5  # so many files are told by name


def missing(answer: dict[str, Any], known: Container[str | None]) -> list[Finding]:
    """A finding for each package that lacks files. `answer`: of a `packages` query; `known`: names to leave out."""
    found = {package["path"]: package["name"] for package in _whole(answer, known) if lacking(package["path"])[0]}
    told = []
    for path, name in found.items():
        # Whoever has a lock may be at work on it; and it may have been at work until now.
        with held(answer["environment"]["prefix"], os.path.dirname(path)) as nobody_else:
            gone, count = lacking(path) if nobody_else else ([], 0)
        if gone:
            told.append(Finding(CODE, name, path, _message(path, gone, count), FIX))
    return told


def _whole(answer: dict[str, Any], known: Container[str | None]) -> Iterator[dict[str, Any]]:
    for package in answer["packages"]:
        path = package["path"]
        if path and path.endswith(SUFFIX) and package["broken"] is None and package["name"] not in known:
            yield package


def _message(path: str, gone: list[str], count: int) -> str:
    names = ", ".join(gone[:NAMED]) + (f" and {len(gone) - NAMED} more" if len(gone) > NAMED else "")
    return f"`{path}`: {len(gone)} of its {count} files are missing: {names}"
