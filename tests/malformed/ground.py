"""An environment in the middle of files that nobody may touch."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Mapping

from tests.support.environments import make_venv, site_packages
from tests.support.normalise import normal_text
from tests.support.snapshot import snapshot

CANARY = "canary\n"
TIMESTAMP = re.compile(r'"timestamp":\{[^}]*\}')
"""What uv notes of a wheel's own times: nobody can make two of them equal."""


class Ground:
    """One side's: `outside` and everything in the ground is forbidden, but for the environment and uv's cache.

    Both sides' grounds are alike: their names have one length, and are made equal in texts.
    """

    def __init__(self, folder: Path, side: str, env: Mapping[str, str]) -> None:
        self.root = folder / f"out-{side}"
        self.outside = self.root / "outside"
        self.cache = self.root / "cache"
        self.venv = self.root / "env"
        self.outside.mkdir(parents=True)
        make_venv(self.venv, env)
        # Below the ground, beside the environment, and in what is above its site-packages.
        for path in ("pwned", "outside/pwned", "outside/deep/pwned", "lib/pwned", "bin/pwned", "evil/pwned"):
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(CANARY)
        self.cache.mkdir()
        self._before: dict[str, tuple[object, ...]] = {}

    @property
    def site(self) -> Path:
        return site_packages(self.venv)

    def guard(self) -> None:
        """All that is there now is how it must stay."""
        self._before = self._forbidden()

    def touched(self) -> list[str]:
        """What is otherwise than when it was guarded first, of all that is forbidden."""
        now = self._forbidden()
        return sorted(path for path in {*self._before, *now} if self._before.get(path) != now.get(path))

    def files(self) -> dict[str, str]:
        """What is in the environment."""
        return snapshot(self.venv, lambda text: TIMESTAMP.sub("TIMESTAMP", normal_text(text)))

    def _forbidden(self) -> dict[str, tuple[object, ...]]:
        seen: dict[str, tuple[object, ...]] = {}
        for folder, directories, files in os.walk(self.root):
            if folder == str(self.root):
                # The environment and the cache themselves are in the listing, what is in them is not.
                inside = [name for name in directories if name in ("env", "cache")]
                directories[:] = [name for name in directories if name not in inside]
                seen.update(dict.fromkeys(inside, ("directory",)))
            for name in (*directories, *files):
                path = os.path.join(folder, name)
                about = os.lstat(path)
                content = Path(path).read_bytes() if os.path.isfile(path) and not os.path.islink(path) else b""
                times = (about.st_mtime_ns, about.st_ctime_ns)
                seen[os.path.relpath(path, self.root)] = (about.st_mode, about.st_ino, about.st_size, times, content)
        return seen
