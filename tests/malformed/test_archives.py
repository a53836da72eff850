"""Malformed wheels and source distributions: uv's verdict, and nothing outside of the environment is touched."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Callable

import pytest

from .sdists import Sdist, sdists
from .trial import Trial
from .verdicts import KEPT_BY_UV, SDISTS, WHEELS
from .wheels import Wheel, wheels

FILENAME = "evil-1.0-py3-none-any.whl"


def plain(text: str) -> str:
    """Without the lines that uv draws and breaks."""
    return " ".join(re.sub("[│├╰─▶]", " ", text).split())


@pytest.mark.parametrize(
    ("wheel", "way"), [pytest.param(wheel, way, id=f"{wheel.id}-{way}") for wheel in wheels() for way in wheel.ways]
)
def test_wheel(trials: Callable[[str], Trial], place: Path, wheel: Wheel, way: str) -> None:
    trial = trials(f"{wheel.id}-{way}")
    asked = trial.offer(FILENAME, wheel.make, way)
    trial.guard()
    judged, answer = trial.run(["pip", "install"], asked)
    says = WHEELS[wheel.id][way == "index"]
    assert answer["route"] == "resident"
    assert (judged.exit_code != 0) == bool(says), judged.stderr
    assert says in plain(judged.stderr)
    if judged.exit_code == 0:
        trial.run(["pip", "install", "--reinstall"], asked)
        trial.run(["pip", "uninstall", "evil"], except_for=KEPT_BY_UV.get(wheel.id, ()))
    shutil.rmtree(trial.folder)


@pytest.mark.parametrize("way", ["path", "index"])
@pytest.mark.parametrize("sdist", sdists(), ids=lambda sdist: sdist.id)
def test_sdist(trials: Callable[[str], Trial], place: Path, sdist: Sdist, way: str) -> None:
    trial = trials(f"{sdist.id}-{way}-source")
    asked = trial.offer(f"evil-1.0{sdist.suffix}", sdist.make, way)
    trial.guard()
    judged, _ = trial.run(["pip", "install"], asked)
    says = SDISTS[sdist.id]
    assert judged.exit_code == (1 if says else 0), judged.stderr
    assert says in plain(judged.stderr)
    shutil.rmtree(trial.folder)


def test_every_verdict_is_of_a_case() -> None:
    assert set(WHEELS) == {wheel.id for wheel in wheels()}
    assert set(SDISTS) == {sdist.id for sdist in sdists()}
