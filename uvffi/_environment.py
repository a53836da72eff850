from __future__ import annotations

import os
import sys

from ._arguments import arguments
from ._ask import ask
from ._packages import Packages
from ._plan import Plan
from ._run import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from typing import Mapping, Sequence

    from typing_extensions import Unpack

    from ._options import InstallOptions
    from ._result import Result
    from ._watching.watch import Watch


class Environment:
    """One Python environment: a virtual environment's directory, or the interpreter to install for.

    Any number of them can be used from one process, from any thread. Nothing is remembered on this side: each access
    asks the engine, and the engine looks at the disk before it answers.
    """

    __slots__ = ("_python",)

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """`path`: the directory of a virtual environment, or an interpreter. It is looked at when first used."""
        self._python = os.path.abspath(os.fspath(path))

    @classmethod
    def current(cls) -> Environment:
        """The environment of the running interpreter, whatever `VIRTUAL_ENV` says and wherever the process stands."""
        executable = sys.executable
        # A program that embeds Python may have no interpreter to name.
        return cls(executable if executable and os.path.isfile(executable) else sys.prefix)

    @property
    def packages(self) -> Packages:
        """A live view of what is installed: `env.packages["rich"].version`."""
        return Packages(self._python)

    @property
    def prefix(self) -> str:
        """`sys.prefix` of the environment."""
        return self._facts()["prefix"]

    @property
    def python(self) -> str:
        """Its interpreter."""
        return self._facts()["python"]

    @property
    def python_version(self) -> str:
        """Its Python's full version, such as `3.12.1`."""
        return self._facts()["python_version"]

    def install(
        self,
        *packages: str | os.PathLike[str],
        args: Sequence[str] = (),
        **options: Unpack[InstallOptions],
    ) -> Result:
        """Install packages (`"rich>=14"`, a path or URL of a wheel) as `uv pip install` does.

        Each option is the long flag of `uv pip install` of the same name, see `InstallOptions`; `args` takes every
        other flag as it would stand on the command line. Raises `ResolutionError` where no versions fit, and nothing is
        changed then; else `CommandError`, whose `result.changes` says what the failure left changed.
        """
        return run(self._install(packages, args, options)).check()

    def plan(
        self,
        *packages: str | os.PathLike[str],
        args: Sequence[str] = (),
        **options: Unpack[InstallOptions],
    ) -> Plan:
        """What `install` with the same arguments would change. Nothing is touched before `Plan.apply`."""
        command = self._install(packages, args, options)
        return Plan(command, run([*command[:2], "--dry-run", *command[2:]]).check())

    def uninstall(
        self,
        *names: str,
        args: Sequence[str] = (),
        break_system_packages: bool = False,
    ) -> Result:
        """Uninstall packages as `uv pip uninstall` does; a name that isn't installed is no error there.

        `args` takes further flags as they would stand on the command line.
        """
        options = {"break_system_packages": break_system_packages}
        words = ["pip", "uninstall", "--python", self._python, *arguments(options), *args, "--", *names]
        return run(words).check()

    def watch(
        self,
        *,
        debounce: int | None = None,
        polling: bool | None = None,
        timeout: float | None = None,
        stop: threading.Event | None = None,
    ) -> Watch:
        """Wait for changes of what is installed, whoever makes them: `for change in env.watch(): ...`.

        When this returns the watching has begun; each later change comes as one `WatchedChange`. Any number of readers
        can wait in any threads, each for itself. The iteration ends after `timeout` seconds without a change, when
        `stop` is set, and by `close`; Ctrl-C ends the wait.

        `debounce`: milliseconds in which changes are gathered at most (default: `UVFFI_WATCH_DEBOUNCE`, else 40; the
        smallest of all readers counts). `polling`: True looks every 0.2 s instead of being notified, False is an error
        where there are no notifications, None takes what there is (default: `UVFFI_WATCH_POLLING`, else None).

        Raises `EnvironmentNotFoundError`; `WatcherError` (code `watcher-unavailable`) where watching can't be had;
        `RequestError` for a setting that is none.
        """
        from ._watching.watch import Watch

        return Watch(self._python, debounce, polling, timeout, stop)

    def _install(
        self,
        packages: Sequence[str | os.PathLike[str]],
        args: Sequence[str],
        options: Mapping[str, object],
    ) -> list[str]:
        words = ["pip", "install", "--python", self._python, *arguments(options), *args]
        if packages:
            # After `--` none of them can be taken for a flag.
            words += ["--", *[os.fspath(package) for package in packages]]
        return words

    def _facts(self) -> dict[str, str]:
        answer = ask({"query": "packages", "environment": {"python": self._python}})
        facts: dict[str, str] = answer["environment"]
        return facts

    def __fspath__(self) -> str:
        return self._python

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Environment):
            return NotImplemented
        return self._python == other._python

    def __hash__(self) -> int:
        return hash((Environment, self._python))

    def __repr__(self) -> str:
        return f"Environment({self._python!r})"
