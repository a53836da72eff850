"""The command line, and the order of a run."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import budgets, contenders, fetch, machine
from benchmarks.cases import every_case
from benchmarks.lane import Bench
from benchmarks.measure import measure, served
from benchmarks.places import ROOT, kept
from benchmarks.report import data, plot, table


def arguments(words: list[str] | None) -> argparse.Namespace:
    """The options; what isn't given is measured in full."""
    names = [case.name for case in every_case()]
    parser = argparse.ArgumentParser(
        prog="benchmarks/run.py",
        description="Measures uvffi, uv as a process and uv-ffi side by side, interleaved, on a loopback index.",
    )
    parser.add_argument("--quick", action="store_true", help="a few rounds each: does everything work?")
    parser.add_argument("--only", action="append", metavar="CASE", choices=names, help=f"one of {', '.join(names)}")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of every case")
    parser.add_argument(
        "--contender", action="append", metavar="NAME", choices=contenders.NAMES, help="measure only these"
    )
    parser.add_argument("--library", type=Path, metavar="PATH", help="uvffi's library to measure")
    parser.add_argument("--wheel", type=Path, metavar="PATH", help="uvffi's wheel to measure: what users get")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="for all contenders; default: this")
    parser.add_argument("--output", type=Path, metavar="DIR", help="default: benchmarks/results for a full run")
    parser.add_argument("--keep", action="store_true", help="keep the scratch folder, and say where it is")
    chosen = parser.parse_args(words)
    if chosen.rounds is not None and chosen.rounds < 1:
        parser.error("--rounds must be at least 1")
    for path in filter(None, (chosen.library, chosen.wheel)):
        if not path.is_file():
            parser.error(f"no such file: {path}")
    return chosen


def main(words: list[str] | None = None) -> int:
    """A whole run; 1 when uvffi failed a case or nothing could be measured."""
    chosen = arguments(words)
    partial = chosen.quick or chosen.only or chosen.contender or chosen.rounds
    output = chosen.output or (kept() / "last" if partial else ROOT / "benchmarks" / "results")
    python = chosen.python.absolute()
    kept().mkdir(parents=True, exist_ok=True)
    if machine.load() > 0.3:
        fetch.say(f"warning: {machine.load():.1f} other programs are running; figures of a busy machine mean little")
    scratch = Path(tempfile.mkdtemp(prefix="run-", dir=kept()))
    try:
        tag = machine.tag_of(python)
        names = chosen.contender or list(contenders.NAMES)
        measured = contenders.gather(names, python, tag, chosen.library, chosen.wheel)
        uv = Path(contenders.uv(python, tag).subject)
        cases = [case for case in every_case() if not chosen.only or case.name in chosen.only]
        with served(fetch.wheels(python, tag)) as index:
            bench = Bench(uv, python, index, scratch)
            ledger = measure(bench, measured, cases, chosen.rounds, chosen.quick)
        where = machine.describe(python, scratch)
    except RuntimeError as error:
        fetch.say(f"error: {error}")
        return 1
    finally:
        if chosen.keep:
            fetch.say(f"scratch folder: {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    outcomes = budgets.judge(ledger)
    command = shown(chosen)
    text = table.as_markdown(ledger, measured, outcomes, where, command)
    results = data.as_json(ledger, measured, outcomes, where, command)
    write(output, text, json.dumps(results, indent=1, ensure_ascii=False) + "\n", plot.as_svg(ledger, where))
    sys.stdout.write(text)
    return 1 if any(name == "uvffi" for _, name in ledger.failures) else 0


def write(folder: Path, text: str, results: str, picture: str | None) -> None:
    """The three files of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(text, encoding="utf-8")
    (folder / "results.json").write_text(results, encoding="utf-8")
    if picture is not None:
        (folder / "plot.svg").write_text(picture, encoding="utf-8")
    fetch.say(f"written: table.md, results.json and plot.svg in {folder}")


def shown(chosen: argparse.Namespace) -> str:
    """The command that makes these results, without the paths of this machine."""
    words = ["python benchmarks/run.py"]
    words += ["--quick"] if chosen.quick else []
    words += [f"--only {name}" for name in chosen.only or []]
    words += [f"--contender {name}" for name in chosen.contender or []]
    words += [f"--rounds {chosen.rounds}"] if chosen.rounds else []
    words += [f"--library {chosen.library.name}"] if chosen.library else []
    words += [f"--wheel dist/{chosen.wheel.name}"] if chosen.wheel else []
    return " ".join(words)
