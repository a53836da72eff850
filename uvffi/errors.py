"""The error tree: one root, and each class is also the builtin that fits.

Every error has a kebab-case `code` that stays the same over releases, a one-sentence `message`, an `explanation` (uv's
whole text, or None) and `hints`. `str()` gives all of them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ._plan import Plan
    from ._result import Result


class UvffiError(Exception):
    """Root of everything uvffi raises."""

    code: str
    message: str
    explanation: str | None
    hints: tuple[str, ...]

    def __init__(
        self,
        message: str,
        *,
        code: str = "uvffi-error",
        explanation: str | None = None,
        hints: Sequence[str] = (),
    ) -> None:
        Exception.__init__(self, message)
        self.code = code
        self.message = message
        self.explanation = explanation
        self.hints = tuple(hints)

    def __str__(self) -> str:
        parts = [self.message]
        if self.explanation:
            parts.append(self.explanation.rstrip())
        parts += [f"hint: {hint}" for hint in self.hints]
        return "\n\n".join(parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, code={self.code!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self.message, self.__dict__.copy()))


class RequestError(UvffiError, ValueError):
    """The request was not one: an unbalanced quote, text that is not UTF-8, a value of the wrong type."""


class WorkingDirectoryError(UvffiError, FileNotFoundError):
    """The working directory asked for, or the process's own, is gone."""


class LauncherError(UvffiError, OSError):
    """uv could not be started in a process of its own."""


class SitePackagesError(UvffiError, OSError):
    """A site-packages directory is there and can't be listed."""


class CacheError(UvffiError, OSError):
    """uv's cache can't be used."""


class InternalError(UvffiError, RuntimeError):
    """A bug in uvffi. The process goes on; its next calls run uv in a process of its own."""


class LibraryLoadError(UvffiError, ImportError):
    """The shared library can't be found, can't be loaded, or is of another ABI version."""


class WatcherError(UvffiError, RuntimeError):
    """Watching was asked for and can't be had."""


class TraceError(UvffiError, OSError):
    """The file of a trace can't be written."""


class PackageNotFoundError(UvffiError, KeyError):
    """No package of this name is installed in the environment."""


class CommandError(UvffiError, RuntimeError):
    """A command ran and failed. `result` is all it said."""

    result: Result | None = None


class CancelledError(CommandError, InterruptedError):
    """The command was cancelled before it could change anything; what the Child changed is in `result.changes`.

    It is not asyncio's: a task that is cancelled gets that one.
    """


class TimedOutError(CommandError, TimeoutError):
    """The command was not done within its `timeout` and was cancelled, as in `CancelledError`."""


class StillRunningError(UvffiError, TimeoutError):
    """`Call.result` waited as long as it was told to. The call goes on."""


class ResolutionError(CommandError):
    """No set of versions satisfies the requirements; the explanation is the resolver's reasoning."""


class RequirementError(CommandError, ValueError):
    """A requirement can't be parsed."""


class EnvironmentNotFoundError(CommandError, FileNotFoundError):
    """There is no Python environment or interpreter where one was asked for."""


class NetworkError(CommandError, ConnectionError):
    """An index or a file could not be fetched."""


class PlanChangedError(CommandError):
    """Something else than the plan would be done now. Nothing was changed: plan again."""


class PlanRefusedError(UvffiError, RuntimeError):
    """A `confirm` callable said no. Nothing was changed; `plan` is what it was shown."""

    plan: Plan | None = None


class HistoryError(CommandError, LookupError):
    """There is nothing to undo, no such generation, or no way back to it. Nothing was changed."""


class TransactionError(CommandError):
    """A transaction can't begin or end: one is open in the environment already, or it has no history to go back in."""


class ReportError(UvffiError, LookupError):
    """A report of a Result can't be made: what it must tell is not known, or not any more."""


class EnvironmentLockedError(CommandError, TimeoutError):
    """Another installer held the environment's lock all the time, or it can't be locked."""


# Codes that aren't here belong to commands that failed.
_CLASSES: dict[str, type[UvffiError]] = {
    "null-pointer": RequestError,
    "no-such-call": RequestError,
    "bad-length": RequestError,
    "bad-utf8": RequestError,
    "bad-json": RequestError,
    "bad-request": RequestError,
    "bad-quoting": RequestError,
    "working-directory-gone": WorkingDirectoryError,
    "launcher-missing": LauncherError,
    "spawn-failed": LauncherError,
    "cache": CacheError,
    "site-packages-unreadable": SitePackagesError,
    "internal": InternalError,
    "unsupported-abi": LibraryLoadError,
    "watcher-unavailable": WatcherError,
    "trace-unwritable": TraceError,
    "cancelled": CancelledError,
    "timed-out": TimedOutError,
    "still-running": StillRunningError,
    "no-solution": ResolutionError,
    "environment-not-found": EnvironmentNotFoundError,
    "bad-requirement": RequirementError,
    "network": NetworkError,
    "offline": NetworkError,
    "plan-changed": PlanChangedError,
    "plan-refused": PlanRefusedError,
    "nothing-to-undo": HistoryError,
    "cannot-undo": HistoryError,
    "unknown-generation": HistoryError,
    "history-unreadable": HistoryError,
    "transaction-state": TransactionError,
    "environment-locked": EnvironmentLockedError,
    "report-unavailable": ReportError,
    "not-resident": CommandError,
}


def error_of(data: dict[str, Any]) -> UvffiError:
    """The error that an answer's `error` member tells of."""
    code = data["code"]
    cls = _CLASSES.get(code, CommandError)
    return cls(data["message"], code=code, explanation=data.get("explanation"), hints=data.get("hints") or ())


def _restore(cls: type[UvffiError], message: str, state: dict[str, Any]) -> UvffiError:
    error = cls(message)
    error.__dict__.update(state)
    return error
