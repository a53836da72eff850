"""The part of NOTICE that a tool makes: who wrote what is linked into the library, and under which licence."""

from __future__ import annotations

import os
import shutil
import subprocess

from . import cargo, lockfile, mirror, paths, say
from .lock import locked
from .say import Failed

NOTICE = paths.ROOT / "NOTICE"
_ABOUT = "cargo-about"
_ABOUT_VERSION = "0.9.3"
_MADE_FOR = "Made for the crates whose digest in vendor/pins.toml is"


def write() -> None:
    """Make the part anew and keep what stands above it."""
    own = NOTICE.read_text(encoding="utf-8").partition(_MADE_FOR)[0].rstrip()
    digest = lockfile.digest(lockfile.crates())
    NOTICE.write_text(f"{own}\n\n{_MADE_FOR}\n{digest}.\n\n{_licences()}", encoding="utf-8")


def check() -> None:
    """Fail if the part was made for other crates."""
    made_for = NOTICE.read_text(encoding="utf-8").partition(_MADE_FOR)[2].strip().partition(".")[0]
    found = lockfile.digest(lockfile.crates())
    if made_for != found:
        raise Failed(
            f"NOTICE was made for the crates of digest {made_for or 'none'}, csrc/Cargo.lock has those of {found}\n"
            "hint: Run `scripts/notice`"
        )


def _licences() -> str:
    about = _cargo_about()
    scripts = paths.ROOT / "scripts"
    with locked("build"):
        mirror.sync(paths.CSRC, paths.mirror())
        _run([cargo.cargo(), "fetch", "--locked", *cargo.source_flags()])
        # What the crates themselves say, and not what a service says of them today.
        words = [about, "generate", "--frozen", "--fail", "--workspace"]
        told = _run([*words, "--config", str(scripts / "notice.toml"), str(scripts / "notice.hbs")])
    # Licence files have line ends, and blanks before them, of all kinds.
    lines = [line.rstrip() for line in told.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip() + "\n"


def _run(words: list[str]) -> str:
    """Run one in the mirror; what it wrote to standard output."""
    place, env = paths.mirror(), cargo.environment()
    done = subprocess.run(words, cwd=place, env=env, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise Failed(f"`{' '.join(words)}` ended with exit code {done.returncode}")
    return done.stdout


def _cargo_about() -> str:
    """The tool: on the path, or in the cache, where it is put if it is nowhere."""
    found = shutil.which(_ABOUT)
    if found:
        return found
    root = paths.cache() / "cargo-tools"
    installed = root / "bin" / _ABOUT
    if not installed.exists():
        say.note(f"Installing {_ABOUT} {_ABOUT_VERSION} into {root}: a few minutes, once")
        words = [cargo.cargo(), "install", "--locked", "--root", str(root), "--features", "cli"]
        words.append(f"{_ABOUT}@{_ABOUT_VERSION}")
        # A target directory of its own: nothing of it is of use to the library. It runs once, so it need not be fast.
        environment = {**os.environ, "CARGO_TARGET_DIR": str(root / "target"), "CARGO_PROFILE_RELEASE_LTO": "off"}
        if subprocess.run(words, env=environment, check=False).returncode != 0:
            raise Failed(f"`{' '.join(words)}` failed\nhint: Install {_ABOUT} in another way, and run this again")
        shutil.rmtree(root / "target", ignore_errors=True)
    return str(installed)
