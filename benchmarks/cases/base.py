"""What a case is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Mapping, Union

from benchmarks.contenders import Contender
from benchmarks.lane import Lane

MILLISECOND = 1e6
MICROSECOND = 1e3
MEGABYTE = 1e6

Values = Mapping[str, Union[float, List[float]]]  # by row name; a list where one round has many samples


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    title: str
    unit: str = "ms"  # or "us", "MB", "" for a number of things


class Case:
    """Something every contender does in turn, round after round; each round returns one value a row, or many.

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

    def round(self, lane: Lane, number: int) -> Values:
        """Does it once; returns values by row name."""
        raise NotImplementedError

    def leave(self, lane: Lane) -> str | None:
        """A last look, untimed, when all rounds are over; a text becomes a note beside the lane's figures."""
        return None
