"""What the engine does in a call and how long it takes, in a file or as records of `logging`.

1. The engine keeps what it tells until it is drained by a query; it calls nobody. While no `Trace` wants it for
   `logging`, nothing is kept.
2. While one does, `_wait.tap` is set: whoever waits for a call drains after each slice of 20 ms and at the call's end,
   in its own thread. What is done after an answer comes with the next call, or when the `Trace` is closed.
3. The file is written by the engine alone.
"""

from __future__ import annotations

import atexit
import logging
import os
from _thread import allocate_lock

from . import _wait
from ._ask import ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

LEVELS = {"ERROR": logging.ERROR, "WARN": logging.WARNING, "INFO": logging.INFO}
BATCH = 1000

_lock = allocate_lock()
_open: list[Trace] = []  # those that log


def trace(path: str | os.PathLike[str] | None = None, *, log: bool | None = None, filter: str | None = None) -> Trace:
    """Tell from now on what calls do and how long it takes, until the `Trace` is closed: `with uvffi.trace(): ...`.

    Without `path`, or with `log=True`, each phase of a call is a record of Python's `logging` once it is over: of level
    DEBUG, by the logger `uvffi.` and its name (`uvffi.call`, `uvffi.resolve`, `uvffi.commit`); those of uv's own crates
    by the logger of the crate (`uvffi.uv_client`), uv's warnings of level WARNING. `record.uvffi` is a dict: `name`,
    `duration` and `start` in seconds, `ended` in seconds since 1970, `call` (a number, None where it is not known),
    `fields`, `target`, `thread`, `thread_name`, `process`.

    With `path` the engine writes it to that file: a Chrome trace if the name ends in `.json`, for Perfetto and
    chrome://tracing, else lines. Any number of processes may write to one file; what is in it stays.

    `filter`: what is told, as `RUST_LOG` has it, else `UVFFI_TRACE_FILTER`, else `uvffi=debug,uv=info`.
    `UVFFI_TRACE` is for a file from a process's first call on. Passwords in URLs, and variables, are never told.

    There is one file at a time: a later `trace` with a `path` takes over, from `UVFFI_TRACE` too, until it is closed.
    So with the filter: `log=False` with a `filter` alone changes what is told to the file of another.

    Raises `TraceError` (an `OSError`) for a file that can't be written, `RequestError` for what is no filter and for
    `log=False` with neither `path` nor `filter`, `TypeError` for a `log` that is no bool (a logger, say).
    """
    if log is not None and not isinstance(log, bool):
        raise TypeError(
            f"log must be True, False or None, not {type(log).__name__}: records go to the logger `uvffi` and those"
            " below it"
        )
    if path is None and log is False and filter is None:
        from .errors import RequestError

        raise RequestError(
            "`log=False` without a `path` would tell nothing",
            code="bad-request",
            hints=["Give a `path`, or a `filter` for the file of another trace, or no `log`"],
        )
    return Trace(path, log=path is None if log is None else log, filter=filter)


class Trace:
    """What `uvffi.trace` began: a context manager. `close` ends it, and may be called twice."""

    def __init__(self, path: str | os.PathLike[str] | None, *, log: bool, filter: str | None) -> None:
        """See `uvffi.trace`."""
        self.path = None if path is None else os.path.abspath(os.fspath(path))
        """The file, absolute, or None."""
        self.log = log
        """Whether it goes to `logging`."""
        self._closed = False
        asked: dict[str, Any] = {"query": "trace"}
        before = ask(asked)
        self._before = {"file": before["file"] or ""} if path is not None else {}
        if path is not None:
            asked["file"] = self.path
        if filter is not None:
            asked["filter"], self._before["filter"] = filter, before["filter"]
        if log:
            asked["records"] = True
        with _lock:
            ask(asked)
            if log:
                if not _open:
                    atexit.register(deliver)
                _open.append(self)
                _wait.tap = deliver

    def close(self) -> None:
        """End it: what was told by now is in the file, or in `logging`. An earlier one has its file again."""
        with _lock:
            if self._closed:
                return
            self._closed = True
            if self in _open:
                _open.remove(self)
            last = self.log and not _open
            if last:
                _wait.tap = None
                atexit.unregister(deliver)
        if self.log:
            deliver()
        ended: dict[str, Any] = {"query": "trace", **self._before}
        if last:
            ended["records"] = False
        ask(ended)

    def __enter__(self) -> Trace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        to = [f"path={self.path!r}"] if self.path else []
        return f"Trace({', '.join([*to, f'log={self.log}'])}{', closed' if self._closed else ''})"


def deliver() -> None:
    """Give what was told since the last time to `logging`."""
    while True:
        told = ask({"query": "spans", "most": BATCH})
        if told["lost"]:
            logging.getLogger("uvffi").warning("%d spans were lost: too many for what was drained", told["lost"])
        for span in told["spans"]:
            _record(span)
        if len(told["spans"]) < BATCH:
            return


def _record(span: dict[str, Any]) -> None:
    crate: str = span["target"].partition("::")[0]
    event: bool = span.pop("event")
    name = (
        f"uvffi.{span['name']}" if crate == "uvffi" and not event else "uvffi" if crate == "uvffi" else f"uvffi.{crate}"
    )
    logger = logging.getLogger(name)
    level = LEVELS.get(span.pop("level"), logging.DEBUG) if event else logging.DEBUG
    if not logger.isEnabledFor(level):
        return
    text: str = span.pop("message")
    if not event:
        text = f"{span['name']} {span['duration'] * 1000:.3f} ms"
    if span["call"] is not None:
        text += f" call={span['call']}"
    text += "".join([f" {key}={value}" for key, value in span["fields"].items()])
    record = logger.makeRecord(name, level, "uvffi", 0, text, (), None, span["name"], {"uvffi": span})
    # It is of the moment and the thread in which it was over, not of those in which it is told.
    record.relativeCreated += (span["ended"] - record.created) * 1000
    record.created, record.msecs = span["ended"], span["ended"] * 1000 % 1000
    record.thread, record.threadName, record.process = span["thread"], span["thread_name"], span["process"]
    logger.handle(record)
