"""What a part has found: one line of figures, and what was wrong."""

from __future__ import annotations

from typing import Callable, NamedTuple, Sequence

Say = Callable[[str], None]


class Figures(NamedTuple):
    """`wrong` has one line for each thing that should not be; the figures say themselves what they are wanted to be."""

    line: str
    wrong: list[str]


def silent(line: str) -> None:
    """Nobody listens."""


def part(values: Sequence[float], share: float) -> float:
    """The value that this share of all (0 to 1) does not exceed; of nothing, not a number."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spell(values: Sequence[float]) -> str:
    """Seconds as median, 99th percentile and maximum, in milliseconds."""
    median, high, most = (1000 * part(values, share) for share in (0.5, 0.99, 1.0))
    return f"{median:.1f} ms median, {high:.1f} ms p99, {most:.1f} ms maximum"
