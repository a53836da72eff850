"""Where calls are interrupted: the index for all, and scenes with an environment and a process each."""

from __future__ import annotations

import glob
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Mapping

from tests.support.environments import make_venv, variables
from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.worker import Worker
from tests.transactions.picture import Picture, picture

from . import host
from .packages import packages

MARK = "INTERRUPT_PROCESS"
ARMED = b"uvffi-j1"
"""How a journal begins while its Transaction is committed."""


class Ground:
    """One directory, and the index, which stays in this process."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.server = IndexServer()
        for dist in packages():
            self.server.add("main", [dist])
        self.wide = base / "wide-1.0-py3-none-any.whl"
        self.wide.write_bytes(self.server.files["main"][self.wide.name].data)
        self._scenes: dict[str, Scene] = {}

    def scene(self, name: str, more: Mapping[str, str]) -> Scene:
        """The scene of that name, made when it is first asked for; `more`: variables of its own."""
        if name not in self._scenes:
            self._scenes[name] = Scene(self, name, more)
        return self._scenes[name]

    def close(self) -> None:
        for scene in self._scenes.values():
            scene.close()
        self.server.close()


class Scene:
    """An environment with `alpha` in it, and the process that calls.

    `reach` and `lasts`: after how many seconds a way of calling came into the phase at last, and how long it was in it
    when nobody disturbed it. `whole`: what a way of calling makes of the environment.
    """

    def __init__(self, ground: Ground, name: str, more: Mapping[str, str]) -> None:
        base = ground.base / name
        self.ground = ground
        self.mark = f"{os.getpid()}-{name}"
        self.env = {**variables(base, ground.base / "cache", ground.server.simple("main")), **more, MARK: self.mark}
        self.venv = make_venv(base / "venv", self.env)
        must_uv(["pip", "install", "-q", "--python", str(self.venv), "alpha==1.0"], self.env, base)
        self.home, self.temporary = Path(self.env["HOME"]), Path(self.env["TMPDIR"])
        self.marker = self.home / "endless"
        self.since = 0
        self.threads: set[int] = set()
        """The process's threads before the try."""
        self.uvs: set[str] = set()
        """What uv in a process of its own leaves in the temporary directory when it is ended, by Ctrl-C too."""
        self.reach: dict[str, float] = {}
        self.lasts: dict[str, float] = {}
        self.whole: dict[str, Picture] = {}
        self._base = base
        self.worker = self.start()
        self.before = picture(self.venv)

    def start(self) -> Worker:
        """A process that calls, in the place of the last one."""
        self.worker = Worker(self.env, self._base)
        self.worker.call(host.warm, environment=str(self.venv))
        # What is warm is warm, and what one change leaves beside the environment is there.
        self.worker.call(host.next_calls, environment=str(self.venv))
        return self.worker

    def begin(self) -> None:
        """Before a try: what earlier ones left to see is not taken for its own."""
        self.since = len(self.ground.server.requests)
        self.marker.unlink(missing_ok=True)
        self.threads = {int(task) for task in os.listdir(f"/proc/{self.worker.process.pid}/task")}

    def asked(self) -> list[str]:
        """The paths that the index was asked for since then."""
        return [path for _, path in self.ground.server.requests[self.since :]]

    def is_armed(self) -> bool:
        """Whether a Transaction is being committed."""
        try:
            with (self.venv / ".uvffi" / "journal").open("rb") as journal:
                return journal.read(len(ARMED)) == ARMED
        except FileNotFoundError:
            return False

    def temporaries(self) -> set[str]:
        return set(there(self.temporary, ".tmp*"))

    def stages(self) -> list[str]:
        return there(self.venv / ".uvffi" / "stage", "*/*")

    def close(self) -> None:
        self.worker.close()


def there(folder: Path, pattern: str) -> list[str]:
    """The paths that match, in a folder in which others are at work: what goes meanwhile is none of them."""
    return glob.glob(f"{glob.escape(str(folder))}/{pattern}")


@contextmanager
def passing() -> Iterator[Ground]:
    """A ground for a while."""
    with tempfile.TemporaryDirectory(prefix="uvffi-interrupt-") as folder:
        ground = Ground(Path(folder).resolve())
        try:
            yield ground
        finally:
            ground.close()
