"""A short run of each target from a fixed seed. At length: `scripts/fuzz`."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from .campaign import campaign
from .player import Player
from .targets import TARGETS

pytestmark = pytest.mark.timeout(300)
CASES = {"request": 120, "words": 80, "delta": 120, "record": 30, "metadata": 40, "names": 50, "journal": 25}
"""Two or three seconds of each."""


@pytest.fixture(scope="module")
def player(library: Path) -> Iterator[Player]:
    with Player() as player:
        yield player


@pytest.mark.parametrize("target", TARGETS)
def test_no_crash(target: str, player: Player, tmp_path: Path) -> None:
    said: list[str] = []
    done = campaign(target, player, 1, said.append, tmp_path, cases=CASES[target])
    assert done.crashes == done.known, "\n".join(said)
    assert done.cases == CASES[target] > done.left_out
