"""All that an answer can depend on, in one directory: environments, files, variables, indexes, the warm process."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, Mapping

from tests.support import environments, interpreters
from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.worker import Worker

from . import host, mounts, orchard
from .home import Home

if TYPE_CHECKING:
    from .question import Question

Undo = Callable[[], object]

FILES = {
    "wanted.txt": "trunk\nleaf<3\n",
    "nested.txt": "-r more/inner.txt\n-c limits.txt\ntwig\n",
    "more/inner.txt": "moss\n-r deeper.txt\n",
    "more/deeper.txt": "stone-1\n",
    "limits.txt": "leaf<3\n",
    "over.txt": "leaf>=1.1\n",
    "direct.txt": "leaf @ file://${ORCHARD}/leaf-2.0-py3-none-any.whl\n",
    "listed.txt": "--find-links ${ORCHARD}\nleaf\n",
}
"""What stands in the working directory at first."""


class World:
    """One world, with one warm process in it. Changes are made to it, and can be undone while they are `open`."""

    def __init__(self, base: Path, started_with: Mapping[str, str] | None = None) -> None:
        """`started_with`: further variables of the warm process from its start on."""
        self.base = base
        self.session = base / "session"
        self.work = base / "up" / "mid" / "work"
        self.pristine = base / "pristine"
        self.aside = base / "aside"
        for folder in (self.work, self.pristine, self.aside):
            folder.mkdir(parents=True)
        self.server = IndexServer()
        self.server.add("main", orchard.main())
        self.server.add("other", orchard.other())
        self.wheels = orchard.write(base / "wheels")
        self.flat = base / "flat"
        self.quiet = self._variables()
        self.pythons = sorted(interpreters.interpreters(), key=lambda version: int(version.split(".")[1]))[-6:]
        first = "3.12" if "3.12" in self.pythons else self.pythons[-1]
        second = "3.11" if "3.11" in self.pythons else self.pythons[0]
        self.one = Home("one", self.work / "real-one", first)
        self.two = Home("two", self.work / "real-two", second)
        self.near = Home("near", self.work / ".venv", second)
        self.out = Home("out", self.work / "out", None)
        self.homes = (self.one, self.two, self.near, self.out)
        self.open: list[Undo] = []
        self.changed: dict[str, str | None] = {}
        """The host's variables that aren't as at first."""
        self.asking: list[Question] = []
        """What the step that is played asks."""
        self.cwd = self.work
        self.bases = self._bases()
        self.plant()
        self.started = {**self.quiet, **(started_with or {})}
        self.worker = Worker(self.started, self.work)

    def anew(self) -> None:
        """Everything as at first, and another warm process, which knows nothing yet."""
        self.worker.close()
        self.changed.clear()
        self.cwd = self.work
        self.reset()
        self.worker = Worker(self.started, self.work)

    # The host

    def ask(self, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = self.worker.call(host.ask, asked=asked, timeout=120)
        return answers

    def surround(self, variables: Mapping[str, str | None], cwd: Path | None = None) -> None:
        """Changes variables of the warm process, and its directory; a cold uv is asked under the same."""
        self.changed.update(variables)
        self.cwd = cwd or self.cwd
        told = {name: self.quiet.get(name) if value is None else value for name, value in variables.items()}
        self.worker.call(host.surround, variables=told, cwd=str(cwd) if cwd else None)

    @property
    def env(self) -> dict[str, str]:
        """The variables that the warm process has now, but for those that only it reads."""
        env = dict(self.quiet)
        for name, value in self.changed.items():
            if value is not None:
                env[name] = value
        return env

    # The environments

    def plant(self) -> None:
        """Makes the environments that `restore` copies, once for all, and puts everything in place."""
        for home in (self.one, self.two, self.near):
            assert home.python is not None
            environments.make_venv(home.path, self.quiet, home.python)
            if home is self.two:
                split(home)
            wanted = ["leaf==1.0"] if home is self.near else list(orchard.PLANTED)
            must_uv(["pip", "install", "-q", "--python", str(home.path), *wanted], self.quiet, self.work)
            os.rename(home.path, self.pristine / home.name)
        self.reset()

    def restore(self, home: Home) -> None:
        """An environment as it was at first, at its place: a copy with preserved times."""
        self.let_go()
        self.forget_pythons()
        remove(home.path)
        if home.python is not None and home is not self.near:
            copy(self.pristine / home.name, home.path)

    def reset(self) -> None:
        """Everything but the warm process as at first."""
        self.let_go()
        self.forget_pythons()
        self.open.clear()
        if self.changed or self.cwd != self.work:
            self.surround(dict.fromkeys(self.changed), self.work)
            self.changed.clear()
        for entry in [*self.work.iterdir(), *self.aside.iterdir(), self.flat, self.session / "home"]:
            remove(entry)
        for folder in (self.work.parent, self.work.parent.parent):
            for entry in folder.iterdir():
                if entry not in (self.work, self.work.parent):
                    remove(entry)
        environments.variables(self.session, self.session / "cache", None)
        shutil.copytree(self.wheels, self.flat)
        self.server.dists["tide"].clear()
        self.server.files["tide"].clear()
        self.server.add("tide", orchard.tide()[:1])
        for name, text in FILES.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for home in (self.one, self.two):
            self.restore(home)

    def forget_pythons(self) -> None:
        """Has uv look at each Python anew: of one venv in another's place, with the same Python, it would not."""
        for memory in (self.session / "cache").glob("interpreter-v*"):
            remove(memory)

    def let_go(self) -> None:
        """Mounts end: what is under one can't be removed."""
        for target in mounts.below(self.base):
            mounts.unmount(target)

    def close(self) -> None:
        self.worker.close()
        self.let_go()
        self.server.close()
        assert self._bases() == self.bases, f"a Python outside of the tests was changed: {self._bases() ^ self.bases}"

    def _bases(self) -> set[str]:
        """What is installed in the Pythons that environments are made from: never touched."""
        prefixes = [path.resolve().parent.parent for path in interpreters.interpreters().values()]
        return {str(path) for prefix in prefixes for path in prefix.glob("lib/python3*/*-packages/*.dist-info")}

    def _variables(self) -> dict[str, str]:
        env = environments.variables(self.session, self.session / "cache", self.server.simple("main"))
        return {
            **env,
            # Hard links would carry an edit of one environment into uv's cache and so into all.
            "UV_LINK_MODE": "copy",
            # One certificate is read faster than the system's hundreds; nothing here needs any.
            "SSL_CERT_FILE": str(Path(environments.__file__).with_name("authority.pem")),
            "ORCHARD": str(self.flat),
            "VIRTUAL_ENV": str(self.work / "real-one"),
        }


@contextmanager
def passing(name: str, started_with: Mapping[str, str] | None = None) -> Iterator[World]:
    """A world for a while, in a directory with this name in its own; nobody else sees its mounts."""
    mounts.private()
    with tempfile.TemporaryDirectory(prefix=f"uvffi-{name}-") as folder:
        world = World(Path(folder), started_with)
        try:
            yield world
        finally:
            world.close()


SPLIT = "_platform.pth"


def split(home: Home) -> None:
    """Gives the Python of a new environment two site-packages, for modules and for the platform's own files."""
    (root,) = home.roots()
    (root / SPLIT).write_text('import sys; sys.platlibdir = "lib64"\n')
    remove(home.path / "lib64")


def remove(path: Path) -> None:
    """Takes away whatever is there; nothing is fine too."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


def copy(source: Path, target: Path) -> None:
    """A copy with its times preserved, as `cp -a` makes it."""
    subprocess.run(["cp", "-a", "--", source, target], check=True)


def tried(works: Iterable[Undo]) -> Undo:
    """All of these, whatever has happened to their places since."""

    def undo() -> None:
        for work in works:
            try:
                work()
            except OSError:
                continue

    return undo
