"""The Python interpreters of this machine, found and not written down."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

# Asked of each; must be understood by every Python 3.
_QUESTION = (
    "import sys, sysconfig;"
    "print(sys.implementation.name, '%d.%d.%d' % sys.version_info[:3],"
    " 't' if sysconfig.get_config_var('Py_GIL_DISABLED') else '-', sys.executable)"
)


class Interpreter(NamedTuple):
    """One Python: its implementation (`cpython`, `pypy`), full version, whether free-threaded, and executable."""

    implementation: str
    version: str
    free_threaded: bool
    executable: str

    @property
    def minor(self) -> tuple[int, int]:
        major, minor = self.version.split(".")[:2]
        return int(major), int(minor)

    @property
    def label(self) -> str:
        return f"{self.implementation} {self.version}{'t' if self.free_threaded else ''}"


def found(oldest: tuple[int, int] = (3, 8)) -> list[Interpreter]:
    """One of each implementation and minor version: from `UVFFI_PYTHONS`, this one, `PATH`, and pyenv's folder."""
    chosen: dict[tuple[str, tuple[int, int], bool], Interpreter] = {}
    for executable in _candidates():
        told = _ask(executable)
        if told and told.minor >= oldest:
            chosen.setdefault((told.implementation, told.minor, told.free_threaded), told)
    return [chosen[key] for key in sorted(chosen)]


def _candidates() -> Iterator[Path]:
    yield from (Path(entry) for entry in os.environ.get("UVFFI_PYTHONS", "").split(os.pathsep) if entry)
    yield Path(getattr(sys, "_base_executable", None) or sys.executable)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob("versions/*/bin/python"), reverse=True)
    yield from sorted((Path.home() / ".local" / "share" / "uv" / "python").glob("*/bin/python3"), reverse=True)
    name = re.compile(r"(python|pypy)3(\.\d+t?)?$")
    for folder in os.get_exec_path():
        # pyenv's shims start whatever its settings of the moment say.
        if Path(folder).name != "shims" and Path(folder).is_dir():
            yield from sorted(entry for entry in Path(folder).iterdir() if name.match(entry.name))


def _ask(executable: Path) -> Interpreter | None:
    if shutil.which(str(executable)) is None:
        return None
    words = [str(executable), "-I", "-c", _QUESTION]
    try:
        told = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    implementation, version, threads, path = told.strip().split(" ", 3)
    return Interpreter(implementation, version, threads == "t", path)
