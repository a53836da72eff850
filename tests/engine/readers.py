"""What the tests of watching call inside a worker: readers in threads, and looks at the watcher."""

from __future__ import annotations

import ctypes
import threading
import time
from typing import Any

_readers: dict[str, Reader] = {}


class Reader(threading.Thread):
    """Reads one watch to its end and notes each change with the moment it came, on the clock of all processes."""

    def __init__(self, environment: str, options: dict[str, Any]) -> None:
        import uvffi

        super().__init__(daemon=True)
        self.watch = uvffi.Environment(environment).watch(**options)
        self.came: list[dict[str, Any]] = []
        self.ended: str | None = None
        self._news = threading.Condition()

    def run(self) -> None:
        try:
            for change in self.watch:
                with self._news:
                    self.came.append({**shown(change), "at": time.monotonic()})
                    self._news.notify_all()
            ended = "over"
        except BaseException as error:
            ended = repr(error)
        with self._news:
            self.ended = ended
            self._news.notify_all()

    def wait(self, count: int, seconds: float) -> list[dict[str, Any]]:
        with self._news:
            self._news.wait_for(lambda: len(self.came) >= count or self.ended is not None, seconds)
            return list(self.came)


def shown(change: Any) -> dict[str, Any]:
    """A change as the tests compare it."""
    return {
        "what": str(change),
        "name": change.name,
        "versions": [change.previous_version, change.version],
        "by": change.by,
        "site_packages": change.site_packages,
    }


def begin(names: list[str], environment: str, options: dict[str, Any] | None = None) -> None:
    """Starts readers; when this returns, all of them are watching."""
    for name in names:
        _readers[name] = Reader(environment, options or {})
        _readers[name].start()


def told(name: str, count: int, seconds: float = 10) -> list[dict[str, Any]]:
    """What a reader has heard, as soon as that are so many changes; after `seconds` whatever it is."""
    return _readers[name].wait(count, seconds)


def quiet(name: str, seconds: float = 1.5) -> list[dict[str, Any]]:
    """What a reader has heard after some time in which nothing more should come."""
    time.sleep(seconds)
    return list(_readers[name].came)


def close(name: str) -> str | None:
    """Closes a reader's watch; how its thread ended, None if it didn't within two seconds."""
    reader = _readers.pop(name)
    reader.watch.close()
    reader.join(2)
    return reader.ended


def ended(name: str, seconds: float = 10) -> str | None:
    """How a reader's thread ended by itself; None while it reads."""
    reader = _readers[name]
    reader.join(seconds)
    return reader.ended


def start(settings: dict[str, Any] | None = None) -> None:
    import uvffi

    uvffi.start_watching(**settings or {})


def stop() -> None:
    import uvffi

    uvffi.stop_watching()


def threads() -> int:
    """How many threads watch."""
    return sum(thread.name == "uvffi-watcher" for thread in threading.enumerate())


def versions(environment: str) -> dict[str, str]:
    """What the engine says is installed; it knows the environment from then on."""
    import uvffi

    return {name: package.version for name, package in uvffi.Environment(environment).packages.items()}


def watcher() -> dict[str, Any]:
    import uvffi

    state: dict[str, Any] = uvffi.status()["watcher"]
    return state


def watcher_in(state: str, seconds: float = 5) -> dict[str, Any]:
    """The watcher's state as soon as it is this one; after `seconds` whatever it is."""
    deadline = time.monotonic() + seconds
    while True:
        found = watcher()
        if found["state"] == state or time.monotonic() >= deadline:
            return found
        time.sleep(0.01)


def epoch() -> int:
    import uvffi

    number: int = uvffi.status()["epoch"]
    return number


def kill() -> int:
    """Ends the watcher's thread from outside; how many there were."""
    found = [thread for thread in threading.enumerate() if thread.name == "uvffi-watcher"]
    for thread in found:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))
    return len(found)
