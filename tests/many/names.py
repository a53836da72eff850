"""Which packages."""

from __future__ import annotations

import random
import re
from pathlib import Path

BUILT_IN = (
    *("requests", "numpy", "pandas", "django", "flask", "click", "pyyaml", "pytest", "rich", "attrs"),
    *("sqlalchemy", "jinja2", "pydantic", "httpx", "aiohttp", "cryptography", "lxml", "pillow", "setuptools", "black"),
)
"""What is taken where no file is given: known to everyone, of all kinds."""

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


class BadNames(ValueError):
    """The list can't be used; the message says where and why."""


def read(file: Path) -> tuple[str, ...]:
    """The names in a file, one a line, most wanted first. Empty lines, and what follows a `#`, don't count."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadNames(f"{file} can't be read: {error.strerror}") from error
    found: dict[str, None] = {}
    for number, line in enumerate(lines, 1):
        name = line.split("#", 1)[0].strip()
        if not name:
            continue
        if not NAME.fullmatch(name):
            raise BadNames(f"{file}, line {number}: {name!r} is no package's name\nhint: One name a line, no versions")
        found[name] = None
    if not found:
        raise BadNames(f"{file} names no package")
    return tuple(found)


def choose(names: tuple[str, ...], count: int | None, sample: int | None, seed: int) -> tuple[str, ...]:
    """The first `count`, and of these `sample` by chance, in the order of the list; None: all of them."""
    chosen = names if count is None else names[:count]
    if sample is None or sample >= len(chosen):
        return chosen
    taken = set(random.Random(seed).sample(range(len(chosen)), sample))
    return tuple(name for number, name in enumerate(chosen) if number in taken)
