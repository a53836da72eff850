"""A million calls in one process, which is no larger afterwards.

1. Three kinds: installs with nothing to do, from memory; swaps of a package between two versions, from the Shelf; and
   resolves that fail, each of them one that was never asked for.
2. A tenth of each comes first. What an engine has to have by then it has; from there on the growth counts.
3. How memory is looked at, so that only what is in use counts, is said in `size`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from . import size
from .figures import Figures, Say, silent
from .forking import from_memory
from .ground import Ground
from .size import Size

GROWTH = 5 << 20
CONNECTIONS = 4
"""So many more may be kept: one for each answer that is waited for at the same time."""
PARTS = 10
"""A kind is done in so many parts, with a line about each."""
MB = 1 << 20


FAILING = (
    "no-such-thing-{number}",
    "alpha>=3.{number}",
    "left right lonely<2.{number}",
    "needs-missing lonely<2.{number}",
)


class Counts(NamedTuple):
    """How many calls of each kind."""

    noops: int = 1_000_000
    swaps: int = 10_000
    failures: int = 1_000


class Steady:
    """One process and its calls; `wrong` is what they came to so far."""

    def __init__(self, ground: Ground, say: Say = silent) -> None:
        self.venv = ground.venv("steady", "alpha==1.0")
        self.worker = ground.worker()
        self.say = say
        self.wrong: list[str] = []
        self._done = {"noops": 0, "swaps": 0, "failures": 0}

    def play(self, kind: str, count: int) -> None:
        """So many calls of a kind."""
        work = {"noops": noops, "swaps": swaps, "failures": failures}[kind]
        # The slowest machine that this is made for needs no more for any of them.
        timeout = 60 + count * {"noops": 0.002, "swaps": 0.2, "failures": 0.5}[kind]
        told = self.worker.call(work, timeout, venv=str(self.venv), count=count, first=self._done[kind])
        self._done[kind] += count
        self.wrong += [f"{kind}: {line}" for line in told]

    def measured(self, like: Size | None = None, rest: float = size.REST) -> Size:
        """Its size at rest, after a last call that is always the same."""
        # What it holds open for remembered answers it gives back together.
        self.play("noops", 3)
        found: Size = self.worker.call(size.size, like=like, rest=rest)
        return found

    def close(self) -> None:
        printed = self.worker.printed()
        self.worker.close()
        if printed:
            self.wrong.append(f"something was printed: {printed}")


def steady(ground: Ground, counts: Counts, say: Say = silent, rest: float = size.REST) -> Figures:
    """So many calls, after a tenth of each, and what they came to. `rest`: seconds before each look at the size."""
    work = Steady(ground, say)
    try:
        for kind, count in counts._asdict().items():
            work.play(kind, max(2, count // PARTS))
        sizes = [work.measured(rest=rest)]
        for kind, count in counts._asdict().items():
            for at in range(PARTS):
                work.play(kind, count * (at + 1) // PARTS - count * at // PARTS)
                say(f"{count * (at + 1) // PARTS:,} {kind}: {_spell(work.worker.call(size.size, rest=0))}")
            sizes.append(work.measured(sizes[0], rest))
    finally:
        work.close()
    work.wrong += grown(sizes[0], sizes[-1])
    each = ", ".join(
        f"{count:,} {kind} {(after['resident'] - before['resident']) / MB:+.1f} MB"
        for (kind, count), before, after in zip(counts._asdict().items(), sizes, sizes[1:])
    )
    return Figures(f"{each}; {_spell(sizes[0])} at first, {_spell(sizes[-1])} at last", work.wrong)


def grown(before: Size, after: Size) -> list[str]:
    """What has become more than it may."""
    more = after["resident"] - before["resident"]
    wrong = [f"{more / MB:.1f} MB more are resident, {GROWTH / MB:g} may be"] if more >= GROWTH else []
    for name, margin in (("threads", 0), ("descriptors", 0), ("connections", CONNECTIONS)):
        # The names are those of Size.
        now, then = after[name], before[name]  # type: ignore[literal-required]
        if now > then + margin:
            wrong.append(f"there are {now} {name}, there were {then}")
    return wrong


def _spell(found: Size) -> str:
    counts = f"{found['threads']} threads, {found['descriptors']} descriptors, {found['connections']} connections"
    return f"{found['resident'] / MB:.1f} MB, {counts}"


def noops(venv: str, count: int, first: int) -> list[str]:
    """In the worker: installs with nothing to do; what was wrong with them."""
    import uvffi

    command = f"pip install --python {venv} alpha==1.0"
    before = from_memory()
    wrong = 0
    for _ in range(count):
        code, installed, removed = uvffi.run(command)
        wrong += code != 0 or bool(installed) or bool(removed)
    remembered = from_memory() - before
    told = [f"{wrong} of {count} were wrong"] if wrong else []
    # Those at the very beginning are computed, and those while what was written last is too young to be trusted.
    if count - remembered > max(10, count // 100):
        told.append(f"only {remembered} of {count} were remembered: this shows nothing")
    return told


def swaps(venv: str, count: int, first: int) -> list[str]:
    """In the worker: one version in the place of the other, by turns; what was wrong."""
    import uvffi

    told: list[str] = []
    for number in range(first, first + count):
        version = f"{1 + number % 2}.0"
        result = uvffi.run(f"pip install --python {venv} rich-like=={version}")
        did = [(one.name, one.version) for one in result.installed]
        if (result.exit_code, did, result.route) != (0, [("rich-like", version)], "resident"):
            told.append(f"swap {number}: {result.answer}")
    return told[:3]


def failures(venv: str, count: int, first: int) -> list[str]:
    """In the worker: resolves that fail, none of them ever asked for before; what was wrong."""
    import uvffi

    told: list[str] = []
    for number in range(first, first + count):
        wanted = FAILING[number % len(FAILING)].format(number=number)
        result: Any = uvffi.run(f"pip install --python {venv} {wanted}")
        if (result.exit_code, result.route) != (1, "resident") or "No solution found" not in result.stderr:
            told.append(f"failure {number}: {result.answer}")
    return told[:3]
