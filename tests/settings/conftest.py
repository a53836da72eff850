"""One process whose variables and configuration files change under it."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.support.environments import variables
from tests.support.worker import Worker


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working directory; its parent belongs to the test as well."""
    place = tmp_path_factory.mktemp("settings") / "place"
    place.mkdir()
    return place


@pytest.fixture(scope="module")
def plain(place: Path) -> dict[str, str]:
    """Variables without any setting of uv."""
    env = variables(place.parent, place.parent / "cache", None)
    return {name: env[name] for name in ("PATH", "HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "TMPDIR", "LANG")}


@pytest.fixture(scope="module")
def settler(library: Path, place: Path, plain: dict[str, str]) -> Iterator[Worker]:
    with Worker(plain, place) as worker:
        yield worker
        assert worker.printed() == ""
