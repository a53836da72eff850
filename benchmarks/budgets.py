"""What uvffi has promised, beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.ledger import Ledger

PEERS = ("uv-ffi", "uv-ffi-hardlink")


@dataclass(frozen=True)
class Budget:
    """A limit for one row of uvffi's: its median in the row's unit, or what `of` says.

    `of` is "uv" (times uv's median in the same run), "p99" (p99 as times the median), the name of another row (times
    that row's median), or "faster than uv" or "faster than uv-ffi", where the limit is the least and not the most.
    """

    row: str
    limit: float
    of: str | None = None

    @property
    def least(self) -> bool:
        """Whether more is better."""
        return self.of is not None and self.of.startswith("faster")


@dataclass(frozen=True)
class Outcome:
    """A budget and what came of it; `measured` is None where the row was not measured."""

    budget: Budget
    title: str
    unit: str
    measured: float | None

    @property
    def kept(self) -> bool | None:
        """Whether the budget was kept, None where that is not known."""
        if self.measured is None:
            return None
        return self.measured >= self.budget.limit if self.budget.least else self.measured <= self.budget.limit


def swift(row: str, limit: float, peer: float, process: float) -> tuple[Budget, ...]:
    """A limit in the row's unit, and how many times faster than uv-ffi and than uv."""
    return Budget(row, limit), Budget(row, peer, "faster than uv-ffi"), Budget(row, process, "faster than uv")


BUDGETS = (
    Budget("first-call", 2.0, "uv"),
    Budget("no-op-10", 2.0),
    Budget("no-op-500", 6.0),
    Budget("remembered-7", 15.0),
    Budget("remembered-7", 5.0, "p99"),
    Budget("remembered-7", 20.0, "faster than uv-ffi"),
    Budget("remembered-7", 1000.0, "faster than uv"),
    Budget("remembered-200", 1.2, "remembered-10"),
    Budget("remembered-2000", 1.2, "remembered-10"),
    Budget("known-10", 1.2, "known-1"),
    Budget("known-50", 1.2, "known-1"),
    Budget("known-50-robin", 1.2, "known-1"),
    Budget("outside-10", 0.3),
    Budget("outside-2000", 3.0),
    Budget("touched-10", 0.3),
    Budget("touched-2000", 3.0),
    Budget("patch-10", 25.0),
    Budget("patch-2000", 25.0),
    Budget("patch-2000", 1.2, "patch-10"),
    Budget("watch", 100.0),
    *swift("swap-10", 150.0, 30.0, 150.0),
    *swift("swap-10-back", 250.0, 20.0, 90.0),
    Budget("swap-200", 1.3, "swap-10"),
    Budget("swap-2000", 1.3, "swap-10"),
    Budget("swap-200-back", 1.3, "swap-10-back"),
    Budget("swap-2000-back", 1.3, "swap-10-back"),
    Budget("swap-numpy", 1.0),
    Budget("swap-lock", 3.0),
    Budget("first-swap", 3.0),
    Budget("unshelved-swap", 3.0),
    *swift("undo-10", 150.0, 30.0, 150.0),
    *swift("undo-10-back", 250.0, 20.0, 90.0),
    Budget("undo-numpy", 1.0),
    Budget("undo-lock", 3.0),
    Budget("fresh", 1.05, "uv"),
    Budget("child", 1.15, "uv"),
    Budget("memory", 45.0),
    Budget("footprint", 150.0),
    Budget("footprint-descriptors", 256.0),
    Budget("library", 70.0),
    Budget("wheel", 30.0),
)


def judge(ledger: Ledger) -> list[Outcome]:
    """One outcome for each budget whose row was part of the run."""
    rows = {row.name: row for row in ledger.rows}
    outcomes: list[Outcome] = []
    for budget in BUDGETS:
        if budget.row in rows:
            row = rows[budget.row]
            base = rows.get(budget.of or "")
            unit = {None: row.unit, "uv": "× uv", "p99": "× the median (p99)"}.get(budget.of)
            if unit is None:
                unit = f"× {budget.of}" if base is None else f"× “{base.title}”"
            outcomes.append(Outcome(budget, row.title, unit, figure(ledger, budget)))
    return outcomes


def figure(ledger: Ledger, budget: Budget) -> float | None:
    """What a budget is about, None where something of it was not measured."""
    summary = ledger.summary(budget.row, "uvffi")
    if summary is None:
        return None
    if budget.of is None:
        return summary.median
    if budget.of == "p99":
        return None if summary.p99 is None else summary.p99 / summary.median
    if budget.of.startswith("faster than "):
        names = ("uv",) if budget.of == "faster than uv" else PEERS
        others = [median for name in names if (median := ledger.median(budget.row, name)) is not None]
        return min(others) / summary.median if others else None
    base = ledger.median(budget.row, "uv") if budget.of == "uv" else ledger.median(budget.of, "uvffi")
    return None if base is None else summary.median / base
