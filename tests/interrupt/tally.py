"""What tries came to: seconds by phase, and what was wrong."""

from __future__ import annotations

from collections import defaultdict

from tests.endurance.figures import part, spell

PROMISED = 0.1
"""Seconds from the signal, or the deadline, until the caller has its thread back; a commit is finished first."""
SHARE = 0.99
"""Of the tries, in which that is kept."""


class Tally:
    def __init__(self, ending: str) -> None:
        """`ending`: what ended the calls."""
        self.ending = ending
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.commits: list[float] = []
        self.rests: dict[str, list[float]] = defaultdict(list)
        """Seconds until nothing of a call was left."""
        self.overtaken = 0
        """Tries in which the commit began before the call had heard of it."""
        self.missed = 0
        """Calls that were not in their phase at the instant that was drawn: these are no tries."""
        self.wrong: list[str] = []

    @property
    def tries(self) -> int:
        return len(self.commits) + sum(map(len, self.seconds.values()))

    @property
    def all_seconds(self) -> list[float]:
        """Of all tries but those that had to finish a commit."""
        return [one for phase in self.seconds.values() for one in phase]

    def late(self, promised: float = PROMISED) -> list[str]:
        """What is wrong of the times as a whole."""
        high = part(self.all_seconds, SHARE)
        if high <= promised:
            return []
        return [f"{self.ending}: p99 is {1000 * high:.1f} ms, promised are {1000 * promised:g} ms"]

    def lines(self) -> list[str]:
        """The figures, phase by phase."""
        told = [
            f"{name:>9} {len(one):>4} tries: {spell(one)}; nothing left after {max(self.rests[name]):.2f} s at most"
            for name, one in self.seconds.items()
        ]
        if self.commits:
            told.append(f"   commit {len(self.commits):>4} tries: {spell(self.commits)}, finished first")
        return told

    def __str__(self) -> str:
        return (
            f"{self.tries} tries by {self.ending}, {len(self.wrong)} wrong; before a commit {spell(self.all_seconds)}; "
            f"{self.overtaken} overtaken by their commit, {self.missed} missed"
        )
