"""The wheels that grow here: a closure of five, things beside it, and an index that has the same ones otherwise."""

from __future__ import annotations

import functools
import platform
from pathlib import Path

from tests.support.dist import Dist
from tests.support.wheels import build_wheel

CLOSURE = ("trunk", "bough", "branch", "twig", "leaf")
"""Each needs the next."""

BESIDE = ("moss", "lichen", "bark", "stone-1", "stone-2", "stone-3")
PLANTED = ("trunk==1.0", "leaf==2.0", "moss==1.0", "lichen==1.0", "bark==1.0", "stone-1", "stone-2", "stone-3")
"""What an environment starts with."""

VERSIONS = {
    "leaf": ("1.0", "1.1", "2.0", "3.0"),
    "twig": ("1.0", "2.0"),
    "branch": ("1.0", "1.1"),
    "bough": ("1.0",),
    "trunk": ("1.0", "2.0"),
    "moss": ("1.0", "2.0"),
    "lichen": ("1.0",),
    "bark": ("1.0", "2.0"),
    "stone-1": ("1.0",),
    "stone-2": ("1.0",),
    "stone-3": ("1.0",),
}

NEEDS = {
    "twig-1.0": ("leaf>=1",),
    "twig-2.0": ("leaf>=1.1",),
    "branch-1.0": ("twig>=1",),
    "branch-1.1": ("twig>=1", "leaf"),
    # With another Python there is one more.
    "bough-1.0": ("branch>=1", "moss ; python_version < '3.12'"),
    "trunk-1.0": ("bough", "leaf<3"),
    "trunk-2.0": ("bough", "leaf>=2"),
    "lichen-1.0": ("moss ; extra == 'wet'",),
}


@functools.lru_cache(maxsize=None)
def main() -> tuple[Dist, ...]:
    """The index `main`."""
    return tuple(_wheel(name, version) for name, versions in VERSIONS.items() for version in versions)


@functools.lru_cache(maxsize=None)
def other() -> tuple[Dist, ...]:
    """The index `other`: the same names and versions with other contents, and one version of its own."""
    return (
        *(build_wheel("leaf", version, files={"leaf/__init__.py": "OTHER = True\n"}) for version in VERSIONS["leaf"]),
        *(build_wheel("moss", version, files={"moss.py": "OTHER = True\n"}) for version in ("1.0", "9.0")),
    )


@functools.lru_cache(maxsize=None)
def tide() -> tuple[Dist, ...]:
    """What the index `tide`, whose answers may not be kept, has at times."""
    return tuple(build_wheel("moss", version) for version in ("1.0", "1.1", "1.2", "2.0"))


def write(folder: Path) -> Path:
    """A directory with the files of `main`."""
    folder.mkdir(parents=True)
    for dist in main():
        (folder / dist.filename).write_bytes(dist.data)
    return folder


def _wheel(name: str, version: str) -> Dist:
    # bark is for this machine only, so that it goes where the platform's own files go.
    tag = f"cp38-abi3-linux_{platform.machine()}" if name == "bark" else "py3-none-any"
    extras = ("wet",) if name == "lichen" else ()
    needs = NEEDS.get(f"{name}-{version}", ())
    return build_wheel(name, version, needs, extras=extras, tag=tag, upload_time=f"202{version[0]}-01-01T00:00:00Z")
