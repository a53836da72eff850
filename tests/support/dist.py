"""One distribution file as an index offers it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

EPOCH = (2020, 1, 1, 0, 0, 0)
"""The time of every archive member, so that the same description gives the same bytes."""


@dataclass(frozen=True)
class Dist:
    """A wheel or a source distribution: its bytes, and what the index says beside them."""

    name: str
    version: str
    filename: str
    data: bytes
    metadata: str
    requires_python: str | None = None
    upload_time: str | None = None
    yanked: str | bool = False
    sha256: str = field(default="")

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())

    @property
    def is_wheel(self) -> bool:
        return self.filename.endswith(".whl")

    @property
    def metadata_sha256(self) -> str:
        return hashlib.sha256(self.metadata.encode()).hexdigest()


def core_metadata(
    name: str,
    version: str,
    requires: tuple[str, ...] = (),
    extras: tuple[str, ...] = (),
    requires_python: str | None = None,
) -> str:
    """The text of METADATA or PKG-INFO. A requirement of an extra names it in its own marker."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Summary: Made for a test"]
    if requires_python:
        lines.append(f"Requires-Python: {requires_python}")
    lines.extend(f"Provides-Extra: {extra}" for extra in extras)
    lines.extend(f"Requires-Dist: {requirement}" for requirement in requires)
    return "\n".join(lines) + "\n"


def escaped(name: str) -> str:
    """A project's name as file names spell it."""
    return name.replace("-", "_").replace(".", "_")
