"""The table, by theme. A new case is a new row in the file of its theme."""

from __future__ import annotations

from ..case import Case
from . import (
    bytecode,
    cache,
    child,
    config,
    errors,
    files,
    flags,
    hashes,
    indexes,
    inspecting,
    layout,
    listing,
    output,
    requirements,
    selection,
    sources,
    sync,
    targets,
    uninstall,
    urls,
)

THEMES = (
    requirements,
    urls,
    files,
    indexes,
    selection,
    hashes,
    targets,
    output,
    cache,
    layout,
    bytecode,
    uninstall,
    sync,
    listing,
    inspecting,
    sources,
    errors,
    config,
    child,
    flags,
)

CASES: list[Case] = [case for theme in THEMES for case in theme.CASES]

if len({case.id for case in CASES}) != len(CASES):
    raise ValueError("two cases have the same id")
