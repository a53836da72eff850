"""What these tests share: worlds of their own, and the library with fault points."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.support.worker import ROOT

from .campaign import passing
from .places import DISK, Place
from .world import World

Worlds = Callable[..., World]


@pytest.fixture(scope="module")
def world(library: Path) -> Iterator[World]:
    """With the ordinary library, on the disk; `reset` and `clear` make it as at first."""
    with passing(None) as made:
        yield made


@pytest.fixture
def worlds(library: Path) -> Iterator[Callable[[Place], World]]:
    """Makes one at another place; skips the test where nobody may mount."""
    opened = []

    def make(place: Place = DISK) -> World:
        context = passing(None, place)
        try:
            made = context.__enter__()
        except PermissionError as error:
            pytest.skip(str(error))
        opened.append(context)
        return made

    yield make
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture(scope="session")
def faults_library(library: Path) -> Path:
    """Built here if nobody has; where `UVFFI_FAULTS_LIBRARY` names one, it must be there."""
    built = subprocess.run(
        [sys.executable, "-m", "lib.faults"],
        cwd=ROOT / "scripts",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if built.returncode == 0:
        return Path(built.stdout.strip())
    if "UVFFI_FAULTS_LIBRARY" in os.environ:
        pytest.fail(built.stderr, pytrace=False)
    pytest.skip(f"the library with fault points can't be built: {built.stderr[-2000:]}")


@pytest.fixture(scope="module")
def faulty(faults_library: Path) -> Iterator[World]:
    """With the library that can be killed at a point."""
    with passing(faults_library) as made:
        yield made
