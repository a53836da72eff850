"""Flag over variable over `[pip]` over the top level: every combination of the places that a setting has."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Iterator

import pytest

from tests.support.worker import Worker

from .comparing import compare
from .sources import Setting, read

SETTINGS = read()


def combinations(setting: Setting) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(setting.places) + 1):
        yield from itertools.combinations(setting.places, size)


@pytest.mark.parametrize("command", ["pip install a", "pip sync a", "pip uninstall a"])
@pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])
def test_precedence(setting: Setting, command: str, settler: Worker, place: Path, plain: dict[str, str]) -> None:
    wrong = []
    agreed = 0
    for places in combinations(setting):
        env = dict(plain)
        argv = command.split()
        lines = []
        if "flag" in places and setting.flag:
            argv += setting.flag.split()
        if "variable" in places and setting.variable:
            name, _, value = setting.variable.partition("=")
            env[name] = value
        if "top" in places and setting.top:
            lines.append(setting.top)
        if "pip" in places and setting.pip:
            lines += ["[pip]", setting.pip]
        (place / "uv.toml").write_text("\n".join(lines) + "\n")
        accepted, different = compare(settler, place, env, argv)
        agreed += accepted and not different
        if different:
            wrong.append(f"{' + '.join(places)}:\n" + "\n".join(different))
    assert not wrong, "\n\n".join(wrong)
    assert agreed, "uv refuses every combination: the table is wrong"
