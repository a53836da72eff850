"""A question, in the words of the warm process and in those of a cold uv."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from .cold import Command
from .home import Home
from .world import World

INSTALL = ("pip", "install")
SYNC = ("pip", "sync")
UNINSTALL = ("pip", "uninstall")
READING = ("list", "freeze", "show", "check", "tree")


@dataclass(frozen=True)
class Question:
    """A command on an environment, or a query about it.

    `words` are of `pip install`, `pip sync`, `pip uninstall` or a command that reads, with places in braces; none for
    the query of what is installed.
    """

    words: tuple[str, ...]
    home: str | None
    query: bool = False
    as_text: bool = False
    """One command line and not a list of words: two ways into the library."""
    real: bool = False
    """The command itself, and not its dry run."""

    def __str__(self) -> str:
        how = "query" if self.query else "run" if self.real or self.reads else "dry run"
        return f"{how} `{' '.join(self.words) or 'packages'}` of {self.home or 'no environment by name'}"

    @property
    def lists(self) -> bool:
        return not self.words

    @property
    def reads(self) -> bool:
        """Whether it is a command that changes nothing and has no dry run."""
        return self.words[1:2] != () and self.words[1] in READING

    @property
    def installs(self) -> bool:
        return self.words[:2] in (INSTALL, SYNC)

    def at(self, world: World) -> Home:
        """The environment that is looked at where the question names none is the first."""
        return next((home for home in world.homes if home.name == self.home), world.one)

    def warm(self, world: World) -> dict[str, Any]:
        """What the worker is asked."""
        if self.lists:
            return {"query": {"query": "packages", "environment": {"python": str(self.at(world).path)}}}
        argv = self._argv(world, dry=not (self.real or self.query or self.reads))
        if self.query:
            return {"query": {"query": "plan", "argv": argv}}
        return {"command": shlex.join(argv) if self.as_text else argv}

    def cold(self, world: World) -> Command:
        """What uv is asked instead: it never changes anything."""
        if self.lists:
            # What is installed doesn't depend on settings.
            argv = ["pip", "list", "--no-config", "--format", "json", "--python", str(self.at(world).path)]
            return argv, world.quiet, world.work
        return self._argv(world, dry=not self.reads), world.env, world.cwd

    def really(self, world: World) -> Command:
        """The command itself, for uv."""
        return self._argv(world, dry=False), world.env, world.cwd

    def _argv(self, world: World, dry: bool) -> list[str]:
        places = {
            "out": str(world.out.path),
            "flat": str(world.flat),
            "other": world.server.simple("other"),
            "tide": world.server.simple("tide", "no-store"),
        }
        argv = [word.format(**places) for word in self.words]
        if dry:
            argv.insert(2, "--dry-run")
        if self.home is not None:
            # A directory of packages is served by the first environment's Python.
            home = self.at(world)
            argv += ["--python", str(world.one.path if home.python is None else home.path)]
        return argv
