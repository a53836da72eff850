"""A scratch environment in the middle of files that nobody may touch.

Whatever steps would write elsewhere than in the environment is not done: a case that was cut short must not reach out
by itself. What the engine touches elsewhere is told by `touched`.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import AbstractSet, Dict, Tuple

from tests.support.environments import make_venv, site_packages, variables
from tests.support.judge import must_uv
from tests.support.wheels import build_wheel

from . import arm
from .case import Step

CANARY = "canary\n"
OPEN = ("venv", "cache", "tmp")
"""What may change: the environment, uv's cache, temporary files."""
POINTS = "[console_scripts]\nevil = evil:main\nevil-too = evil:main\n"
Seen = Dict[str, Tuple[object, ...]]


class Ground:
    """Made once; `reset` makes the environment as at first, if anything in it changed."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        # So deep that the paths of a RECORD that lead up end here, too.
        self.inner = self.root / "1" / "2" / "3" / "4"
        self.venv = self.inner / "venv"
        self.work = self.inner / "work"
        self.wheels = self.inner / "wheels"
        self.outside = self.root / "outside"
        for folder in (self.outside / "deep", self.work, self.wheels, self.inner / "outside" / "empty"):
            folder.mkdir(parents=True)
        self.env = {
            **variables(self.inner, self.inner / "cache", None),
            "UV_OFFLINE": "1",
            "UV_NO_CONFIG": "1",
            "VIRTUAL_ENV": str(self.venv),
        }
        self.env.pop("UV_INDEX_URL", None)
        self._fill()
        self._template = self.root / "template"
        self.names = {
            "@VENV@": str(self.venv),
            "@SITE@": str(site_packages(self.venv)),
            "@WHEELS@": str(self.wheels),
            "@OUTSIDE@": str(self.outside),
            "@WORK@": str(self.work),
            "@TMP@": self.env["TMPDIR"],
        }
        shutil.copytree(self.venv, self._template, symlinks=True)
        self._fresh: Seen = {}
        self.reset()
        self.guard()

    def fill(self, text: str) -> bytes:
        """The bytes that a text of a case stands for."""
        for name, value in self.names.items():
            text = text.replace(name, value)
        return text.replace('"@ENV@":""', json.dumps(self.env)[1:-1]).encode("latin-1")

    def reset(self) -> None:
        if self._fresh and _look(self.venv) == self._fresh:
            return
        shutil.rmtree(self.venv)
        shutil.copytree(self._template, self.venv, symlinks=True)
        self._fresh = _look(self.venv)

    def guard(self) -> None:
        """All that is there now, but for what is open, is how it must stay."""
        self._before = self._forbidden()

    def touched(self) -> list[str]:
        """What is otherwise than when it was guarded."""
        now = self._forbidden()
        return sorted(path for path in {*self._before, *now} if self._before.get(path) != now.get(path))

    def do(self, step: Step) -> None:
        """A step on disk; one that can't be done, or would be done elsewhere, is left out."""
        try:
            if step["do"] == "arm":
                arm.arm(self, step)
            else:
                self._write(step)
        except (OSError, ValueError):
            pass

    def _write(self, step: Step) -> None:
        path = self.fill(step["path"])
        parent = os.path.realpath(os.path.dirname(path))
        if not parent.startswith(os.fsencode(self.venv) + b"/") or os.path.basename(path) in (b"", b".", b".."):
            return
        path = os.path.join(parent, os.path.basename(path))
        if os.path.isdir(path) and not os.path.islink(path):
            if step["do"] == "directory":
                return
            shutil.rmtree(path)
        elif os.path.lexists(path):
            # What is linked from uv's cache stays as it is.
            os.unlink(path)
        os.makedirs(parent, exist_ok=True)
        if step["do"] == "write":
            with open(path, "wb") as file:
                file.write(self.fill(step["content"]))
        elif step["do"] == "link":
            os.symlink(self.fill(step["to"]), path)
        elif step["do"] == "fifo":
            os.mkfifo(path)
        elif step["do"] == "directory":
            os.mkdir(path)

    def _fill(self) -> None:
        """The environment, with what is installed at first, and the files around it."""
        for version in ("1.0", "2.0"):
            dist = build_wheel(
                "evil",
                version,
                ("lonely", "absent ; extra == 'more'"),
                extras=("more",),
                entry_points=POINTS,
                files={"evil/__init__.py": f"V = {version}\n", "evil/sub/more.py": "", f"evil_{version[0]}.py": ""},
                data={"scripts/evil-script": "#!python\n", "data/share/evil/data.txt": "data\n"},
            )
            (self.wheels / dist.filename).write_bytes(dist.data)
            for name in ("lonely", "other"):
                plain = build_wheel(name, version)
                (self.wheels / plain.filename).write_bytes(plain.data)
        make_venv(self.venv, self.env)
        words = ["pip", "install", "-q", "--no-index", "--find-links", str(self.wheels), "evil==1.0", "lonely==1.0"]
        must_uv([*words, "--python", str(self.venv)], self.env, self.work)
        # Below the ground, beside the environment, and in what is above its site-packages.
        for path in ("pwned", "outside/pwned", "outside/deep/pwned", "lib/pwned", "bin/pwned", "evil/pwned"):
            for above in (self.root, self.inner):
                target = above / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(CANARY)
        (self.work / "requirements.txt").write_text("evil==1.0\n")

    def _forbidden(self) -> Seen:
        skipped = {str(self._template), *(str(self.inner / name) for name in OPEN)}
        seen = _look(self.root, skipped=skipped, content=True)
        # What is open is made anew in it.
        del seen[str(self.inner)]
        return seen


def _look(root: Path, skipped: AbstractSet[str] = frozenset(), content: bool = False) -> Seen:
    """Every path under a directory with what can be seen of it."""
    seen: Seen = {}
    for folder, directories, files in os.walk(os.fsencode(root)):
        directories[:] = [name for name in directories if os.fsdecode(os.path.join(folder, name)) not in skipped]
        for name in (*directories, *files):
            path = os.path.join(folder, name)
            about = os.lstat(path)
            told: tuple[object, ...] = (about.st_mode, about.st_ino, about.st_size, about.st_mtime_ns)
            if content and os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    told = (*told, file.read())
            seen[os.fsdecode(path)] = told
    return seen
