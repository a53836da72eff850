"""A swap is taken back."""

from __future__ import annotations

from benchmarks.cases.swap import Swap
from benchmarks.swapping import Ready, Step


class Undo(Swap):
    """`uvffi undo` after a swap that is not timed; the others, which have no undo, install the old versions again."""

    timed = slice(1, None, 2)

    def steps(self, ready: Ready) -> tuple[Step, Step]:
        """Out, and undone."""
        return ready.undoing()
