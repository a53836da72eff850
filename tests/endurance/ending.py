"""A program that ends while calls are under way: `python -m tests.endurance.ending '<how, as JSON>'`.

1. It begins its calls, and waits for a line on its standard input: whoever started it sees when the index was asked.
2. It ends, in one of the `WAYS`, with the exit code that it was told.
3. On standard output it says that it waits, and then the moment at which its main thread has nothing more to do, as
   the clock of all processes has it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from typing import Any, Callable, NoReturn, Sequence

import uvffi

kept: list[Any] = []
"""What isn't dropped before the interpreter itself is."""

WAITING = b"waiting\n"

Work = Callable[[], object]


def leave(code: int) -> NoReturn:
    """Say when, and end."""
    os.write(1, repr(time.monotonic()).encode())
    sys.exit(code)


def told_to() -> None:
    """Say that all is begun, and wait for the line."""
    os.write(1, WAITING)
    os.read(0, 1)


def stand() -> None:
    """Do nothing more."""
    threading.Event().wait()


def beside(works: Sequence[Work]) -> None:
    """Each in a daemon thread, over and over."""

    def again(work: Work) -> None:
        while True:
            work()

    for work in works:
        threading.Thread(target=again, args=(work,), daemon=True).start()


def daemons(commands: list[str], code: int) -> None:
    """Threads in `uvffi.run` that nobody waits for."""
    beside([lambda command=command: uvffi.run(command) for command in commands])  # type: ignore[misc]
    told_to()
    leave(code)


def begun(commands: list[str], code: int) -> None:
    """Calls of `uvffi.start` that nobody waits for."""
    kept.extend(uvffi.start(command) for command in commands)
    told_to()
    leave(code)


def followed(commands: list[str], code: int) -> None:
    """The same, with threads that follow their events."""
    kept.extend(uvffi.start(command) for command in commands)

    def follow(call: uvffi.Call) -> None:
        for _ in call:
            pass
        stand()

    beside([lambda call=call: follow(call) for call in kept])  # type: ignore[misc]
    told_to()
    leave(code)


def signalled(commands: list[str], code: int) -> None:
    """Another thread has the main one called out of its call, by a handler that ends the process."""
    signal.signal(signal.SIGTERM, lambda number, frame: leave(code))

    def call_out() -> None:
        told_to()
        os.kill(os.getpid(), signal.SIGTERM)
        stand()

    beside([call_out])
    for command in commands:
        uvffi.run(command)


def reporting(commands: list[str], code: int) -> None:
    """The callable that is told of progress ends the process."""

    def report(event: object) -> None:
        told_to()
        leave(code)

    for command in commands:
        uvffi.run(command, progress=report)


def awaited(commands: list[str], code: int) -> None:
    """A loop of asyncio that is left with tasks in it."""

    async def main() -> None:
        kept.extend(asyncio.ensure_future(uvffi.aio.run(command)) for command in commands)
        await asyncio.get_running_loop().run_in_executor(None, told_to)
        leave(code)

    asyncio.run(main())


def watching(commands: list[str], code: int) -> None:
    """Threads that follow what changes in an environment, and the watcher's own. In place of commands: which ones."""
    beside([lambda place=place: list(uvffi.Environment(place).watch()) for place in commands])  # type: ignore[misc]
    told_to()
    leave(code)


WAYS = {way.__name__: way for way in (daemons, begun, followed, signalled, reporting, awaited, watching)}

if __name__ == "__main__":
    how = json.loads(sys.argv[1])
    WAYS[how["way"]](how["commands"], how["code"])
    raise AssertionError("it did not end")
