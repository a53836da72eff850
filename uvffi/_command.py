"""The commands that uvffi has and uv has not: `uvffi history`, `undo`, `restore`, `doctor`, `shelf`.

Data goes to standard output, everything else to standard error. Exit codes are uv's: 0 success, 1 failure (or a
problem that was found and not fixed), 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from ._doctor import doctor
from ._history import history
from ._own import inquire, own
from ._process import shutdown
from ._shelf import shelf
from ._status import size
from .errors import EnvironmentNotFoundError, RequestError, UvffiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ._result import Result


def command(words: Sequence[str], program: str = "uvffi") -> int:
    """Run one of the commands and return its exit code. Wrong use ends the process, as argparse does."""
    chosen = _parser(program).parse_args(words)
    try:
        code: int = chosen.work(chosen)
        sys.stdout.flush()
    except UvffiError as error:
        if isinstance(error, EnvironmentNotFoundError) and chosen.python is None:
            error.hints += ("`--python PATH` takes the directory or the interpreter of an environment",)
        sys.stderr.write(f"error: {error}\n")
        return 2 if isinstance(error, (RequestError, FileNotFoundError)) else 1
    except BrokenPipeError:
        # Whoever read has seen enough. Python would try once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    finally:
        # What went out is put on the Shelf after the answer: not left for the doctor.
        shutdown()
    return code


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=__doc__.splitlines()[0])
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "-p", "--python", metavar="PATH", help="an environment or interpreter; default: the one uv would choose here"
    )
    listing = argparse.ArgumentParser(add_help=False)
    listing.add_argument("--json", action="store_true", help="as JSON")
    changing = argparse.ArgumentParser(add_help=False)
    changing.add_argument("--durable", action="store_true", default=None, help="return once a power cut can't undo it")
    kinds = parser.add_subparsers(metavar="COMMAND", required=True)

    one = kinds.add_parser("history", parents=[common, listing], help="the changes that uvffi made, oldest first")
    one.set_defaults(work=_history)
    one = kinds.add_parser("undo", parents=[common, changing], help="take back the last of them")
    one.set_defaults(work=lambda chosen: _tell(own(chosen.python, "undo", durable=chosen.durable)))
    one = kinds.add_parser("restore", parents=[common, changing], help="go back to how it was after one of them")
    one.add_argument("generation", type=_number, metavar="N", help="its number in the history; 0: before the first")
    one.set_defaults(
        work=lambda chosen: _tell(own(chosen.python, "restore", str(chosen.generation), durable=chosen.durable))
    )
    one = kinds.add_parser("doctor", parents=[common, listing], help="find what is broken")
    one.add_argument("--fix", action="store_true", help="and mend it")
    one.set_defaults(work=_doctor)
    shelves = kinds.add_parser("shelf", help="what is kept to be swapped in again").add_subparsers(
        metavar="COMMAND", required=True
    )
    one = shelves.add_parser("list", parents=[common, listing], help="what there is")
    one.set_defaults(work=_shelf)
    one = shelves.add_parser("prune", parents=[common], help="drop what goes beyond the limits")
    one.add_argument("--all", action="store_true", help="or everything")
    one.set_defaults(
        work=lambda chosen: _tell(own(chosen.python, "shelf", "prune", *(["--all"] if chosen.all else [])))
    )
    return parser


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(
            f"a generation is a number from 0 on, as `uvffi history` shows it, not `{text}`"
        )
    return int(text)


def _tell(result: Result) -> int:
    sys.stdout.write(result.stdout)
    sys.stderr.write(result.stderr)
    for notice in result.notices:
        if notice.message not in result.stderr:
            sys.stderr.write(f"warning: {notice.message}\n")
    return result.exit_code


def _history(chosen: argparse.Namespace) -> int:
    if chosen.json:
        return _json(inquire(chosen.python, "history"))
    entries = history(chosen.python)
    if not entries:
        sys.stderr.write("Nothing was changed here by uvffi\n")
    for entry in entries:
        at = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        fixed = "" if entry.undoable else "  (can't be undone)"
        print(f"{entry.generation:>4}  {at}  {entry.request}{fixed}")
        for change in entry.changes:
            print(f"        {change}")
    return 0


def _shelf(chosen: argparse.Namespace) -> int:
    if chosen.json:
        return _json(inquire(chosen.python, "shelf"))
    kept = shelf(chosen.python)
    width = max([len(str(tree)) for tree in kept], default=0)
    for tree in kept:
        used = tree.last_used.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        print(f"{tree!s:<{width}}  {size(tree.bytes):>10}  {tree.files:>6,} files  last used {used}")
    state = f"{len(kept)} kept, {size(kept.bytes)} of at most {size(kept.limit)}"
    sys.stderr.write(f"{state}\n" if kept.enabled else f"{state}; nothing is kept here any more\n")
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    findings = doctor(chosen.python, fix=chosen.fix)
    code = 0 if all(finding.fixed for finding in findings) else 1
    if chosen.json:
        told = [{name: getattr(finding, name) for name in finding.__slots__} for finding in findings]
        _json({"schema": 1, "findings": told})
        return code
    for finding in findings:
        print(finding)
        print(f"  at {finding.path}")
        if chosen.fix:
            state = "fixed" if finding.fixed else "not fixed"
            print(f"  {state}: {finding.outcome}" if finding.outcome else f"  {state}")
        if not finding.fixed:
            print(f"  hint: {finding.fix}")
    number = f"{len(findings)} problem{'' if len(findings) == 1 else 's'}" if findings else "no problems"
    done = f", fixed {sum(finding.fixed for finding in findings)}" if chosen.fix and findings else ""
    sys.stderr.write(f"Found {number}{done}\n")
    return code


def _json(answer: dict[str, Any]) -> int:
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 0
