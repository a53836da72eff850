"""What a run needs from the default index, fetched once: the real wheels, and the contenders themselves."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from benchmarks.places import SETS, kept


def wheels(python: Path, tag: str) -> Path:
    """The folder with every wheel of the sets, for this interpreter; downloaded where it is not complete."""
    folder = kept() / "wheels" / tag
    files = sorted(SETS.glob("*.txt"))
    stamp = folder / f".complete-{digest(*(file.read_bytes() for file in files))}"
    if not stamp.exists():
        say("fetching the wheels of the sets")
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            words = ["download", "-q", "--only-binary", ":all:", "--no-deps", "-d", str(folder), "-r", str(file)]
            pip(python, words, "the wheels could not be fetched from the default index")
        stamp.touch()
    return folder


def wheel_of(python: Path, requirement: str, tag: str) -> Path:
    """The wheel of one pinned program."""
    folder = kept() / "peers" / f"{requirement}-{tag}" / "wheel"
    if not list(folder.glob("*.whl")):
        say(f"fetching {requirement}")
        words = ["download", "-q", "--only-binary", ":all:", "--no-deps", "-d", str(folder), requirement]
        pip(python, words, f"{requirement} could not be fetched from the default index")
    return next(folder.glob("*.whl"))


def home_of(python: Path, name: str, requirements: list[str], import_from: Path | None = None) -> Path:
    """The interpreter of a kept environment that holds these requirements, and may import from a folder."""
    prefix = kept() / "peers" / name / "env"
    stamp, interpreter = prefix / ".complete", prefix / "bin" / "python"
    if not stamp.exists():
        say(f"making the environment of {name}")
        subprocess.run([str(python), "-m", "venv", "--clear", str(prefix)], check=True)
        pip(interpreter, ["install", "-q", *requirements], f"the environment of {name} could not be filled")
        if import_from is not None:
            site = next(prefix.glob("lib/python*/site-packages"))
            (site / "uvffi-source.pth").write_text(f"{import_from}\n", encoding="utf-8")
        stamp.touch()
    return interpreter


def pip(python: Path, words: list[str], failure: str) -> None:
    """Runs pip, and says why if it fails."""
    done = subprocess.run([str(python), "-m", "pip", *words], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{failure}: {done.stderr.strip()[-600:]}")


def digest(*parts: bytes) -> str:
    """A short name for some bytes."""
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def say(text: str) -> None:
    """Progress goes to standard error; the table goes to standard output."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
