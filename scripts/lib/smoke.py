"""The wheel in each Python: installed as a user would, and checked by a program of that Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from . import interpreters, paths, say, tools

CHECK = Path(__file__).with_name("smoke_check.py")

# PyPy before 3.9 is older than what it is promised for.
_OLDEST_PYPY = (3, 9)


def matrix(wheel: Path, scratch: Path, only: str) -> int:
    """Check a wheel in every interpreter; prints a line for each and the sum; returns an exit code."""
    sys.path.insert(0, str(paths.ROOT))
    from tests.support.wheels import build_wheel

    offered = scratch / "wheels"
    offered.mkdir()
    for version in ("1.0", "2.0"):
        dist = build_wheel("swatch", version)
        (offered / dist.filename).write_bytes(dist.data)
    passed = failed = 0
    for interpreter in interpreters.found():
        too_old = interpreter.implementation == "pypy" and interpreter.minor < _OLDEST_PYPY
        if too_old or only not in interpreter.label:
            continue
        complaint = _check(wheel, scratch / interpreter.label.replace(" ", "-"), offered, interpreter)
        passed, failed = (passed, failed + 1) if complaint else (passed + 1, failed)
        print(f"{'FAIL' if complaint else 'ok  '}  {interpreter.label}  {interpreter.executable}", flush=True)
        if complaint:
            print(complaint, flush=True)
    if not passed and not failed:
        raise say.Failed("no interpreter was found\nhint: Name some in UVFFI_PYTHONS, separated as in PATH")
    print(f"smoke: {passed} passed, {failed} failed")
    return 1 if failed else 0


def _check(wheel: Path, place: Path, offered: Path, interpreter: interpreters.Interpreter) -> str:
    """What is wrong with the wheel in this interpreter; nothing if nothing is."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UVFFI_", "PYTHON"))}
    environment["UV_CACHE_DIR"] = str(place.parent / "cache")
    home = place / "home"
    python = str(home / "bin" / "python")
    uv = tools.tool("uv")
    for words in (
        [uv, "venv", "--quiet", "--no-config", "--python", interpreter.executable, str(home)],
        [uv, "pip", "install", "--quiet", "--no-config", "--python", python, "--no-build", str(wheel)],
        # From elsewhere, so that it can't import the checkout; warnings are errors.
        [python, "-W", "error", "-I", str(CHECK), str(offered), str(place)],
    ):
        done = subprocess.run(
            words, cwd=place.parent, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode != 0:
            return f"`{' '.join(words)}` ended with exit code {done.returncode}:\n{done.stdout}{done.stderr}"
    return ""
