"""A reader whose watcher stands still while more happens than it can be told of: afterwards nothing is missing."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any, Callable, Mapping

from tests.engine import readers

from . import compare
from .cold import ask as ask_cold
from .question import Question
from .storm import Queue, Storm
from .world import World, passing

Say = Callable[[str], None]
LISTED = Question((), "one", query=True)
READER = "overflow"
PATIENCE = 30.0
"""Seconds until the reader must have been told of everything."""

_gate = threading.Event()


def overflow(
    times: int, started_with: Mapping[str, str] | None = None, say: Say = lambda line: None, seed: int = 1
) -> list[str]:
    """So many overflows, by turns with the whole process stopped and with the watcher's thread alone; what was false.

    `started_with`: further variables of the warm process; `say` is given a line for each turn.
    """
    with passing("overflow", started_with) as world:
        return overflows(world, times, say, seed)


def overflows(world: World, times: int, say: Say = lambda line: None, seed: int = 1) -> list[str]:
    """The same in a world."""
    false: list[str] = []
    (root,) = world.one.roots()
    world.worker.call(readers.begin, names=[READER], environment=str(world.one.path))
    told = {name: version for name, version, _ in looked(world)}
    for turn in range(times):
        storm = Storm(root, world.aside, seed + turn)
        stop, go_on = WAYS[turn % len(WAYS)]
        with Queue(root) as queue:
            stop(world)
            try:
                made = storm.blow()
            finally:
                go_on(world)
            if not queue.overflowed():
                false.append(f"turn {turn}: after {made} changes the kernel's queue had room: this shows nothing")
        wrong = [*_compared(world), *_reader(world, told)]
        say(f"overflow {turn}: {made} changes, {len(storm.left())} of them left, {wrong or 'nothing false'}")
        false += [f"turn {turn}, seed {seed + turn}, {stop.__name__}: {line}" for line in wrong]
    ended = world.worker.call(readers.close, name=READER)
    return false if ended == "over" else [*false, f"the reader ended with {ended}"]


def looked(world: World) -> list[tuple[str, str, str | None]]:
    """What the warm process says is installed."""
    (answer,) = world.ask([LISTED.warm(world)])
    return compare.looked(answer)


def _compared(world: World) -> list[str]:
    """Where the packages that the engine tells of aren't those that uv finds."""
    # At once, before the watcher can have come to itself.
    (answer,) = world.ask([LISTED.warm(world)])
    (right,) = ask_cold([LISTED.cold(world)])
    return compare.differences(LISTED, answer, right)


def _reader(world: World, told: dict[str, str]) -> list[str]:
    """Whether what the reader was told of leads from the former picture to the present one."""
    (right,) = ask_cold([LISTED.cold(world)])
    expected = {name: version for name, version, _ in compare.packages(right)}
    deadline = time.monotonic() + PATIENCE
    while True:
        for change in world.worker.call(_heard):
            name, (before, after) = change["name"], change["versions"]
            if told.get(name) != before:
                return [f"a reader is told `{change['what']}`, but of {name} it had {told.get(name)}"]
            if after is None:
                del told[name]
            else:
                told[name] = after
        if told == expected:
            return []
        if time.monotonic() > deadline:
            return [f"what a reader was told of adds up to {sorted(told)}, and there is {sorted(expected)}"]
        time.sleep(0.05)


def _heard() -> list[dict[str, Any]]:
    """In the worker: what the reader was told since last time."""
    came = readers._readers[READER].came
    heard = came[:]
    del came[: len(heard)]
    return heard


def process_stopped(world: World) -> None:
    """With it the thread of watchfiles that empties the kernel's queue."""
    os.kill(world.worker.process.pid, signal.SIGSTOP)


def process_goes_on(world: World) -> None:
    os.kill(world.worker.process.pid, signal.SIGCONT)


def thread_stopped(world: World) -> None:
    """The watcher's own thread alone: the engine goes on."""
    world.worker.call(hold)


def thread_goes_on(world: World) -> None:
    """An answer before that takes nothing away from the reader."""
    looked(world)
    world.worker.call(let_go)


def hold() -> None:
    """In the worker: the watcher's thread stands still at its next turn, with the notifications it has."""
    from uvffi._watching.lookout import Lookout

    standing = threading.Event()
    _gate.clear()
    turn = Lookout.turn

    def held(self: Lookout, wishes: Any) -> None:
        standing.set()
        _gate.wait()
        Lookout.turn = turn  # type: ignore[method-assign]
        turn(self, wishes)

    Lookout.turn = held  # type: ignore[method-assign]
    assert standing.wait(10), "there is no watcher"


def let_go() -> None:
    _gate.set()


WAYS = ((process_stopped, process_goes_on), (thread_stopped, thread_goes_on))
