"""The Rust tests, in the mirror and in the profile of the library, so that nothing of uv is built a second time."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from . import cargo, mirror, paths, say
from .lock import locked


def run(profile: str) -> int:
    """Build and run them; returns the runner's exit code. Their output is not captured."""
    common = ["--locked", "--workspace"]
    if has_nextest():
        words = ["nextest", "run", "--cargo-profile", profile, "--no-tests", "pass", *common]
    else:
        say.note("cargo-nextest is not installed (`cargo install --locked cargo-nextest`): using `cargo test`")
        words = ["test", "--profile", profile, *common]
    with locked("build"):
        mirror.sync(paths.CSRC, paths.mirror())
        say.note(f"Building the Rust tests; if uv was not built yet, this takes about as long as that ({profile})")
        command = [cargo.cargo(), *words, *cargo.source_flags()]
        return subprocess.run(command, cwd=paths.mirror(), env=cargo.environment(), check=False).returncode


def has_nextest() -> bool:
    """Whether `cargo nextest` can be called."""
    beside = Path(cargo.cargo()).with_name("cargo-nextest")
    return beside.exists() or shutil.which("cargo-nextest") is not None
