"""Builds the native side and says where its files are. `scripts/build` and the packaging backend both come here."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from . import cargo, mirror, paths, say
from .lock import locked

LIBRARY = "libuvffi.dylib" if sys.platform == "darwin" else "libuvffi.so"
LAUNCHER = "uvffi-launcher"
CFFI_MODULE = "_uvffi.py"

# Core-minutes from nothing, measured on two cores. The rest of an estimate is a division.
_CORE_MINUTES = {"release": 24, "dist": 40}


def build(profile: str) -> Path:
    """Build library and launcher in a profile of Cargo; returns the folder they are in.

    To be called with the build lock held, for as long as the files are used.
    """
    mirror.sync(paths.CSRC, paths.mirror())
    log = paths.cache() / "logs" / f"build-{profile}.log"
    built = paths.built(profile)
    cold = not (built / LIBRARY).exists()
    expected = _CORE_MINUTES.get(profile, 24) * 60 / (os.cpu_count() or 1) if cold else None
    if expected:
        say.note(
            f"Building uv and uvffi from nothing: about {say.spell(expected)} on {os.cpu_count()} cores, once for all "
            f"checkouts; output in {log}"
        )
    words = ["build", "--profile", profile, "--locked"]
    cargo.run(words, what="uvffi", log=log, expected=expected)
    return built


def install(folder: Path, profile: str) -> list[Path]:
    """Build what is missing, and put library, launcher and cffi module into a folder; returns the three files."""
    with locked("build"):
        built = build(profile)
        files = [_place(built / name, folder / name) for name in (LIBRARY, LAUNCHER)]
    sys.path.insert(0, str(paths.ROOT))
    import build_ffi

    return [*files, build_ffi.generate(module=folder / CFFI_MODULE)]


def _place(source: Path, copy: Path) -> Path:
    """Copy in one step: a process that has the old library open keeps it whole."""
    fresh = copy.with_name(f".{copy.name}.{os.getpid()}")
    shutil.copyfile(source, fresh)
    fresh.chmod(0o755)
    return fresh.replace(copy)
