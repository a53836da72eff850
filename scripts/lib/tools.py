"""The scripts' own Python environment, in the cache: made once, made anew when its requirements change."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import paths, say
from .lock import locked
from .say import Failed

REQUIREMENTS = paths.ROOT / "scripts" / "requirements.txt"


def python() -> Path:
    """The interpreter of the tools' environment, which is made if it isn't there."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    folder = paths.cache() / f"tools-{version}"
    interpreter = folder / "bin" / "python"
    stamp = folder / "requirements.sha256"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if _read(stamp) == wanted:
        return interpreter
    with locked("tools"):
        if _read(stamp) != wanted:
            say.note(f"Installing the tools of {REQUIREMENTS.relative_to(paths.ROOT)} into {folder}")
            shutil.rmtree(folder, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(folder)], "hint: Debian and Ubuntu have it in `python3-venv`")
            words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
            _run([str(interpreter), *words], "hint: The first run needs a package index")
            stamp.write_text(wanted, encoding="utf-8")
    return interpreter


def enter(script: str) -> None:
    """Go on in the tools' environment: returns there, and starts `script` again there if this is another one."""
    if sys.version_info < (3, 9):
        raise Failed(f"the scripts need Python 3.9 or later, and {sys.executable} is {sys.version.split()[0]}")
    # Asked of the venv's own marker: a chain of links may lead to the same executable.
    if Path(sys.prefix).parent == paths.cache() and Path(sys.prefix).name.startswith("tools-"):
        return
    interpreter = str(python())
    os.execv(interpreter, [interpreter, script, *sys.argv[1:]])


def tool(name: str) -> str:
    """The executable of a tool, in the tools' environment that is running."""
    return str(Path(sys.prefix, "bin", name))


def _run(command: list[str], hint: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise Failed(f"`{' '.join(command)}` ended with exit code {done.returncode}:\n{done.stdout}\n{hint}")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
