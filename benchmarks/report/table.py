"""table.md: medians side by side, ratios, and the budgets."""

from __future__ import annotations

from benchmarks.budgets import Verdict
from benchmarks.cases.base import Row
from benchmarks.contenders import TITLES, Contender
from benchmarks.ledger import Ledger

PEERS = ("uv-ffi", "uv-ffi-hardlink")

METHOD = """\
Medians of interleaved rounds: in every round each contender does the same command once, in turn, a different one first
each time; each has its own cache, environment and process. What a command did is looked at on disk after each call,
outside of the timed part. Times are taken inside the process that makes the call; for uv they span the spawn and the
end of its process. MB are 10⁶ bytes. "uv ÷ uvffi" says how many times longer uv needs; "uv-ffi ÷ uvffi" compares
with the better of uv-ffi's two link modes. For the fresh environments uv-ffi gets a new process each round, whose
start and import are not counted: a process of it serves the environment of its first call only, and installs nothing
in any other."""


def as_markdown(
    ledger: Ledger,
    contenders: list[Contender],
    verdicts: list[Verdict],
    machine: dict[str, str | int],
    command: str,
) -> str:
    """The whole document."""
    names = ledger.contenders
    mine = "uvffi" in names
    head = ["", *(TITLES[name] for name in names)]
    head += ["uvffi p99", "uv ÷ uvffi", "uv-ffi ÷ uvffi"] if mine else []
    lines = ["# uvffi beside uv and uv-ffi", "", f"Made by `{command}` on {sentence(machine)}.", ""]
    lines += [f"- {TITLES[contender.name]}: {contender.version}" for contender in contenders]
    lines += ["", line(head), line(["---", *["---:"] * (len(head) - 1)])]
    lines += [line(cells(ledger, row, mine)) for row in ledger.rows]
    lines += ["", METHOD, ""]
    lines += failures(ledger)
    lines += budgets(verdicts) if mine else []
    return "\n".join(lines).rstrip() + "\n"


def line(words: list[str]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(words)} |"


def sentence(machine: dict[str, str | int]) -> str:
    """The machine in one sentence."""
    return "{cores} cores ({architecture}), {system}, {filesystem}, {python}".format(**machine)


def cells(ledger: Ledger, row: Row, mine: bool) -> list[str]:
    """One row: medians, and what they make of each other."""
    shown = [row.title]
    for name in ledger.contenders:
        median = ledger.median(row.name, name)
        failed = (row.name, name) in ledger.failures
        shown.append(quantity(median, row.unit) if median is not None else "failed" if failed else "–")
    if mine:
        summary = ledger.summary(row.name, "uvffi")
        shown.append(quantity(summary.p99, row.unit) if summary is not None and summary.p99 is not None else "–")
        peers = [median for name in PEERS if (median := ledger.median(row.name, name)) is not None]
        shown.append(ratio(ledger.median(row.name, "uv"), ledger.median(row.name, "uvffi")))
        shown.append(ratio(min(peers, default=None), ledger.median(row.name, "uvffi")))
    return shown


def quantity(value: float, unit: str) -> str:
    """Three significant digits, in the smaller unit where that reads better."""
    if unit == "ms" and value < 0.1:
        return f"{significant(value * 1000)} µs"
    return f"{significant(value)} {unit}"


def significant(value: float) -> str:
    """Three digits, without an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(other: float | None, own: float | None) -> str:
    """How many times the one is the other."""
    return "–" if other is None or own is None else f"{significant(other / own)} ×"


def failures(ledger: Ledger) -> list[str]:
    """Why a cell says failed."""
    told = [
        f"- {row.title}, {TITLES[name]}: {ledger.failures[row.name, name]}"
        for row in ledger.rows
        for name in ledger.contenders
        if (row.name, name) in ledger.failures
    ]
    return ["## Failed", "", *told, ""] if told else []


def budgets(verdicts: list[Verdict]) -> list[str]:
    """What was promised, beside what was measured."""
    lines = ["## Budgets", "", line(["", "budget", "measured", ""]), line(["---", "---:", "---:", "---"])]
    for verdict in verdicts:
        limit = f"≤ {verdict.budget.limit:g} {verdict.unit}"
        measured = "not measured" if verdict.measured is None else f"{significant(verdict.measured)} {verdict.unit}"
        word = {True: "kept", False: "**missed**", None: ""}[verdict.kept]
        lines.append(line([verdict.title, limit, measured, word]))
    return lines
