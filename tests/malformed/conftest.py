"""What these tests share: one warm process and one index for all."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.support.environments import variables
from tests.support.index import IndexServer
from tests.support.worker import Worker

from .trial import Trial


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("malformed")


@pytest.fixture(scope="module")
def trials(library: Path, place: Path) -> Iterator[Callable[[str], Trial]]:
    """Makes a trial in a folder of its own."""
    env = variables(place, place / "common-cache", None)
    server = IndexServer()
    with Worker(env, place) as worker:
        yield lambda name: Trial(place / name, place, env, worker, server)
    server.close()
