"""What eight threads of the warm process do at once, each in an order of its own; each judges its own answers."""

from __future__ import annotations

import faulthandler
import tempfile
import threading
import time
from collections import Counter
from random import Random
from typing import Any, Callable
from typing import Counter as CounterOf

THREADS = 8
PATIENCE = 30.0
"""Seconds after the end in which every thread must be back."""
MOST = 20
"""So many false answers are enough to be told of."""

STILL = (("pip install", "stone-1"), ("pip install", "leaf twig stone-2"), ("pip uninstall", "absent"))
"""What nobody touches: there is nothing to do, each time."""
SWAPPED = "bark"
"""What the threads themselves put from one version to the other."""
TOUCHED = ("moss", "stone-3")
"""What another process takes away and puts back."""

_running: dict[str, Any] = {}


def begin(seconds: float, environments: list[str], seed: int) -> None:
    """In the worker: starts the threads, after each environment was asked for once, with the watcher on."""
    import uvffi

    uvffi.start_watching()
    packages = {one: _pictured(uvffi.Environment(one).packages) for one in environments}
    end = time.monotonic() + seconds
    mixers = [Mixer(seed * THREADS + at, packages, end) for at in range(THREADS)]
    _running.update(mixers=mixers, end=end)
    for mixer in mixers:
        mixer.start()


def outcome() -> dict[str, Any]:
    """In the worker: what was false, how often what was done, and the stacks of all threads if one didn't come back."""
    mixers = _running["mixers"]
    for mixer in mixers:
        mixer.join(max(_running["end"] + PATIENCE - time.monotonic(), 0.1))
    stuck = ""
    if any(mixer.is_alive() for mixer in mixers):
        with tempfile.TemporaryFile() as stacks:
            faulthandler.dump_traceback(stacks)
            stacks.seek(0)
            stuck = stacks.read().decode()
    done: CounterOf[str] = Counter()
    for mixer in mixers:
        done += mixer.done
    return {"false": [line for mixer in mixers for line in mixer.false], "done": done, "stuck": stuck}


def _pictured(packages: Any) -> dict[str, str]:
    return {name: package.version for name, package in packages.items()}


class Mixer(threading.Thread):
    """One thread. `packages`: what each environment has before anything moves."""

    def __init__(self, seed: int, packages: dict[str, dict[str, str]], end: float) -> None:
        super().__init__(name=f"mixer-{seed}", daemon=True)
        self.rng = Random(seed)
        self.packages = packages
        self.end = end
        self.done: CounterOf[str] = Counter()
        self.false: list[str] = []

    def run(self) -> None:
        works: list[tuple[Callable[[str], None], float]] = [
            (self.still, 40),
            (self.plan, 8),
            (self.swap, 3),
            (self.listing, 15),
            (self.patch, 10),
            (self.invalidate, 1),
            (self.status, 5),
        ]
        while time.monotonic() < self.end and len(self.false) < MOST:
            ((work, _),) = self.rng.choices(works, [weight for _, weight in works])
            self.done[work.__name__] += 1
            try:
                work(self.rng.choice(list(self.packages)))
            except BaseException as error:
                self.wrong(f"{work.__name__} raised {error!r}")

    def wrong(self, what: str) -> None:
        self.false.append(f"{self.name}: {what}")

    def asked(self, command: str, may_change: tuple[str, ...]) -> list[Any]:
        import uvffi

        answer = uvffi.run(command).answer
        changed = {change["name"] for change in answer["changes"]}
        if answer["exit_code"] != 0 or answer["route"] != "resident" or not changed <= set(may_change):
            self.wrong(f"`{command}`: {answer}")
        changes: list[Any] = answer["changes"]
        return changes

    def still(self, environment: str) -> None:
        command, words = self.rng.choice(STILL)
        self.asked(f"{command} --python {environment} {words}", ())

    def plan(self, environment: str) -> None:
        """Of what is there at one moment and not at another."""
        name = self.rng.choice(TOUCHED)
        for change in self.asked(f"pip install --dry-run --python {environment} {name}==1.0", (name,)):
            if (change["previous_version"], change["version"]) != (None, "1.0"):
                self.wrong(f"{name} is 1.0 or not there: {change}")

    def swap(self, environment: str) -> None:
        version = self.rng.choice(("1.0", "2.0"))
        for change in self.asked(f"pip install --python {environment} {SWAPPED}=={version}", (SWAPPED,)):
            if change["version"] != version or change["previous_version"] in (None, version):
                self.wrong(f"{SWAPPED} goes from one version to the other, to {version}: {change}")

    def listing(self, environment: str) -> None:
        import uvffi

        found = _pictured(uvffi.Environment(environment).packages)
        expected = dict(self.packages[environment])
        for name in (SWAPPED, *TOUCHED):
            version, before = found.pop(name, None), expected.pop(name, None)
            # In the midst of a swap there is none.
            if version is not None and version != before and name in TOUCHED:
                self.wrong(f"{name} is {version}")
            if name == SWAPPED and version not in (None, "1.0", "2.0"):
                self.wrong(f"{name} is {version}")
        if found != expected:
            self.wrong(f"packages of {environment}: {found} and not {expected}")

    def patch(self, environment: str) -> None:
        """True or not: it only makes the engine look."""
        import uvffi

        names = self.rng.sample([*self.packages[environment], "absent"], 2)
        told = uvffi.patch(names[:1], names[1:])
        if list(told) != sorted(names):
            self.wrong(f"patch of {names} marked {told}")

    def invalidate(self, environment: str) -> None:
        import uvffi

        uvffi.invalidate()

    def status(self, environment: str) -> None:
        import uvffi

        told = uvffi.status()
        if told["child_only"] is not None or told["watcher"]["state"] not in ("watching", "off"):
            self.wrong(f"status: {told}")
