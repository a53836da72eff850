"""What these tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from .scene import Ground


@pytest.fixture(scope="module")
def ground(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    ground = Ground(tmp_path_factory.mktemp("interrupt"))
    yield ground
    ground.close()
