"""One try: a call, the watch over its phase, and what ends it, a signal or a deadline."""

from __future__ import annotations

import os
import signal
import threading
import time
from random import Random
from typing import NamedTuple

from . import host
from .host import Asked, Told
from .phases import Case, There
from .scene import Scene

PATIENCE = 20.0
"""Seconds in which a call comes into its phase, or never."""
STEP = 0.0005
STAY = 0.3
"""Seconds at most for which a call is left alone in a phase in which it would stay."""
FIRST = 1.0
"""Seconds in which a call is taken to come into a phase in which none was before."""


class Struck(NamedTuple):
    told: Told
    moment: float | None
    """Of the signal, or the deadline; None where the call was not in its phase then."""

    @property
    def seconds(self) -> float:
        """From there until the caller had its thread back."""
        assert self.moment is not None
        return self.told["at"] - self.moment


class _Watch(threading.Thread):
    """Sees when a call comes into its phase and when it leaves it; in it, sends the signal, if there is to be one."""

    def __init__(self, there: There, process: int, after: float | None) -> None:
        """`after`: so many seconds in the phase the signal comes, if one does."""
        super().__init__(daemon=True)
        self._there, self._process, self._after = there, process, after
        self.over = threading.Event()
        self.entered: float | None = None
        self.left: float | None = None
        self.sent: float | None = None

    def run(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._there():
            if self.over.is_set() or time.monotonic() > deadline:
                return
            time.sleep(STEP)
        self.entered = time.monotonic()
        while not self.over.is_set():
            if self._after is not None and time.monotonic() >= self.entered + self._after:
                if self._there():
                    self.sent = time.monotonic()
                    os.kill(self._process, signal.SIGINT)
                return
            if not self._there():
                self.left = time.monotonic()
                return
            time.sleep(STEP)


def signalled(scene: Scene, case: Case, dice: Random, progress: bool) -> Struck:
    """A call that gets SIGINT at some instant of its phase."""
    stay = scene.lasts.get(case.way, STAY)
    asked = case.phase.asked(scene, case.way, progress, None)
    told, watch = _play(scene, case, asked, dice.random() * stay)
    # One that came after the call's end is none.
    landed = watch.sent is not None and watch.sent <= told["at"]
    return Struck(told, watch.sent if landed else None)


def timed(scene: Scene, case: Case, dice: Random, progress: bool) -> Struck:
    """A call whose deadline is at some instant of its phase."""
    timeout = scene.reach.get(case.way, FIRST) * (1.3 if case.phase.lasting else 1.0)
    timeout += dice.random() * scene.lasts.get(case.way, STAY)
    asked = case.phase.asked(scene, case.way, progress, timeout)
    told, watch = _play(scene, case, asked, None)
    moment = told["began"] + timeout
    landed = watch.entered is not None and watch.entered <= moment and (watch.left is None or moment < watch.left)
    return Struck(told, moment if landed else None)


def undisturbed(scene: Scene, case: Case) -> Told:
    """A call that comes to its end: how long it takes to the phase and through it is known then."""
    told, watch = _play(scene, case, case.phase.asked(scene, case.way, False, None), None)
    if watch.entered is None:
        raise AssertionError(f"{case}: the call never was in the phase: {told}")
    scene.lasts[case.way] = (watch.left or told["at"]) - watch.entered
    return told


def _play(scene: Scene, case: Case, asked: Asked, after: float | None) -> tuple[Told, _Watch]:
    scene.begin()
    with case.phase.watch(scene) as there:
        watch = _Watch(there, scene.worker.process.pid, after)
        watch.start()
        try:
            told: Told = scene.worker.call(host.call, asked=asked)
        finally:
            watch.over.set()
            watch.join()
    if watch.entered is not None:
        scene.reach[case.way] = watch.entered - told["began"]
    return told, watch
