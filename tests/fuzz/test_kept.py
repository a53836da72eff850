"""What was a crash once is none any more, and what waits for a mend still does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

import pytest

from . import known
from .case import Case
from .player import Player

pytestmark = pytest.mark.timeout(120)
KEPT = {path.stem: path for path in sorted(Path(__file__).with_name("kept").glob("*.json"))}


@pytest.fixture(scope="module")
def player(library: Path) -> Iterator[Player]:
    # Some of what waits hangs, and no call of these takes long.
    with Player(seconds=4) as player:
        yield player


@pytest.mark.parametrize("name", KEPT)
def test_kept(name: str, player: Player) -> None:
    crashes = player.play(Case.read(KEPT[name]), known_too=True)
    pattern = known.WAITING.get(name)
    if pattern is None:
        assert crashes == []
    else:
        assert crashes, f"`{name}` is no crash any more: it goes from `known.WAITING`"
        assert [crash for crash in crashes if not re.match(pattern, str(crash))] == []


def test_what_waits_is_kept() -> None:
    assert set(known.WAITING) <= set(KEPT)
