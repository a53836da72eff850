"""Whoever removes an environment right after an answer meets nobody there: what is done later makes no new name."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv
from tests.support.worker import Worker

pytestmark = pytest.mark.timeout(120)


def remove_soon(environment: str, commands: list[str], wait: float) -> list[Any]:
    """In the worker: the exit codes, and whether the environment went at the first try."""
    import shutil

    import uvffi

    codes = [uvffi.run(command).exit_code for command in commands]
    time.sleep(wait)
    try:
        shutil.rmtree(environment)
    except OSError as error:
        return [*codes, str(error)]
    return [*codes, "gone"]


@pytest.mark.parametrize("flags", ["", "--compile-bytecode"])
def test_removed_right_after(worker: Worker, env: dict[str, str], tmp_path: Path, flags: str) -> None:
    chance = random.Random(20)
    places = [make_venv(tmp_path / f"env-{at}", env) for at in range(25)]
    for place in places:
        versions = ["1.0", "2.0", "1.0", "2.0"][: chance.randint(1, 4)]
        commands = [f"pip install {flags} --python {place} alpha=={version}" for version in versions]
        # Between half a millisecond and the moment when what is known is written down.
        wait = chance.choice([0.0, chance.uniform(0, 0.03), chance.uniform(0, 0.03), 0.5])
        told = worker.call(remove_soon, environment=str(place), commands=commands, wait=wait)
        assert told == [0] * len(versions) + ["gone"], f"after {versions} and {wait} s"
    time.sleep(0.7)
    assert [place for place in places if place.exists()] == []
