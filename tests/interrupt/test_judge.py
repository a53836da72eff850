"""What is wrong after a call is found."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import threading
import time
from typing import Iterator

import pytest

from tests.support.environments import site_packages

from .after import LEFT, look
from .campaign import Campaign
from .host import Told
from .phases import NAMED, Case
from .scene import Ground, Scene
from .strike import Struck
from .tally import Tally

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def scene(ground: Ground) -> Iterator[Scene]:
    scene = ground.scene("judged", {})
    scene.begin()
    yield scene
    assert look(scene, "install", time.monotonic(), next_first=False).wrong == []


def wrong(scene: Scene) -> list[str]:
    return look(scene, "install", time.monotonic(), next_first=False).wrong


def test_nothing(scene: Scene) -> None:
    seen = look(scene, "install", time.monotonic(), next_first=True)
    assert seen.wrong == []
    assert not seen.changed
    assert seen.rest < LEFT


def test_half_done(scene: Scene) -> None:
    stray = site_packages(scene.venv) / "stray.py"
    stray.write_text("")
    found = wrong(scene)
    stray.unlink()
    assert f"half done: too much: {stray.relative_to(scene.venv)}" in found


def test_whole(scene: Scene) -> None:
    scene.whole["install"] = scene.before
    scene.before = {**scene.before, "gone": "file 644 of another time"}
    seen = look(scene, "install", time.monotonic(), next_first=True)
    scene.before = scene.whole.pop("install")
    assert (seen.changed, seen.wrong) == (True, [])


def test_lock(scene: Scene) -> None:
    with (scene.venv / ".lock").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        # The next calls wait for it.
        threading.Timer(LEFT + 0.5, lambda: fcntl.flock(file, fcntl.LOCK_UN)).start()
        found = wrong(scene)
    assert found == [f"a lock is held: {scene.venv / '.lock'}"]


def test_process(scene: Scene) -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=scene.env)
    try:
        found = wrong(scene)
    finally:
        process.kill()
        process.wait()
    assert len(found) == 1
    assert found[0].startswith(f"a process is left: {process.pid} ")


def test_temporary_file(scene: Scene) -> None:
    left = scene.temporary / ".tmpleft"
    left.mkdir()
    found = wrong(scene)
    left.rmdir()
    assert found == [f"a temporary file is left: {left}"]


def work(seconds: float) -> None:
    """In the worker: a thread that is at work for a while."""

    def spin() -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            sum(range(100_000))

    threading.Thread(target=spin).start()


def test_thread(scene: Scene) -> None:
    scene.worker.call(work, seconds=LEFT + 1)
    found = wrong(scene)
    assert any(line.startswith("a thread is at work: ") for line in found), found
    time.sleep(1)


def test_false_ends(ground: Ground, scene: Scene) -> None:
    """A call that ended otherwise than it should."""
    campaign = Campaign(ground, "signal", 1)
    now = time.monotonic()
    told: Told = {"ended": "returned", "began": now, "at": now + 0.01, "kinds": ["committed"]}
    campaign._judge(0, scene, Case(NAMED["commit"], "install"), Struck(told, now))
    assert [line.partition(": ")[2] for line in campaign.tally.wrong] == [
        "the call ended as returned, not interrupted",
        "it was committing, and the change was not made",
        "it told of a commit: ['committed']",
    ]


def test_late() -> None:
    tally = Tally("signal")
    tally.seconds["resolve"] = [0.01] * 100
    assert tally.late() == []
    tally.seconds["resolve"][:2] = [0.2, 0.3]
    assert len(tally.late()) == 1
