"""table.md: medians side by side, ratios, and the budgets."""

from __future__ import annotations

from benchmarks.budgets import PEERS, Outcome
from benchmarks.cases.base import Row
from benchmarks.contenders import TITLES, Contender
from benchmarks.ledger import Ledger
from benchmarks.report.quantity import quantity, ratio, symbol

NOTED = "†"

METHOD = """\
Medians of interleaved rounds: in every round each contender does the same command once, in turn, a different one first
each time; each has its own cache, environment and process. What a command did is looked at on disk after each call,
outside of the timed part. Times are taken inside the process that makes the call; for uv they span the spawn and the
end of its process. MB are 10⁶ bytes. "uv ÷ uvffi" says how many times longer uv needs; "uv-ffi ÷ uvffi" compares
with the better of uv-ffi's two link modes. For the fresh environments uv-ffi gets a new process each round, whose
start and import are not counted: a process of it serves the environment of its first call only, and installs nothing
in any other.

Remembered no-ops ask for requests, a closure of five, where it is satisfied. They and the patches are many calls back
to back, each timed on its own; uvffi's own count must say that every answer came from memory. In all other rows a call
follows a pause: of 25 ms before a swap or an undo (unless its row says otherwise), elsewhere the others' turns. "One
asked": all environments were asked right before, then one of them again and again. "Round robin": each timed call is
about another environment than the one before it. The 10,000 answers are the RSS of the whole process, and the
descriptors that were not open before the first of them.

Swaps go to and fro between two versions of rich (14.3.2, 14.3.3), of numpy (2.3.2, 2.3.3), or of twenty packages, all
in one command; uvffi's old trees must come back from its Shelf, but for the rows of the first swap and of the Shelf
that is off, which stage from uv's cache. Others have no undo: they install the old versions again."""


def as_markdown(
    ledger: Ledger,
    contenders: list[Contender],
    outcomes: list[Outcome],
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
    lines += notes(ledger)
    lines += failures(ledger)
    lines += budgets(outcomes) if mine else []
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
        mark = f" {NOTED}" if (row.name, name) in ledger.notes else ""
        shown.append(f"{quantity(median, row.unit)}{mark}" if median is not None else "failed" if failed else "–")
    if mine:
        summary = ledger.summary(row.name, "uvffi")
        shown.append(quantity(summary.p99, row.unit) if summary is not None and summary.p99 is not None else "–")
        peers = [median for name in PEERS if (median := ledger.median(row.name, name)) is not None]
        shown.append(ratio(ledger.median(row.name, "uv"), ledger.median(row.name, "uvffi")))
        shown.append(ratio(min(peers, default=None), ledger.median(row.name, "uvffi")))
    return shown


def notes(ledger: Ledger) -> list[str]:
    """What marked cells do not say, each once."""
    told: dict[str, list[str]] = {}
    for (_, name), text in ledger.notes.items():
        names = told.setdefault(text, [])
        names += [] if TITLES[name] in names else [TITLES[name]]
    return [f"{NOTED} {', '.join(names)}: {text}\n" for text, names in told.items()]


def failures(ledger: Ledger) -> list[str]:
    """Why a cell says failed."""
    told = [
        f"- {row.title}, {TITLES[name]}: {ledger.failures[row.name, name]}"
        for row in ledger.rows
        for name in ledger.contenders
        if (row.name, name) in ledger.failures
    ]
    return ["## Failed", "", *told, ""] if told else []


def budgets(outcomes: list[Outcome]) -> list[str]:
    """What was promised, beside what was measured."""
    lines = ["## Budgets", "", line(["", "budget", "measured", ""]), line(["---", "---:", "---:", "---"])]
    for outcome in outcomes:
        limit = f"{'≥' if outcome.budget.least else '≤'} {outcome.budget.limit:,g} {symbol(outcome.unit)}".strip()
        measured = "not measured" if outcome.measured is None else quantity(outcome.measured, outcome.unit)
        word = {True: "kept", False: "**missed**", None: ""}[outcome.kept]
        lines.append(line([outcome.title, limit, measured, word]))
    return lines
