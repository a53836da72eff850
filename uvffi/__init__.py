"""uv's installer as a library: install, swap and remove packages in any environment, from inside a process.

    import uvffi

    rc, installed, removed = uvffi.run("pip install rich==14.3.2")

`run` takes a command line as uv does and never raises for a command that fails. `Environment` is the typed side:
it raises, and every error of a call is a `UvffiError`; arguments of the wrong type are a `TypeError`.

Importing this module loads nothing: each public name brings its own file when it is first asked for, and the shared
library is loaded by the first name that needs it. A library that can't be loaded is a `LibraryLoadError`, which is an
`ImportError`.
"""

from __future__ import annotations

# `typing` is not worth its milliseconds here; type checkers know the bare name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import aio
    from ._aio import AsyncEnvironment
    from ._call import Call, start
    from ._change import Change
    from ._environment import Environment
    from ._event import (
        Building,
        Built,
        Committed,
        Downloaded,
        Downloading,
        Event,
        Finished,
        Output,
        Prepared,
        Progress,
        Resolved,
        Resolving,
        Staged,
        UnknownEvent,
    )
    from ._finding import Finding
    from ._history import HistoryEntry
    from ._installed import InstalledPackage
    from ._notice import Notice
    from ._options import InstallOptions, SyncOptions
    from ._package import Package
    from ._packages import Packages
    from ._patch import invalidate, patch
    from ._paths import launcher_path, library_path
    from ._plan import Plan
    from ._process import shutdown, uv_version
    from ._result import Result
    from ._run import run
    from ._shelf import Shelf, ShelvedTree
    from ._status import Status, status
    from ._trace import Trace, trace
    from ._transaction import Transaction
    from ._watching.change import WatchedChange
    from ._watching.process import start_watching, stop_watching
    from ._watching.watch import Watch
    from .errors import (
        CacheError,
        CancelledError,
        CommandError,
        EnvironmentLockedError,
        EnvironmentNotFoundError,
        HistoryError,
        InternalError,
        LauncherError,
        LibraryLoadError,
        NetworkError,
        PackageNotFoundError,
        PlanChangedError,
        PlanRefusedError,
        ReportError,
        RequestError,
        RequirementError,
        ResolutionError,
        SitePackagesError,
        StillRunningError,
        TimedOutError,
        TraceError,
        TransactionError,
        UvffiError,
        WatcherError,
        WorkingDirectoryError,
    )

__version__ = "0.1.0"

__all__ = [
    "AsyncEnvironment",
    "Building",
    "Built",
    "CacheError",
    "Call",
    "CancelledError",
    "Change",
    "CommandError",
    "Committed",
    "Downloaded",
    "Downloading",
    "Environment",
    "EnvironmentLockedError",
    "EnvironmentNotFoundError",
    "Event",
    "Finding",
    "Finished",
    "HistoryEntry",
    "HistoryError",
    "InstallOptions",
    "InstalledPackage",
    "InternalError",
    "LauncherError",
    "LibraryLoadError",
    "NetworkError",
    "Notice",
    "Output",
    "Package",
    "PackageNotFoundError",
    "Packages",
    "Plan",
    "PlanChangedError",
    "PlanRefusedError",
    "Prepared",
    "Progress",
    "ReportError",
    "RequestError",
    "RequirementError",
    "ResolutionError",
    "Resolved",
    "Resolving",
    "Result",
    "Shelf",
    "ShelvedTree",
    "SitePackagesError",
    "Staged",
    "Status",
    "StillRunningError",
    "SyncOptions",
    "TimedOutError",
    "Trace",
    "TraceError",
    "Transaction",
    "TransactionError",
    "UnknownEvent",
    "UvffiError",
    "Watch",
    "WatchedChange",
    "WatcherError",
    "WorkingDirectoryError",
    "__version__",
    "aio",
    "invalidate",
    "launcher_path",
    "library_path",
    "patch",
    "run",
    "shutdown",
    "start",
    "start_watching",
    "status",
    "stop_watching",
    "trace",
    "uv_version",
]

# Where each public name lives; every name that isn't here is an error class, but for the module `aio`.
_HOMES = {
    "AsyncEnvironment": "_aio",
    "Building": "_event",
    "Built": "_event",
    "Call": "_call",
    "Change": "_change",
    "Committed": "_event",
    "Downloaded": "_event",
    "Downloading": "_event",
    "Environment": "_environment",
    "Event": "_event",
    "Finding": "_finding",
    "Finished": "_event",
    "HistoryEntry": "_history",
    "InstallOptions": "_options",
    "InstalledPackage": "_installed",
    "Notice": "_notice",
    "Output": "_event",
    "Package": "_package",
    "Packages": "_packages",
    "Plan": "_plan",
    "Prepared": "_event",
    "Progress": "_event",
    "Resolved": "_event",
    "Resolving": "_event",
    "Result": "_result",
    "Shelf": "_shelf",
    "ShelvedTree": "_shelf",
    "Staged": "_event",
    "Status": "_status",
    "SyncOptions": "_options",
    "Trace": "_trace",
    "Transaction": "_transaction",
    "UnknownEvent": "_event",
    "Watch": "_watching.watch",
    "WatchedChange": "_watching.change",
    "invalidate": "_patch",
    "launcher_path": "_paths",
    "library_path": "_paths",
    "patch": "_patch",
    "run": "_run",
    "shutdown": "_process",
    "start": "_call",
    "start_watching": "_watching.process",
    "status": "_status",
    "stop_watching": "_watching.process",
    "trace": "_trace",
    "uv_version": "_process",
}


def __getattr__(name: str) -> object:
    """Bring a public name's file the first time it is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # A relative import by hand: the package may be vendored under another name.
    if name == "aio":
        return __import__(name, globals(), None, ("run",), 1)
    module = __import__(_HOMES.get(name, "errors"), globals(), None, (name,), 1)
    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
