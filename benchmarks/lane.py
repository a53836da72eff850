"""One contender within one case: its cache, its folder, its driver."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.channel import Answer, Channel, first_call
from benchmarks.contenders import Contender
from benchmarks.environments import Environment
from benchmarks.failed import Failed


class Bench:
    """What all lanes of a run have in common."""

    def __init__(self, uv: Path, python: Path, index: str, scratch: Path) -> None:
        self.uv, self.python, self.index, self.scratch = uv, python, index, scratch


class Lane:
    """Commands of one contender, all in the same working directory and the same variables."""

    def __init__(
        self, bench: Bench, contender: Contender, case: str, variables: Mapping[str, str] | None = None
    ) -> None:
        self.contender = contender
        self.folder = bench.scratch / case / contender.name
        self._bench = bench
        self._case = case
        self._channel: Channel | None = None
        self._beside: list[Lane] = []
        home = bench.scratch / "home" / contender.name
        self._cwd, self._log = home / "cwd", home / "log"
        self._cwd.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        # The variables that name files, and nothing else of the machine: no user configuration, no proxies.
        self._environ = {
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "UV_CACHE_DIR": str(bench.scratch / "cache" / contender.name),
            **contender.environ,
            **(variables or {}),
        }

    def environment(self, name: str = "env") -> Environment:
        """A new environment in this lane's folder."""
        return Environment(self._bench.uv, self._bench.python, self.folder / name)

    def install(self, environment: Environment, requirements: Iterable[str]) -> list[str]:
        """The words that install some requirements."""
        # The index stands on the command line because uv-ffi's short way of parsing does not read the variable.
        words = ["pip", "install", *requirements, "--python", str(environment.python)]
        return [*words, "--index-url", self._bench.index, *self.contender.install_flags]

    def beside(self, name: str, variables: Mapping[str, str] | None = None) -> Lane:
        """A lane of the same contender in a process of its own, with further variables, ended with this one."""
        other = Lane(self._bench, self.contender, f"{self._case}-{name}", variables)
        self._beside.append(other)
        return other

    def run(self, words: list[str], route: str | None = "resident", check: bool = True) -> Answer:
        """Runs and times one command in the lane's driver; uvffi must have taken the named route.

        Without `check` another exit code than 0 is an answer like others.
        """
        answer = self.channel.run(words, check)
        if self.contender.name == "uvffi" and route is not None and answer.route != route:
            raise Failed(f"`{words[0]} {words[1]}` went the {answer.route} way, not the {route} one")
        return answer

    def do(self, name: str, **fields: Any) -> dict[str, Any]:
        """The reply of one of the drivers' further files, from the lane's driver."""
        return self.channel.do(name, **fields)

    def first_call(self, words: list[str]) -> tuple[int, ...]:
        """The numbers of a first call in a new process (fresh.py)."""
        python, subject = self.contender.python, self.contender.subject
        return first_call(python, subject, shlex.join(words), self._environ, self._cwd, self._log)

    @property
    def channel(self) -> Channel:
        """The lane's driver, started when first used."""
        if self._channel is None:
            contender, environ = self.contender, self._environ
            self._channel = Channel(contender.python, contender.kind, contender.subject, environ, self._cwd, self._log)
        return self._channel

    def restart(self) -> None:
        """Gives the next command a new driver; the lanes beside this one keep theirs."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def close(self) -> None:
        """Ends the driver, and those of the lanes beside this one."""
        for lane in self._beside:
            lane.close()
        if self._channel is not None:
            self._channel.close()


def requirements(pins: Mapping[str, str]) -> list[str]:
    """Pins as the words of a command line."""
    return [f"{name}=={version}" for name, version in pins.items()]
