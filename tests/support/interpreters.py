"""The Python interpreters of this machine, found and not written down."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator

MINORS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
ASK = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name, sys.executable)"


@functools.lru_cache(maxsize=None)
def interpreters() -> dict[str, Path]:
    """CPython by minor version ("3.11"): from UVFFI_PYTHONS, this one, PATH, and pyenv's folder."""
    found: dict[str, Path] = {}
    for candidate in _candidates():
        known = _known(candidate)
        if known and known[0] not in found:
            found[known[0]] = known[1]
    return found


def own() -> tuple[str, Path]:
    """The version and path of the interpreter under this process's own environment."""
    version = "%d.%d" % sys.version_info[:2]
    return version, Path(getattr(sys, "_base_executable", None) or sys.executable)


def _candidates() -> Iterator[Path]:
    yield from (Path(entry) for entry in os.environ.get("UVFFI_PYTHONS", "").split(os.pathsep) if entry)
    yield own()[1]
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(root.glob("versions/3.*/bin/python"), reverse=True)
    for minor in MINORS:
        on_path = shutil.which(f"python{minor}")
        if on_path and "shims" not in Path(on_path).parts:
            yield Path(on_path)


def _known(executable: Path) -> tuple[str, Path] | None:
    try:
        told = subprocess.run([executable, "-I", "-c", ASK], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    version, implementation, path = told.stdout.split(maxsplit=2)
    if implementation != "cpython" or version not in MINORS:
        return None
    return version, Path(path.strip())
