"""uv itself, the judge: the executable of the pinned version, and how to run it."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

MANIFEST = Path(__file__).parents[2] / "csrc" / "Cargo.toml"


@dataclass(frozen=True)
class Outcome:
    """What a command came to, as a process shows it."""

    exit_code: int
    stdout: str
    stderr: str

    @classmethod
    def of(cls, exit_code: int, stdout: bytes, stderr: bytes) -> Outcome:
        """Of a process that ended, whatever bytes it wrote."""
        return cls(exit_code, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"))


@functools.lru_cache(maxsize=None)
def wanted_version() -> str:
    """The version of uv that the library is built on, as the manifest pins it."""
    pin = re.search(r'^uv\s*=.*?"=(\d+\.\d+\.\d+)"', MANIFEST.read_text(), re.MULTILINE)
    if pin is None:
        raise LookupError(f'{MANIFEST} pins no `uv`: expected a line like `uv = {{ version = "=0.0.0" }}`')
    return pin[1]


@functools.lru_cache(maxsize=None)
def uv() -> Path:
    """The judge's executable: of the package `uv` beside this interpreter, or from PATH."""
    candidates = []
    try:
        from uv import find_uv_bin

        candidates.append(Path(find_uv_bin()))
    except (ImportError, FileNotFoundError):
        pass
    on_path = shutil.which("uv")
    if on_path:
        candidates.append(Path(on_path))
    seen = {}
    for candidate in candidates:
        told = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=True).stdout
        seen[str(candidate)] = told.strip()
        if told.split()[1:2] == [wanted_version()]:
            return candidate
    raise LookupError(
        f"the judge is uv {wanted_version()}, found: {seen or 'none'}; "
        f"install it with `pip install uv=={wanted_version()}`"
    )


def run_uv(argv: Sequence[str], env: Mapping[str, str], cwd: Path, timeout: float = 120) -> Outcome:
    """Runs uv with nothing on standard input."""
    done = subprocess.run(
        [str(uv()), *argv],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=timeout,
        check=False,
    )
    return Outcome.of(done.returncode, done.stdout, done.stderr)


def must_uv(argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> Outcome:
    """Runs uv where a failure means that the test itself is wrong."""
    outcome = run_uv(argv, env, cwd)
    if outcome.exit_code != 0:
        raise AssertionError(f"setting up: uv {' '.join(argv)} ended with {outcome.exit_code}:\n{outcome.stderr}")
    return outcome
