"""What was measured, as it comes in."""

from __future__ import annotations

from benchmarks.cases.base import Row, Values
from benchmarks.stats import Summary, summarise


class Ledger:
    """Samples by row and contender, and why a cell has none."""

    def __init__(self, contenders: list[str]) -> None:
        self.contenders = contenders
        self.rows: list[Row] = []
        self._samples: dict[tuple[str, str], list[float]] = {}
        self.failures: dict[tuple[str, str], str] = {}
        self.notes: dict[tuple[str, str], str] = {}

    def open(self, rows: tuple[Row, ...]) -> None:
        """Rows are shown in the order in which they were opened."""
        self.rows.extend(rows)

    def add(self, contender: str, values: Values) -> None:
        """One round's values."""
        for row, value in values.items():
            samples = self._samples.setdefault((row, contender), [])
            samples.extend(value if isinstance(value, list) else [value])

    def fail(self, contender: str, rows: tuple[Row, ...], reason: str) -> None:
        """A contender that failed once has no figures in the case: fast and wrong is not fast."""
        for row in rows:
            self._samples.pop((row.name, contender), None)
            self.failures[row.name, contender] = reason
            self.notes.pop((row.name, contender), None)

    def note(self, contender: str, rows: tuple[Row, ...], text: str) -> None:
        """What a reader must know beside the figures of a contender."""
        self.notes.update({(row.name, contender): text for row in rows})

    def summary(self, row: str, contender: str) -> Summary | None:
        """One cell, or None where nothing was measured."""
        values = self._samples.get((row, contender))
        return summarise(values) if values else None

    def median(self, row: str, contender: str) -> float | None:
        """The figure that the table and the budgets use."""
        summary = self.summary(row, contender)
        return None if summary is None else summary.median
