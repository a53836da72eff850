"""Where it all happens: a loopback index, uv's cache, and the environments that a part makes for itself."""

from __future__ import annotations

import math
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from tests.support import universe
from tests.support.dist import Dist
from tests.support.environments import make_venv, variables
from tests.support.index import SLOW, IndexServer
from tests.support.judge import must_uv
from tests.support.wheels import build_wheel
from tests.support.worker import Worker

LINKS = 20
LONGEST = LINKS * 2 * SLOW
"""Seconds: a link is waited for twice, for its page and its metadata."""
FILES = 40


class Ground:
    """One directory with everything in it. The index stays in this process: the others are asked about."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.work = base / "work"
        self.work.mkdir(parents=True)
        self.server = IndexServer()
        self.server.add("main", universe.main())
        self.server.add("main", packages())
        self.env = variables(base / "session", base / "cache", self.server.simple("main"))

    def venv(self, name: str, *wanted: str) -> Path:
        """A new environment with these packages, put there by uv."""
        path = make_venv(self.base / name, self.env)
        if wanted:
            must_uv(["pip", "install", "-q", "--python", str(path), *wanted], self.env, self.work)
        return path

    def worker(self) -> Worker:
        """A fresh process with uvffi."""
        return Worker(self.env, self.work)

    def lasting(self, venv: Path, seconds: float, mode: str = "slow") -> str:
        """An install that waits for the index for this long at least: one link of a chain after another."""
        links = min(LINKS, math.ceil(seconds / (2 * SLOW)))
        index = self.server.simple("main", mode)
        return f"pip install --python {venv} --no-cache --index-url {index} link-{LINKS + 1 - links}"

    def unlinked(self, venv: Path) -> str:
        """What takes away all that `lasting` installs."""
        return f"pip uninstall --python {venv} " + " ".join(f"link-{number}" for number in range(1, LINKS + 1))

    def close(self) -> None:
        self.server.close()


def packages() -> list[Dist]:
    """A chain whose links need the next one, and `rich-like`, small but not tiny, in two versions."""
    chain = [
        build_wheel(f"link-{number}", "1.0", (f"link-{number + 1}",) if number < LINKS else ())
        for number in range(1, LINKS + 1)
    ]
    riches = [
        build_wheel("rich-like", version, files={f"rich_like/m{at:02}.py": f"V = '{version}'\n" for at in range(FILES)})
        for version in ("1.0", "2.0")
    ]
    return [*chain, *riches]


@contextmanager
def passing(name: str) -> Iterator[Ground]:
    """A ground for a while, in a directory with this name in its own."""
    with tempfile.TemporaryDirectory(prefix=f"uvffi-{name}-") as folder:
        ground = Ground(Path(folder).resolve())
        try:
            yield ground
        finally:
            ground.close()
