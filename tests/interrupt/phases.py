"""The phases of a call: how it comes into each, and by what it is known to be there."""

from __future__ import annotations

import fcntl
from contextlib import ExitStack, contextmanager
from typing import Callable, ContextManager, Iterator, NamedTuple

from .host import Asked
from .opened import Opened
from .packages import TANGLED
from .scene import Scene, there

There = Callable[[], bool]

SEEN = 20
"""So many versions of `tangle` were looked at: then the solver is at it."""


class Phase(NamedTuple):
    name: str
    ways: tuple[str, ...]
    packages: tuple[str, ...]
    """What the call is for; `sync` has them locked beside `alpha`."""
    watch: Callable[[Scene], ContextManager[There]]
    """Before a call: gives what tells whether the call is in the phase just now."""
    modes: tuple[str, ...] = ()
    """Of the index."""
    flags: tuple[str, ...] = ("--no-cache",)
    lasting: bool = True
    """Whether a call stays there until it is ended."""
    nears: bool = False
    """Whether a call that is struck there may be at its commit when it hears of it."""
    commits: bool = False
    """Whether it is at its commit there."""
    by_uv: bool = False
    """Whether uv does it, in a process of its own that is killed."""
    more: tuple[tuple[str, str], ...] = ()
    """Variables of the process."""

    @property
    def may_change(self) -> bool:
        """Whether there may be a change although the call is struck."""
        return self.nears or self.commits

    @property
    def installs(self) -> str:
        """The package that is there afterwards, if the change is made."""
        return "loose" if self.commits else "wide"

    def asked(self, scene: Scene, way: str, progress: bool, timeout: float | None) -> Asked:
        """The call."""
        server = scene.ground.server
        modes = self.modes
        packages = [str(scene.ground.wide) if name == "wide.whl" else name for name in self.packages]
        if way in ("plan", "confirm"):
            # A wheel that is read for its metadata; a build for the same.
            modes = tuple("stall+no-meta+no-range" if mode == "stall" else mode for mode in modes)
            packages = ["unsaid" if name == "endless" else name for name in packages]
        command = None
        if way == "command":
            script = f"import os, time; open({str(scene.marker)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
            command = ["run", "--no-project", "--python", str(scene.venv), "python", "-c", script]
            way = "run"
        file = scene.home / "locked.txt"
        lines = [f"wide @ {name}" if name.endswith(".whl") else f"{name}==1.0" for name in packages]
        file.write_text("\n".join(["alpha==1.0", *lines]) + "\n")
        flags = [*self.flags, "--index-url", server.simple("main", *modes)]
        return {
            "way": way,
            "environment": str(scene.venv),
            "packages": packages,
            "flags": flags,
            "file": str(file),
            "command": command,
            "progress": progress,
            "timeout": timeout,
        }


@contextmanager
def _asked_for_page(scene: Scene) -> Iterator[There]:
    yield lambda: any(path.endswith("/simple/lonely/") for path in scene.asked())


@contextmanager
def _solving(scene: Scene) -> Iterator[There]:
    def is_solving() -> bool:
        seen = [path for path in scene.asked() if path.endswith(".metadata")]
        return SEEN <= len(seen) < TANGLED

    yield is_solving


@contextmanager
def _downloading(scene: Scene) -> Iterator[There]:
    yield lambda: any(path.endswith(".whl") for path in scene.asked())


@contextmanager
def _marked(scene: Scene) -> Iterator[There]:
    yield lambda: scene.marker.exists() and bool(scene.marker.read_text())


@contextmanager
def _preparing(scene: Scene) -> Iterator[There]:
    yield lambda: bool(there(scene.temporary, ".tmp*/.tmp*/wide")) and not scene.stages()


@contextmanager
def _staging(scene: Scene) -> Iterator[There]:
    yield lambda: bool(scene.stages()) and not scene.is_armed()


@contextmanager
def _committing(scene: Scene) -> Iterator[There]:
    yield scene.is_armed


@contextmanager
def _locked_out(scene: Scene) -> Iterator[There]:
    """Somebody else has the environment's lock as long as this is watched."""
    path = scene.venv / ".lock"
    with path.open("r+") as file, ExitStack() as stack:
        fcntl.flock(file, fcntl.LOCK_EX)
        opened = Opened(path)
        stack.callback(opened.close)
        yield lambda: bool(opened)


@contextmanager
def _in_child(scene: Scene) -> Iterator[There]:
    with _marked(scene) as marked, _asked_for_page(scene) as asked:
        yield lambda: marked() or asked()


NO_SHELF = (("UVFFI_SHELF", "0"),)
ALL = ("run", "install", "confirm", "sync", "plan")
CHANGES = ("run", "install", "sync")

PHASES = (
    Phase("resolve", ALL, ("lonely",), _asked_for_page, modes=("hang",)),
    Phase("solve", ("run", "install", "plan"), ("tangle",), _solving, lasting=False),
    Phase("download", ALL, ("heavy",), _downloading, modes=("stall",)),
    Phase("build", ALL, ("endless",), _marked),
    Phase("prepare", CHANGES, ("wide.whl",), _preparing, lasting=False, nears=True),
    Phase("stage", CHANGES, ("wide",), _staging, flags=(), lasting=False, nears=True, more=NO_SHELF),
    Phase("commit", CHANGES, ("loose",), _committing, flags=(), lasting=False, commits=True, more=NO_SHELF),
    Phase("swap", CHANGES, ("loose",), _committing, flags=(), lasting=False, commits=True),
    Phase("lock", CHANGES, ("lonely",), _locked_out, flags=()),
    Phase("child", ("command", *ALL), ("lonely",), _in_child, modes=("hang",), flags=("--no-cache", "-v"), by_uv=True),
)

NAMED: dict[str, Phase] = {phase.name: phase for phase in PHASES}


class Case(NamedTuple):
    phase: Phase
    way: str

    def __str__(self) -> str:
        return f"{self.way} in {self.phase.name}"


def cases(phases: tuple[Phase, ...] = PHASES) -> list[Case]:
    """One way of each phase after the other, then the next of each."""
    most = max(len(phase.ways) for phase in phases)
    return [Case(phase, phase.ways[at]) for at in range(most) for phase in phases if at < len(phase.ways)]
