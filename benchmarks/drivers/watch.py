"""A reader of `env.watch()`: `{"do": "watch", "environment": path}` starts it, `{"do": "watch", "seen": n}` waits.

The reply to the second comes when `n` changes were read in all, and has each of them since the last reply with the
moment at which the reader had it, on the clock that all processes of the machine share.
"""

from __future__ import annotations

import threading
import time
from types import ModuleType
from typing import Any

PATIENCE = 10.0  # seconds until changes count as unseen


class Reader:
    """A thread that notes each change when it comes."""

    def __init__(self, watch: Any) -> None:
        self._watch = watch
        self._news = threading.Condition()
        self._changes: list[dict[str, Any]] = []
        self._told = 0
        self._ended: str | None = None
        threading.Thread(target=self._read, daemon=True).start()

    def wait(self, count: int) -> list[dict[str, Any]]:
        """What came since the last call, once there were `count` in all."""
        with self._news:
            if not self._news.wait_for(lambda: self._ended or len(self._changes) >= count, PATIENCE):
                raise RuntimeError(f"{count - len(self._changes)} changes were not seen in {PATIENCE:.0f} s")
            if self._ended is not None:
                raise RuntimeError(f"the reader ended: {self._ended}")
            fresh = self._changes[self._told :]
            self._told = len(self._changes)
            return fresh

    def _read(self) -> None:
        try:
            for change in self._watch:
                now = time.monotonic_ns()
                with self._news:
                    self._changes.append({"name": change.name, "action": str(change.action), "ns": now})
                    self._news.notify_all()
            ended = "there were no more changes"
        except Exception as error:  # told to whoever waits
            ended = f"{type(error).__name__}: {error}"
        with self._news:
            self._ended = ended
            self._news.notify_all()


readers: list[Reader] = []


def answer(module: ModuleType, request: dict[str, Any]) -> dict[str, Any]:
    """Starts the reader, or waits for it."""
    if "environment" in request:
        readers.append(Reader(module.Environment(request["environment"]).watch()))
        return {"changes": []}
    return {"changes": readers[-1].wait(request["seen"])}
