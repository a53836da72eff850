"""What a list of samples says."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

ENOUGH_FOR_P99 = 100


@dataclass(frozen=True)
class Summary:
    """Order statistics of one cell; p99 only where it means something."""

    samples: int
    median: float
    minimum: float
    p10: float
    p90: float
    p99: float | None

    def as_json(self) -> dict[str, float | int | None]:
        """With four significant digits: the clock's own noise is larger."""
        rounded = {name: float(f"{getattr(self, name):.4g}") for name in ("median", "minimum", "p10", "p90")}
        p99 = None if self.p99 is None else float(f"{self.p99:.4g}")
        return {"samples": self.samples, **rounded, "p99": p99}


def summarise(values: list[float]) -> Summary:
    """The summary of at least one sample."""
    ordered = sorted(values)
    p99 = rank(ordered, 0.99) if len(ordered) >= ENOUGH_FOR_P99 else None
    return Summary(len(ordered), statistics.median(ordered), ordered[0], rank(ordered, 0.10), rank(ordered, 0.90), p99)


def rank(ordered: list[float], share: float) -> float:
    """The nearest-rank quantile: always a sample that was measured."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
