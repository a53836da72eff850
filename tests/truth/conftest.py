"""What these tests share: one world, in which each test finds everything as at first and a warm process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from . import mounts
from .play import Player
from .world import World


@pytest.fixture(scope="session")
def one_world(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    # From here on, nobody else sees the mounts that tests make.
    mounts.private()
    world = World(tmp_path_factory.mktemp("truth", numbered=False))
    yield world
    world.close()


@pytest.fixture
def world(one_world: World) -> Iterator[World]:
    """Its warm process must have printed nothing by the end."""
    one_world.anew()
    yield one_world
    assert one_world.worker.printed() == "", "uvffi printed on its own process's descriptors"


@pytest.fixture
def player(world: World) -> Player:
    return Player(world)
