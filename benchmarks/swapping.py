"""Environments in which some distributions change their version in one command, to and fro."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.environments import Environment
from benchmarks.failed import Failed
from benchmarks.fillers import fill
from benchmarks.lane import Lane, requirements
from benchmarks.places import pins

# Seconds before a call. PAUSE: what uvffi does after an answer is over, and the disk has settled by its rule of 20 ms.
PAUSE, SHORT, NONE = 0.025, 0.003, 0.0
UNSHELVED = "nothing is on the Shelf: each swap was staged from uv's cache"


@dataclass(frozen=True)
class Subject:
    """What is swapped: the distributions of `sets/OTHER.txt` in an environment of `sets/BASE.txt`."""

    name: str
    title: str
    base: str
    other: str
    size: int | None = None  # distributions in all, generated ones among them
    unit: str = "ms"  # of its rows


SIZES = (10, 200, 2000)
RICH = tuple(Subject(f"{size}", f"of rich, {size:,} dists", "rich", "rich-other", size, "us") for size in SIZES)
NUMPY = Subject("numpy", "of numpy", "numpy", "numpy-other")
LOCK = Subject("lock", "of 20 locked packages", "twenty", "twenty-other")


@dataclass(frozen=True)
class Step:
    """One command, and the dist-info directories that are there and gone after it."""

    words: list[str]
    there: list[str]
    gone: list[str]


@dataclass(frozen=True)
class Ready:
    """An environment at the base versions, and the steps to the other versions and back."""

    lane: Lane
    environment: Environment
    names: list[str]  # of what is swapped
    base: dict[str, str]
    steps: tuple[Step, Step]

    def undoing(self) -> tuple[Step, Step]:
        """To the other versions, and `uvffi undo`; who has no undo installs the base versions again."""
        out, back = self.steps
        if self.lane.contender.name != "uvffi":
            return self.steps
        words = ["uvffi", "undo", "--python", str(self.environment.python)]
        return out, Step(words, back.there, back.gone)

    def must_be_base(self) -> None:
        """Everything of the base set is there, and the bytes of what was swapped are those of its RECORD."""
        self.environment.must_have(dict(self.base))
        for name in self.names:
            self.environment.must_be_whole(name)


def prepare(lane: Lane, subject: Subject) -> Ready:
    """A new environment; both versions of everything are unpacked in the cache, and were seen whole."""
    base, other = pins(subject.base), pins(subject.other)
    environment = lane.environment(subject.name)
    if subject.size is not None:
        fill(environment.site, subject.size - len(base))
    lane.run(lane.install(environment, requirements(base)))
    environment.must_have(dict(base))
    if subject.size is not None and len(environment.installed()) != subject.size:
        raise RuntimeError(f"{len(environment.installed())} distributions where {subject.size} should be")
    commands, stands = [], []
    for versions in (other, {name: base[name] for name in other}):
        words = lane.install(environment, requirements(versions))
        lane.run(words)
        environment.must_have(dict(versions))
        for name in versions:
            environment.must_be_whole(name)
        commands.append(words)
        stands.append([str(environment.dist_info(name)) for name in versions])
    steps = (Step(commands[0], stands[0], stands[1]), Step(commands[1], stands[1], stands[0]))
    return Ready(lane, environment, list(other), base, steps)


def swap(ready: Ready, steps: Sequence[Step], count: int, pause: float, shelved: bool = True) -> list[float]:
    """The nanoseconds of `count` calls (an even number), beginning and ending at the base versions.

    Raises `Failed` when uvffi did not bring the trees of the base versions back from the Shelf, where it keeps any; or,
    unless they are to be `shelved`, when it did not link them anew.
    """
    lane = ready.lane
    if lane.contender.kind == "process":
        return [spawned(lane, steps[number % 2], pause) for number in range(count)]
    fields = [{"words": step.words, "there": step.there, "gone": step.gone} for step in steps]
    kept = trees(ready)
    reply = lane.do("swap", steps=fields, count=count, pause=pause)
    if lane.contender.name == "uvffi":
        if reply["routes"] != ["resident"]:
            raise Failed(f"swaps went the {' and the '.join(reply['routes'])} way, not the resident one")
        strangers = [name for name, tree in trees(ready).items() if tree != kept[name]]
        if shelved and strangers and has_shelf(ready.environment):
            raise Failed(f"not from the Shelf: {', '.join(strangers)}")
        if not shelved and len(strangers) < len(kept):
            raise Failed("trees came back although the Shelf is off")
    return list(reply["ns"])


def spawned(lane: Lane, step: Step, pause: float) -> float:
    """The nanoseconds of one process; the disk is looked at as the driver of the others does."""
    time.sleep(pause)
    elapsed = lane.run(step.words).ns
    missing = [path for path in step.there if not os.path.isdir(path)]
    left = [path for path in step.gone if os.path.lexists(path)]
    if missing or left:
        raise Failed(f"on disk after a swap: {len(missing)} dist-infos missing, {len(left)} left over")
    return elapsed


def has_shelf(environment: Environment) -> bool:
    """Whether any tree is on an environment's Shelf."""
    folder = environment.python.parent.parent / ".uvffi" / "shelf"
    return folder.is_dir() and any(entry.is_dir() for entry in folder.iterdir())


def trees(ready: Ready) -> dict[str, tuple[int, int]]:
    """By name of what is swapped: one file deep inside its tree.

    Renames of the directories above leave inode and ctime alone; linking, copying or cloning the file anew does not.
    """
    found: dict[str, tuple[int, int]] = {}
    site = ready.environment.site
    for name in ready.names:
        with (ready.environment.dist_info(name) / "RECORD").open(newline="") as file:
            paths = [row[0] for row in csv.reader(file) if row]
        inside = (path for path in paths if "/" in path and ".." not in path and ".dist-info/" not in path)
        status = os.stat(site / min(inside))
        found[name] = status.st_ino, status.st_ctime_ns
    return found
