"""Cargo in the mirror: where it is, how it is called, and what it says."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Mapping, Sequence

from . import paths
from .progress import Progress
from .say import Failed

# Enough of the log to hold one compiler error.
_LINES_SHOWN = 60


def cargo() -> str:
    """Cargo's executable: `CARGO`, on the path, or where rustup puts it."""
    beside_rustup = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo") / "bin" / "cargo"
    found = os.environ.get("CARGO") or shutil.which("cargo") or (str(beside_rustup) if beside_rustup.exists() else None)
    if found is None:
        raise Failed(
            "building uvffi needs Rust 1.95 or later, and no `cargo` was found on the path\n"
            "hint: Install Rust with rustup, then run this again"
        )
    return found


def source_flags() -> list[str]:
    """Flags that say where crates come from: with `UVFFI_OFFLINE=1`, from `vendor/sources` and nowhere else."""
    if os.environ.get("UVFFI_OFFLINE", "0") in ("", "0"):
        return []
    if not any(paths.VENDORED_SOURCES.glob("*/Cargo.toml")):
        raise Failed(
            f"UVFFI_OFFLINE is set, and the crates are not in {paths.VENDORED_SOURCES}\n"
            "hint: Run `scripts/vendor` once where the registry can be reached"
        )
    sources = paths.VENDORED_SOURCES.as_posix()
    return [
        "--offline",
        "--config",
        'source.crates-io.replace-with="vendored"',
        "--config",
        f'source.vendored.directory="{sources}"',
    ]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment Cargo runs in."""
    env = {**os.environ, "CARGO_TARGET_DIR": str(paths.target()), **(extra or {})}
    if sys.platform == "linux" and not _loads_packed_relocations():
        env.setdefault("UVFFI_PACKED_RELOCATIONS", "0")
    return env


def _loads_packed_relocations() -> bool:
    """Whether what is built here with packed relocations could be loaded here."""
    name, version = platform.libc_ver()
    return name == "glibc" and tuple(map(int, version.split(".")[:2])) >= (2, 36)


def run(words: Sequence[str], *, what: str, log: Path, expected: float | None = None) -> None:
    """Run Cargo in the mirror, with its output in a log and its progress as one line."""
    command = [cargo(), *words, *source_flags()]
    bar = {"CARGO_TERM_PROGRESS_WHEN": "always", "CARGO_TERM_PROGRESS_WIDTH": "100", "CARGO_TERM_COLOR": "never"}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file:
        progress = Progress(what, file, expected)
        with subprocess.Popen(
            command,
            cwd=paths.mirror(),
            env=environment(bar),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stdout is not None
            try:
                # Universal newlines: the bar's carriage returns end lines too.
                for line in process.stdout:
                    progress.take(line)
            except BaseException:
                process.terminate()
                raise
    code = process.returncode
    if code != 0:
        progress.end("failed")
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_SHOWN:])
        raise Failed(f"`{' '.join(command)}` ended with exit code {code}; the end of {log}:\n\n{tail}")
    progress.end("done")
