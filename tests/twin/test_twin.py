"""Every case of the table, by uv and by uvffi."""

from __future__ import annotations

import re

import pytest

from tests.support.interpreters import interpreters
from tests.support.worker import ROOT

from .case import Case
from .cases import CASES
from .play import play
from .sides import Side
from .stage import Theatre

FLAGS = ROOT / "csrc" / "uvffi" / "src" / "flags.rs"
ROW = re.compile(r'^ +\("(\w+)",', re.MULTILINE)
ELSEWHERE = {"--package", "--src-file", "--show-settings"}
"""The packages and files themselves have no flag; the settings are compared in `tests/settings`."""


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_agrees_with_uv(case: Case, theatre: Theatre, judge: Side, twin: Side) -> None:
    if case.python is not None and case.python not in interpreters():
        pytest.skip(f"no Python {case.python} found: set UVFFI_PYTHONS to its path")
    wrong = play(case, theatre, judge, twin)
    if wrong:
        pytest.fail(wrong, pytrace=False)


def rows_of_the_library() -> dict[str, set[str]]:
    """The library's own table: by command, the flags that it sends somewhere, as they stand on a command line."""
    text = FLAGS.read_text()
    tables = re.findall(r"const (\w+): &\[Row\] = &\[(.*?)\];\n", text, re.DOTALL)
    return {name: {f"--{row.replace('_', '-')}" for row in ROW.findall(body)} for name, body in tables}


SPELLED = {"--paths": "--path"}
"""Flags whose names in the table are others than on a command line."""

COMMANDS = {
    "install": ("GLOBAL", "PIP", "CHANGE", "INSTALL"),
    "sync": ("CHANGE", "SYNC"),
    "uninstall": ("UNINSTALL",),
    "list": ("LIST", "FETCH"),
    "freeze": ("FREEZE",),
    "show": ("SHOW",),
    "check": ("CHECK",),
    "tree": ("TREE", "FETCH"),
}


@pytest.mark.parametrize("command, tables", COMMANDS.items())
def test_every_flag_has_a_case(command: str, tables: tuple[str, ...]) -> None:
    rows = rows_of_the_library()
    wanted = {SPELLED.get(flag, flag) for table in tables for flag in rows[table]} - ELSEWHERE
    assert len(wanted) > 4
    given = {word.split("=")[0] for case in CASES if f"pip {command}" in case.argv for word in case.argv.split()}
    assert wanted - given == set()


def test_the_table_is_whole() -> None:
    """Enough cases, most of them resident, and every theme in it."""
    assert len(CASES) >= 300
    assert sum(case.route == "resident" for case in CASES) >= len(CASES) // 2
