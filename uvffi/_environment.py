from __future__ import annotations

import os
import sys
import time

from . import _given
from ._arguments import install, sync, uninstall
from ._ask import ask
from ._packages import Packages
from ._plan import plan
from ._run import perform

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from typing import Callable, Sequence

    from typing_extensions import Unpack

    from ._aio import AsyncEnvironment
    from ._finding import Finding
    from ._history import HistoryEntry
    from ._options import InstallOptions, SyncOptions
    from ._plan import Plan
    from ._result import Result
    from ._run import Progress
    from ._shelf import Shelf
    from ._transaction import Transaction
    from ._watching.watch import Watch
    from .errors import PlanRefusedError

    Confirm = Callable[[Plan], object]


class Environment:
    """One Python environment: a virtual environment's directory, or the interpreter to install for.

    Any number of them can be used from one process, from any thread. Nothing is remembered on this side: each access
    asks the engine, and the engine looks at the disk before it answers.
    """

    __slots__ = ("_python",)

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """`path`: the directory of a virtual environment, or an interpreter. It is looked at when first used."""
        self._python = os.path.abspath(
            _given.path("path", path, "`Environment.current()` is that of the running interpreter")
        )

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
        confirm: Confirm | None = None,
        durable: bool | None = None,
        progress: Progress | None = None,
        timeout: float | None = None,
        **options: Unpack[InstallOptions],
    ) -> Result:
        """Install packages as `uv pip install` does, each an argument of its own.

        A package is a requirement (`"rich>=14"`), or the path or URL of a wheel, of a source distribution or of a
        source tree; `editable="path/to/tree"` installs a tree in editable mode. What must be built is built by uv in a
        process of its own, and then installed here.

        Each option is the long flag of `uv pip install` of the same name, see `InstallOptions`; `args` takes every
        other flag as it would stand on the command line. `confirm` is called with the `Plan`, if there is anything to
        do, before anything is touched; if what it gives back is false the call raises `PlanRefusedError`, and what it
        raises goes on. `durable` True returns once a power cut can't undo it (default: `UVFFI_DURABLE`, else False).

        `progress` is called with each `Event` as it comes, in this thread; what it raises cancels the call and goes on.
        After `timeout` seconds (those of the plan are counted, those of `confirm` are not) the call is cancelled and
        raises `TimedOutError`. Ctrl-C cancels too. Then nothing is changed; but a change that is being committed is
        finished first.

        Raises `ResolutionError` where no versions fit, `PlanChangedError` where something else than what was confirmed
        would be done, and nothing is changed then; else `CommandError`, whose `result.changes` says what the failure
        left changed; `TypeError` for a keyword that there is not, and for an argument of the wrong type.
        """
        words = install(self._python, packages, args, options)
        return _change(words, confirm, durable, progress, timeout)

    def plan(
        self,
        *packages: str | os.PathLike[str],
        args: Sequence[str] = (),
        progress: Progress | None = None,
        timeout: float | None = None,
        **options: Unpack[InstallOptions],
    ) -> Plan:
        """What `install` with the same arguments would change. Nothing is touched before `Plan.apply`.

        `progress`, `timeout`, Ctrl-C and what is raised are as in `install`.
        """
        return plan(install(self._python, packages, args, options, "plan"), progress=progress, timeout=timeout)

    def sync(
        self,
        *files: str | os.PathLike[str],
        args: Sequence[str] = (),
        confirm: Confirm | None = None,
        durable: bool | None = None,
        progress: Progress | None = None,
        timeout: float | None = None,
        **options: Unpack[SyncOptions],
    ) -> Result:
        """Make the environment what requirements files lock, and nothing else, as `uv pip sync` does.

        `files` are what `uv pip compile` writes, or others of its formats: only what they name is installed, not what
        that requires, and everything else goes. The seeds stay (`pip`, `uv`, and before Python 3.12 `setuptools` and
        `wheel`), but in an environment that `uv venv` made without `--seed`. Files that name nothing change nothing,
        unless `allow_empty_requirements` is given.

        Each option is the long flag of `uv pip sync` of the same name, see `SyncOptions`; `args` takes every other flag
        as it would stand on the command line. `confirm`, `durable`, `progress`, `timeout` and what is raised are as in
        `install`.
        """
        words = sync(self._python, files, args, options)
        return _change(words, confirm, durable, progress, timeout)

    def uninstall(
        self,
        *names: str,
        args: Sequence[str] = (),
        break_system_packages: bool = False,
        confirm: Confirm | None = None,
        durable: bool | None = None,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Uninstall packages as `uv pip uninstall` does; a name that isn't installed is no error there.

        `args` takes further flags as they would stand on the command line; `confirm`, `durable`, `progress` and
        `timeout` are as in `install`.
        """
        words = uninstall(self._python, names, args, break_system_packages)
        return _change(words, confirm, durable, progress, timeout)

    @property
    def aio(self) -> AsyncEnvironment:
        """The same for `async` code, under asyncio and trio: `await env.aio.install("rich")`."""
        from ._aio import AsyncEnvironment

        return AsyncEnvironment(self._python)

    def transaction(self) -> Transaction:
        """Make several calls one: `with env.transaction(): ...`.

        If the block raises, or the process dies in it, all that uvffi changed in the environment meanwhile is put back.
        Other processes see each call's change when it is made. Raises `TransactionError` where one is open already.

        Once the block ended well its calls are changes each for itself, and `undo` takes back the last. All of them:
        `with env.transaction() as block: ...`, and later `env.restore(block.generation)`.
        """
        from ._transaction import Transaction

        return Transaction(self._python)

    def history(self) -> tuple[HistoryEntry, ...]:
        """The changes that uvffi made here, by whichever process, oldest first."""
        from ._history import history

        return history(self._python)

    def undo(self, *, durable: bool | None = None) -> Result:
        """Take back the last change of `history`, be it an undo. `durable` is as in `install`.

        What was there comes from the Shelf or uv's cache. Raises `HistoryError` where there is no change, or where it
        can't be taken back; nothing is changed then.
        """
        from ._own import own

        return own(self._python, "undo", durable=durable)

    def restore(self, generation: int, *, durable: bool | None = None) -> Result:
        """Go back to how it was right after the change of this number in `history`; 0 is before the first.

        Raises `HistoryError` for a number that isn't there, or where there is no way back, and `RequestError` for one
        below 0; nothing is changed then.
        """
        from ._history import back_to

        return back_to(self._python, generation, durable)

    def shelf(self) -> Shelf:
        """The distributions that are kept whole beside the environment, to be swapped in again."""
        from ._shelf import shelf

        return shelf(self._python)

    def shelf_prune(self, *, all: bool = False) -> Result:
        """Drop what goes beyond the Shelf's limits, or with `all` everything that is on it."""
        from ._own import own

        return own(self._python, "shelf", "prune", *(["--all"] if all else []))

    def doctor(self, *, fix: bool = False) -> tuple[Finding, ...]:
        """Look for what interrupted installs, other tools or a power cut left broken; with `fix` mend it.

        Looking changes nothing. `Finding.fixed` says which are mended.
        """
        from ._doctor import doctor

        return doctor(self._python, fix=fix)

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


def _change(
    words: list[str],
    confirm: Confirm | None,
    durable: bool | None,
    progress: Progress | None,
    timeout: float | None,
) -> Result:
    if confirm is None:
        return perform(words, durable=durable, progress=progress, timeout=timeout)
    look(confirm, progress, timeout)
    began = time.monotonic()
    shown = plan(words, timeout=timeout)
    spent = time.monotonic() - began
    if shown and not confirm(shown):
        raise refused(shown)
    return perform(words, durable=durable, expect=shown.digest, progress=progress, timeout=timeout, spent=spent)


def look(confirm: object, progress: object, timeout: float | None) -> None:
    """Raise for what can't be called, and for what is no time to wait, before anything is planned."""
    _given.can_be_called("confirm", confirm)
    _given.can_be_called("progress", progress)
    _given.seconds("timeout", timeout)


def refused(shown: Plan) -> PlanRefusedError:
    """The error of a `confirm` that said no."""
    from .errors import PlanRefusedError

    error = PlanRefusedError(f"The plan was refused: {', '.join(map(str, shown.changes))}", code="plan-refused")
    error.plan = shown
    return error
