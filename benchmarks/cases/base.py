"""What a case is."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.contenders import Contender
from benchmarks.lane import Lane

MILLISECOND = 1e6
MEGABYTE = 1e6


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    title: str
    unit: str = "ms"


class Case:
    """Something every contender does in turn, round after round; each round returns one value a row.

    A round raises `Failed` when the contender did not really do it: what is on disk is looked at after each command,
    outside of the timed part.
    """

    name: str
    rows: tuple[Row, ...]
    rounds = 200
    quick_rounds = 4
    warmups = 4  # even, so that swaps end where they began

    def takes(self, contender: Contender) -> bool:
        """Whether the case means something for a contender."""
        return True

    def enter(self, lane: Lane) -> None:
        """Prepares a lane, untimed."""

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """Does it once; returns values by row name."""
        raise NotImplementedError

    def leave(self, lane: Lane) -> None:
        """A last look, untimed, when all rounds are over."""
