"""The stage of the twin tests."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.support.index import IndexServer

from .sides import Judge, Resident, Side
from .stage import Theatre


@pytest.fixture(scope="session")
def theatre(tmp_path_factory: pytest.TempPathFactory, server: IndexServer, wheels: Path) -> Theatre:
    theatre = Theatre(tmp_path_factory.mktemp("twin", numbered=False), server, wheels)
    theatre.cwd.mkdir()
    return theatre


@pytest.fixture(scope="session")
def judge() -> Side:
    return Judge()


@pytest.fixture(scope="session")
def twin(theatre: Theatre, pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Iterator[Side]:
    if pytestconfig.getoption("--uv-against-uv"):
        yield Judge("b")
        return
    request.getfixturevalue("library")
    side = Resident(theatre.variables("b"), theatre.cwd)
    yield side
    side.close()
