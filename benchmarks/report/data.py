"""results.json: everything that the table and the plot show, and the spread behind it."""

from __future__ import annotations

from typing import Any

from benchmarks.budgets import Outcome
from benchmarks.contenders import Contender
from benchmarks.ledger import Ledger

SCHEMA = 1


def as_json(
    ledger: Ledger,
    contenders: list[Contender],
    outcomes: list[Outcome],
    machine: dict[str, str | int],
    command: str,
) -> dict[str, Any]:
    """The whole run; times in the row's unit, sizes in MB of 10**6 bytes."""
    rows = []
    for row in ledger.rows:
        cells: dict[str, Any] = {}
        for contender in ledger.contenders:
            summary = ledger.summary(row.name, contender)
            if summary is not None:
                note = ledger.notes.get((row.name, contender))
                cells[contender] = {**summary.as_json(), **({} if note is None else {"note": note})}
            elif (row.name, contender) in ledger.failures:
                cells[contender] = {"failed": ledger.failures[row.name, contender]}
        rows.append({"name": row.name, "title": row.title, "unit": row.unit, "contenders": cells})
    budgets = [
        {
            "row": outcome.budget.row,
            "limit": outcome.budget.limit,
            "is": "the least" if outcome.budget.least else "the most",
            "unit": outcome.unit,
            "measured": None if outcome.measured is None else float(f"{outcome.measured:.4g}"),
            "kept": outcome.kept,
        }
        for outcome in outcomes
    ]
    versions = {contender.name: contender.version for contender in contenders}
    return {
        "schema": SCHEMA,
        "command": command,
        "machine": machine,
        "versions": versions,
        "rows": rows,
        "budgets": budgets,
    }
