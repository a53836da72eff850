"""Changes made by somebody who is no installer: distributions that are nothing but their metadata."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.dist import core_metadata, escaped

WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def metadata(root: Path, name: str, version: str) -> Path:
    """Where the metadata of such a distribution is."""
    return root / f"{escaped(name)}-{version}.dist-info"


def put(root: Path, name: str, version: str) -> Path:
    """Puts one in place, whole at once."""
    place = metadata(root, name, version)
    made = root / f".{place.name}"
    made.mkdir()
    fill(made, name, version)
    made.rename(place)
    return place


def fill(place: Path, name: str, version: str) -> None:
    """Writes what belongs into a metadata directory, RECORD last, as installers do."""
    (place / "METADATA").write_text(core_metadata(name, version))
    (place / "WHEEL").write_text(WHEEL)
    rows = [f"{place.name}/{file.name},," for file in sorted(place.iterdir())]
    (place / "RECORD").write_text("\n".join([*rows, f"{place.name}/RECORD,,", ""]))


def remove(root: Path, name: str, version: str) -> None:
    """Takes one away: first out of sight, then for good."""
    place = metadata(root, name, version)
    gone = place.rename(root / f".{place.name}")
    shutil.rmtree(gone)
