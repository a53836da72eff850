"""Where a case is played: its directory, its two environments, and the texts in which their places stand."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import environments
from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.sdists import write_tree

from .case import Case


@dataclass
class Theatre:
    """What all cases share: the session's directory, the indexes, the files on disk."""

    session: Path
    server: IndexServer
    wheels: Path
    default_index: bool = False
    """The commands look at uv's own default index and not at the server."""

    @property
    def cwd(self) -> Path:
        return self.session / "work"

    @property
    def index(self) -> str | None:
        return None if self.default_index else self.server.simple("main")

    def variables(self, letter: str) -> dict[str, str]:
        return environments.variables(self.session, self.session / f"cache-{letter}", self.index)


@dataclass
class Stage:
    """One side of one case."""

    theatre: Theatre
    case: Case
    letter: str
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.theatre.cwd / self.case.id
        self.folder.mkdir(parents=True, exist_ok=True)

    def place(self, name: str) -> Path:
        return self.folder / f"{name}-{self.letter}"

    def fill(self, text: str) -> str:
        """Puts this side's places into a text."""
        server = self.theatre.server
        values = {
            "env": self.place("env"),
            "out": self.place("out"),
            "system": self.place("system"),
            "fresh": self.place("fresh"),
            "python": self.place("env") / "bin" / "python",
            "case": self.folder,
            "name": self.case.id,
            "index": server.simple("main"),
            "extra": server.simple("extra"),
            "base": server.base,
            "port": server.port,
            "side": self.letter,
            "wheels": self.theatre.wheels,
            "uv_path": self.theatre.variables(self.letter)["PATH"],
        }
        for key, value in values.items():
            text = text.replace("{" + key + "}", str(value))
        return text

    def argv(self, line: str, *, bare: bool = False) -> list[str]:
        words = [self.fill(word) for word in shlex.split(line)]
        if not bare:
            words += ["--python", str(self.place("env"))]
        return words

    def env(self) -> dict[str, str]:
        env = self.theatre.variables(self.letter)
        for name, value in self.case.env.items():
            env.pop(name, None)
            if value is not None:
                env[name] = self.fill(value)
        return env

    def cwd(self) -> Path:
        return self.folder if self.case.at_home else self.theatre.cwd

    def roots(self) -> dict[str, Path]:
        return {name: self.place(name) for name in self.case.places}

    def set_up(self) -> None:
        """Makes the environment and puts in it what the case wants there before."""
        env = self.theatre.variables(self.letter)
        environments.make_venv(self.place("env"), env, self.case.python)
        if "{system}" in self.case.argv + "".join(filter(None, self.case.env.values())):
            environments.make_system_python(self.place("system"), managed="managed" in self.case.id)
        for path, text in self.case.files.items():
            target = self.folder / self.fill(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.fill(text))
        for path, (name, version, *requires) in self.case.trees.items():
            if not (self.folder / path).exists():
                write_tree(self.folder / path, name, version, tuple(requires))
        python = ["--python", str(self.place("env"))]
        if self.case.seed:
            seed = ["pip", "install", "-q", "--no-config", *shlex.split(self.case.seed)]
            must_uv([*seed, *python], env, self.theatre.cwd)
        for line in self.case.before:
            must_uv(self.argv(line, bare=self.case.bare), env, self.theatre.cwd)
        if self.case.spoil is not None:
            self.case.spoil(self.place("env"))
