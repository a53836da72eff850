"""What these tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from .ground import Ground


@pytest.fixture
def ground(library: Path, tmp_path: Path) -> Iterator[Ground]:
    ground = Ground(tmp_path)
    yield ground
    ground.close()
