"""What uvffi has promised, beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.ledger import Ledger


@dataclass(frozen=True)
class Budget:
    """A limit for one row: a figure in the row's unit, or a multiple of what uv needed in the same run."""

    row: str
    limit: float
    of_uv: bool = False


@dataclass(frozen=True)
class Verdict:
    """A budget and what came of it; `measured` is None where the row was not measured."""

    budget: Budget
    title: str
    unit: str
    measured: float | None

    @property
    def kept(self) -> bool | None:
        """Whether the budget was kept, None where that is not known."""
        return None if self.measured is None else self.measured <= self.budget.limit


BUDGETS = (
    Budget("first-call", 2.0, of_uv=True),
    Budget("no-op-10", 2.0),
    Budget("no-op-500", 6.0),
    Budget("swap", 5.5),
    Budget("fresh", 1.05, of_uv=True),
    Budget("child", 1.15, of_uv=True),
    Budget("memory", 45.0),
    Budget("library", 70.0),
    Budget("wheel", 30.0),
)


def judge(ledger: Ledger) -> list[Verdict]:
    """One verdict for each budget whose row was part of the run."""
    verdicts: list[Verdict] = []
    rows = {row.name: row for row in ledger.rows}
    for budget in BUDGETS:
        if budget.row not in rows:
            continue
        row = rows[budget.row]
        measured = ledger.median(budget.row, "uvffi")
        if budget.of_uv:
            uv = ledger.median(budget.row, "uv")
            measured = None if measured is None or uv is None else measured / uv
        verdicts.append(Verdict(budget, row.title, "× uv" if budget.of_uv else row.unit, measured))
    return verdicts
