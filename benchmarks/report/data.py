"""results.json: everything that the table and the plot show, and the spread behind it."""

from __future__ import annotations

from typing import Any

from benchmarks.budgets import Verdict
from benchmarks.contenders import Contender
from benchmarks.ledger import Ledger

SCHEMA = 1


def as_json(
    ledger: Ledger,
    contenders: list[Contender],
    verdicts: list[Verdict],
    machine: dict[str, str | int],
    command: str,
) -> dict[str, Any]:
    """The whole run; times in ms, sizes in MB of 10**6 bytes."""
    rows = []
    for row in ledger.rows:
        cells: dict[str, Any] = {}
        for contender in ledger.contenders:
            summary = ledger.summary(row.name, contender)
            if summary is not None:
                cells[contender] = summary.as_json()
            elif (row.name, contender) in ledger.failures:
                cells[contender] = {"failed": ledger.failures[row.name, contender]}
        rows.append({"name": row.name, "title": row.title, "unit": row.unit, "contenders": cells})
    budgets = [
        {
            "row": verdict.budget.row,
            "limit": verdict.budget.limit,
            "unit": verdict.unit,
            "measured": None if verdict.measured is None else float(f"{verdict.measured:.4g}"),
            "kept": verdict.kept,
        }
        for verdict in verdicts
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
