"""The library with fault points: a build of the same sources that tests can kill or make fail at a named step."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from . import cargo, mirror, native, paths, say
from .lock import locked
from .say import Failed

VARIABLE = "UVFFI_FAULTS_LIBRARY"
"""Names one that is built already."""


def place() -> Path:
    """Where it is kept: never in the package, and never beside what other builds leave."""
    return paths.cache() / "faults" / paths.profile() / native.LIBRARY


def library(*, build: bool = True) -> Path:
    """The library, built if it is missing or of other sources; `build` False takes what is there.

    `UVFFI_FAULTS_LIBRARY` names another one, which is taken as it is.
    """
    named = os.environ.get(VARIABLE)
    kept = Path(named).absolute() if named else place()
    if named or not build:
        if not kept.is_file():
            raise Failed(
                f"there is no library with fault points at {kept}: run this without --no-build, or unset {VARIABLE}"
            )
        return kept
    stamp = kept.with_name("sources.sha256")
    wanted = _digest(paths.CSRC)
    if kept.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return kept
    with locked("build"):
        mirror.sync(paths.CSRC, paths.mirror())
        say.note("Building the library with fault points; if uv was not built yet, this takes as long as that")
        words = ["build", "--profile", paths.profile(), "--locked", "--package", "uvffi", "--features", "faults"]
        cargo.run(words, what="uvffi with faults", log=paths.cache() / "logs" / "build-faults.log")
        built = paths.built(paths.profile()) / native.LIBRARY
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_name(f".{kept.name}.{os.getpid()}")
        # A later build puts the ordinary library in its place.
        shutil.copyfile(built, fresh)
        fresh.replace(kept)
        stamp.write_text(wanted, encoding="utf-8")
    return kept


def _digest(folder: Path) -> str:
    """Of the content of all sources."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "target" not in path.relative_to(folder).parts:
            digest.update(f"{path.relative_to(folder)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


if __name__ == "__main__":
    try:
        print(library())
    except Failed as error:
        say.die(error)
