"""Other versions of what is installed, in one command."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.cases.base import MICROSECOND, MILLISECOND, Case, Row, Values
from benchmarks.lane import Lane
from benchmarks.swapping import NONE, PAUSE, SHORT, UNSHELVED, Ready, Step, Subject, has_shelf, prepare, swap

# Calls in one turn, to and fro; the end of a row's name, the pause before each call, how the row is called.
SPACED = {"uv": 2, "uv-ffi": 2, "uv-ffi-hardlink": 2, "uvffi": 4}
CLOSE = {"uv": 2, "uv-ffi": 2, "uv-ffi-hardlink": 4, "uvffi": 20}
KINDS = (("", SPACED, PAUSE, ""), ("-soon", SPACED, SHORT, ", after 3 ms"), ("-back", CLOSE, NONE, ", back to back"))


class Swap(Case):
    """Two sets of versions in turn, with a pause before each call, and back to back.

    Each subject has a process of its own, and all have their turn in each round: so what differs is the subject.
    """

    warmups = 2
    timed = slice(None)  # which of the calls are

    def __init__(
        self,
        name: str,
        title: str,
        subjects: Sequence[Subject],
        rounds: int = 15,
        pauses: Sequence[float] = (PAUSE, NONE),
    ) -> None:
        """`title`: of the rows, before what each subject calls itself. `pauses`: which of the kinds."""
        self.name, self.subjects, self.rounds = name, subjects, rounds
        self.variables: dict[str, str] = {}
        self._kinds = [kind for kind in KINDS if kind[2] in pauses]
        self._stem = name.partition("-")[0]
        self.rows = tuple(
            Row(f"{self._stem}-{subject.name}{end}", f"{title} {subject.title}{told}", subject.unit)
            for subject in subjects
            for end, _, _, told in self._kinds
        )
        self._ready: dict[str, list[tuple[Subject, Ready]]] = {}

    def enter(self, lane: Lane) -> None:
        """An environment and a process for each subject."""
        ready = self._ready[lane.contender.name] = []
        for subject in self.subjects:
            ready.append((subject, prepare(lane.beside(subject.name, self.variables), subject)))

    def steps(self, ready: Ready) -> tuple[Step, Step]:
        """What is called in turn."""
        return ready.steps

    def round(self, lane: Lane, number: int) -> Values:
        """A turn of each kind for each subject."""
        values: dict[str, list[float]] = {}
        for subject, ready in self._ready[lane.contender.name]:
            unit = MICROSECOND if subject.unit == "us" else MILLISECOND
            for end, calls, pause, _ in self._kinds:
                elapsed = swap(ready, self.steps(ready), calls[lane.contender.name], pause)[self.timed]
                values[f"{self._stem}-{subject.name}{end}"] = [ns / unit for ns in elapsed]
            ready.environment.must_have({name: ready.base[name] for name in ready.names})
        return values

    def leave(self, lane: Lane) -> str | None:
        """After hundreds of swaps the trees are still what RECORD says, and what was not swapped is untouched."""
        note = None
        for _, ready in self._ready[lane.contender.name]:
            ready.must_be_base()
            if lane.contender.name == "uvffi" and not has_shelf(ready.environment):
                note = UNSHELVED
        return note
