"""A progress bar for terminals and notebooks, made with `rich`, which has to be installed for it.

from uvffi.progress import RichProgress

with RichProgress() as bar:
    env.install("rich", progress=bar)
"""

from __future__ import annotations

from ._event import Building, Built, Downloaded, Downloading, Event, Finished, Prepared, Progress, Resolved, Resolving

try:
    from rich.progress import BarColumn, DownloadColumn, SpinnerColumn, Task, TaskID, TextColumn
    from rich.progress import Progress as Display
    from rich.text import Text
except ImportError as error:
    # Others have one of their own, or none at all.
    raise ImportError(
        "uvffi's progress bar needs the package `rich`, which is not installed: `uvffi.run('pip install rich')`",
        name=error.name,
        path=error.path,
    ) from error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

__all__ = ["RichProgress"]


class _Received(DownloadColumn):
    """The bytes of a download; a build and a phase have none."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.fields.get("kind") == "download" else Text("")


class RichProgress:
    """A display of what a call does, to be given as its `progress`; any number of calls, one after the other.

    A context manager: entered it shows, left it is over. `console`: rich's (default: standard output); `transient`
    True takes the display away at the end.
    """

    def __init__(self, *, console: Console | None = None, transient: bool = False) -> None:
        self._display = Display(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            _Received(),
            console=console,
            transient=transient,
        )
        self._tasks: dict[tuple[str, int], TaskID] = {}
        self._main: TaskID | None = None
        self._entered = False

    def __enter__(self) -> RichProgress:
        self._display.start()
        self._entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered = False
        self._over()
        self._display.stop()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if not self._entered:
            # Only who leaves it again puts the terminal right.
            raise RuntimeError(
                "Use the display in a block: `with RichProgress() as bar: env.install(..., progress=bar)`"
            )
        if isinstance(event, Downloading):
            self._begin("download", event.id, event.name, event.size)
        elif isinstance(event, Progress):
            self._further(event.id, event.bytes)
        elif isinstance(event, Downloaded):
            self._end("download", event.id)
        elif isinstance(event, Building):
            self._begin("build", event.id, str(event), None)
        elif isinstance(event, Built):
            self._end("build", event.id, str(event))
        elif isinstance(event, (Resolving, Resolved, Prepared)):
            self._say(str(event))
        elif isinstance(event, Finished):
            self._over()

    def _begin(self, kind: str, id: int, what: str, size: int | None) -> None:
        self._tasks[kind, id] = self._display.add_task(what, total=size, kind=kind)

    def _further(self, id: int, count: int) -> None:
        task = self._tasks.get(("download", id))
        if task is not None:
            self._display.advance(task, count)

    def _end(self, kind: str, id: int, what: str | None = None) -> None:
        task = self._tasks.pop((kind, id), None)
        if task is not None:
            done = next((one.completed for one in self._display.tasks if one.id == task), 0)
            # A file that was in part in uv's cache is whole now.
            total = next((one.total for one in self._display.tasks if one.id == task), None)
            self._display.update(task, total=total or done or 1, completed=total or done or 1, description=what)

    def _say(self, text: str) -> None:
        if self._main is None:
            self._main = self._display.add_task(text, total=None)
        else:
            self._display.update(self._main, description=text)

    def _over(self) -> None:
        """The call is over: what it did not end is taken away, and the line that says what is going on."""
        for task in [*self._tasks.values(), *([] if self._main is None else [self._main])]:
            self._display.remove_task(task)
        self._tasks.clear()
        self._main = None
