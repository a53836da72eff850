"""RECORDs of installed distributions that name what isn't theirs: uv's verdict, or a gentler one, and nothing outside
of the environment is touched."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Iterator

import pytest

from tests.support.environments import variables
from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.snapshot import installed
from tests.support.wheels import build_wheel
from tests.support.worker import Worker

from .records import GENTLER, Spoiled, spoiled
from .trial import Trial

WAYS = {
    "uninstall": ["uninstall", "evil"],
    "upgrade": ["install", "evil==2.0"],
    "reinstall": ["install", "--reinstall", "evil==1.0"],
}


@pytest.fixture(scope="module")
def fine() -> Iterator[IndexServer]:
    server = IndexServer()
    server.add("fine", [build_wheel("evil", "1.0"), build_wheel("evil", "2.0"), build_wheel("lonely", "1.0")])
    yield server
    server.close()


@pytest.fixture
def trial(library: Path, place: Path, fine: IndexServer, request: pytest.FixtureRequest) -> Iterator[Trial]:
    """With a worker of its own: uv gives each warning once a process. `evil` 1.0 and `lonely` are installed."""
    folder = place / re.sub(r"\W+", "-", request.node.name)
    env = variables(place, place / "common-cache", fine.simple("fine"))
    with Worker(env, place) as worker:
        trial = Trial(folder, place, env, worker, fine)
        for ground in trial.grounds:
            words = ["pip", "install", "-q", "evil==1.0", "lonely", "--python", str(ground.venv)]
            must_uv([*words, "--cache-dir", str(ground.cache)], env, place)
        yield trial
    shutil.rmtree(folder)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", [case for case in spoiled() if case.id not in GENTLER], ids=lambda case: case.id)
def test_as_uv(trial: Trial, case: Spoiled, way: str) -> None:
    for ground in trial.grounds:
        case.spoil(ground)
    trial.guard()
    trial.run(["pip", *WAYS[way]])


@pytest.mark.parametrize(("id", "way"), [(id, way) for id, ways in GENTLER.items() for way in ways])
def test_gentler_than_uv(trial: Trial, id: str, way: str) -> None:
    """Nothing goes that is somebody else's, be it in the environment; uv takes some of it, or stops in the middle."""
    (case,) = [case for case in spoiled() if case.id == id]
    for ground in trial.grounds:
        case.spoil(ground)
    trial.guard()
    ours = trial.grounds[1]
    kept = {
        path: text for path, text in ours.files().items() if not re.search(r"evil(-1\.0\.dist-info)?/(?!sub/)", path)
    }
    judged, answer = trial.both(["pip", *WAYS[way]])
    assert ours.touched() == []
    after = ours.files()
    assert {path: after.get(path) for path in kept} == kept
    assert answer["exit_code"] == GENTLER[id][way], answer["stderr"]
    if answer["exit_code"] == 0:
        versions = {"uninstall": {}, "upgrade": {"evil": "2.0"}, "reinstall": {"evil": "1.0"}}
        assert installed(ours.site) == {"lonely": "1.0", **versions[way]}
    # Should uv become as gentle, the case belongs to the others.
    theirs = trial.grounds[0]
    assert theirs.touched() or theirs.files() != after or judged.exit_code != answer["exit_code"] or id == "row-nul"
