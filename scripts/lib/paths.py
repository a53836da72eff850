"""Where things are: in this checkout, and in the cache that all checkouts share."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CSRC = ROOT / "csrc"
PACKAGE = ROOT / "uvffi"
VENDOR = ROOT / "vendor"
VENDORED_SOURCES = VENDOR / "sources"


def cache() -> Path:
    """`UVFFI_CACHE`, or `uvffi` in the user's cache folder."""
    named = os.environ.get("UVFFI_CACHE")
    return Path(named).absolute() if named else Path.home() / ".cache" / "uvffi"


def mirror() -> Path:
    """Where the Rust workspace is built, the same for all checkouts.

    Cargo knows a crate put in place by `[patch]` by its path: under another one, most of uv would be built again.
    """
    return cache() / "csrc"


def target() -> Path:
    """Cargo's target directory: `CARGO_TARGET_DIR`, or beside the mirror."""
    named = os.environ.get("CARGO_TARGET_DIR")
    return Path(named).absolute() if named else cache() / "target"


def profile() -> str:
    """Cargo's profile: `UVFFI_PROFILE`, or `release`."""
    return os.environ.get("UVFFI_PROFILE") or "release"


def built(profile_name: str) -> Path:
    """Where Cargo leaves what it builds in a profile."""
    return target() / ("debug" if profile_name == "dev" else profile_name)
