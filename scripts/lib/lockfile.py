"""What csrc/Cargo.lock pins, and vendor/pins.toml, which says it for people."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from . import paths
from .say import Failed

LOCK = paths.CSRC / "Cargo.lock"
MANIFEST = paths.CSRC / "Cargo.toml"
PINS = paths.VENDOR / "pins.toml"


class Crate(NamedTuple):
    """One crate from the registry."""

    name: str
    version: str
    checksum: str


def crates(lock: Path = LOCK) -> list[Crate]:
    """The crates that come from the registry; a crate of the workspace has no checksum."""
    found = []
    for block in lock.read_text(encoding="utf-8").split("[[package]]")[1:]:
        fields = dict(re.findall(r'^(name|version|checksum) = "([^"]*)"$', block, re.MULTILINE))
        if "checksum" in fields:
            found.append(Crate(**fields))
    return found


def digest(pinned: list[Crate]) -> str:
    """One value for all of them, whatever else stands in the lock file."""
    lines = "".join(f"{crate.name} {crate.version} {crate.checksum}\n" for crate in sorted(pinned))
    return hashlib.sha256(lines.encode()).hexdigest()


def versions(manifest: Path = MANIFEST) -> tuple[str, str]:
    """The pinned versions of uv and of its crates."""
    text = manifest.read_text(encoding="utf-8")
    pinned = [re.search(rf'^{name} = {{ version = "=([^"]+)"', text, re.MULTILINE) for name in ("uv", "uv-client")]
    if not all(pinned):
        raise Failed(f"{manifest} pins no `uv` and `uv-client` with `=`")
    uv, client = (found[1] for found in pinned if found)
    return uv, client


def pins() -> str:
    """The text of vendor/pins.toml."""
    uv, client = versions()
    pinned = crates()
    lines = [
        "# What the library is built from, as csrc/Cargo.lock has it. Made by `scripts/vendor --pins`.",
        "",
        "[uv]",
        f'version = "{uv}"',
        f'crates = "{client}"',
        "",
        "[all]",
        "# Of the lines `name version checksum`, sorted, of every crate from the registry.",
        f"crates = {len(pinned)}",
        f'sha256 = "{digest(pinned)}"',
        "",
        "# SHA-256 of the archives of uv and of the crates of its authors.",
        "[checksums]",
    ]
    own = re.compile(r"(uv|astral)([-_]|$)")
    lines += [
        f'"{crate.name} {crate.version}" = "{crate.checksum}"' for crate in sorted(pinned) if own.match(crate.name)
    ]
    return "\n".join(lines) + "\n"


def check() -> None:
    """Fail if vendor/pins.toml doesn't say what the lock file does."""
    if not PINS.exists() or PINS.read_text(encoding="utf-8") != pins():
        raise Failed(f"{PINS} doesn't agree with {LOCK}\nhint: Run `scripts/vendor --pins`, and look at the difference")
