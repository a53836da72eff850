"""Whatever happens to the engine's means, the next answer is right, and status says what happened."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from pathlib import Path

import pytest

from tests.engine import outside, readers
from tests.support.worker import WorkerDied

from . import compare, host, means, mounts
from .cold import ask as ask_cold
from .play import Player
from .question import INSTALL, UNINSTALL, Question
from .test_found import dist_info
from .world import World, copy, remove

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform != "linux", reason="what is taken away are Linux's means"),
]

SATISFIED = Question((*INSTALL, "trunk==1.0"), "one")
FRESH = Question((*INSTALL, "--upgrade", "leaf"), "one")
"""For this the index is asked each time."""
ABSENT = Question((*UNINSTALL, "absent"), "one")
QUESTIONS = [
    SATISFIED,
    ABSENT,
    Question((*INSTALL, "leaf", "moss"), "one", as_text=True),
    Question((*INSTALL, "leaf", "moss"), "one", query=True),
    Question((), "one", query=True),
]


def right(player: Player) -> None:
    assert player.check(QUESTIONS) == []


def warm(player: Player) -> None:
    """All of it is remembered now."""
    right(player)
    before = given(player)
    right(player)
    assert given(player) >= before + 2 * len(QUESTIONS), "nothing was remembered: this shows nothing"


def given(player: Player) -> int:
    """How many answers came from memory."""
    answers = player.status()["answers"]
    return int(answers["remembered"] + answers["proved"])


def numbers(player: Player, root: Path) -> tuple[int, int]:
    """A root's epoch and generation."""
    (found,) = [known for known in player.status()["roots"] if known["path"] == str(root)]
    return found["epoch"], found["generation"]


@pytest.mark.parametrize("watched", [False, True], ids=["unwatched", "watched"])
def test_root_replaced(world: World, player: Player, watched: bool) -> None:
    """Moved away, put back as a copy with the same times, and then another one in its place."""
    warm(player)
    if watched:
        assert world.worker.call(means.begin_reading, environment=str(world.one.path))["state"] == "watching"
    (root,) = world.one.roots()
    told = [numbers(player, root)]
    away = world.aside / "site-packages"
    root.rename(away)
    right(player)
    told.append(numbers(player, root))
    copy(away, root)
    right(player)
    told.append(numbers(player, root))
    other = world.aside / "other"
    copy(away, other)
    remove(other / dist_info(world.one, "twig").name)
    outside.put(other, "absent", "1.0")
    root.rename(world.aside / "former")
    other.rename(root)
    right(player)
    told.append(numbers(player, root))
    assert sorted(set(told)) == told, "each is another one"
    if watched:
        changes = {change["what"] for change in world.worker.call(readers.quiet, name="one")}
        assert {"installed absent 1.0", "uninstalled twig 2.0"} <= changes
    else:
        assert told[3][0] > told[2][0], "of what was replaced in one blow, all is dropped"


def test_inotify_used_up(world: World, player: Player) -> None:
    """A reader is told of changes all the same, by looks every now and then."""
    reason = world.worker.call(means.use_up_inotify, instances=3)
    if reason:
        pytest.skip(reason)
    state = world.worker.call(means.begin_reading, environment=str(world.one.path))
    assert (state["state"], state["readers"]) == ("polling", 1)
    assert "Too many open files" in state["reason"]
    warm(player)
    dist_info(world.one, "twig").rename(world.aside / "twig")
    right(player)
    told = world.worker.call(readers.told, name="one", count=1)
    assert [change["what"] for change in told] == ["uninstalled twig 2.0"]
    assert world.worker.call(host.watcher)["state"] == "polling"


def test_few_descriptors(world: World, player: Player) -> None:
    """With what a command needs, and hardly any more, nothing is different."""
    world.worker.call(means.fill_descriptors, left=40)
    warm(player)
    told = player.status()["descriptors"]
    assert told["held"] <= told["limit"] <= 5, told
    (root,) = world.one.roots()
    for turn in range(3):
        outside.put(root, "absent", f"{turn}.0")
        right(player)
        outside.remove(root, "absent", f"{turn}.0")
        right(player)


def test_no_descriptors(world: World, player: Player) -> None:
    """What is remembered goes on, by paths; what isn't true any more is not said; after it all is as before."""
    warm(player)
    world.worker.call(host.forget)
    world.worker.call(means.fill_descriptors, left=40)
    warm(player)
    cold = ask_cold([question.cold(world) for question in QUESTIONS])
    words = [question.warm(world) for question in QUESTIONS]
    world.worker.call(means.free_descriptors)
    world.worker.call(means.fill_descriptors, left=0)
    before = given(player)
    for question, answer, outcome in zip(QUESTIONS, world.ask(words), cold):
        assert compare.differences(question, answer, outcome) == []
    assert given(player) == before + len(QUESTIONS)
    info = dist_info(world.one, "leaf")
    info.rename(world.aside / "leaf")
    for question, answer, outcome in zip(QUESTIONS, world.ask(words), cold):
        if question is not ABSENT:
            assert compare.differences(question, answer, outcome) != [], f"{question}: it isn't true any more"
    world.worker.call(means.free_descriptors)
    right(player)
    (world.aside / "leaf").rename(info)
    warm(player)


@pytest.mark.parametrize("opens", [False, True], ids=["closes", "closes and opens"])
def test_host_closes_all(world: World, player: Player, opens: bool) -> None:
    """Other files of the host have the numbers then: they are neither believed nor closed."""
    info = dist_info(world.one, "twig")
    for place, other in ((info, world.aside / "twig"), (world.aside / "twig", info)):
        # What the index has to say about it is known from now on.
        place.rename(other)
        right(player)
    warm(player)
    before = player.status()["descriptors"]
    assert before["held"] > 0
    assert world.worker.call(means.close_all, folder=str(world.aside), opens=opens) >= before["held"]
    right(player)
    after = player.status()
    assert after["descriptors"]["lost"] > before["lost"]
    assert "closed by somebody else" in after["last_trouble"]
    assert world.worker.call(means.harmed) == []
    for place, other in ((info, world.aside / "twig"), (world.aside / "twig", info)):
        place.rename(other)
        right(player)
    warm(player)


def test_host_closes_all_and_an_index_is_asked(world: World, player: Player) -> None:
    assert player.check([FRESH]) == []
    world.worker.call(means.close_all, folder=str(world.aside), opens=False)
    (answer,) = world.worker.call(host.ask, asked=[FRESH.warm(world)], timeout=10)
    (right,) = ask_cold([FRESH.cold(world)])
    assert compare.differences(FRESH, answer, right) == []


def test_host_opens_files_and_an_index_is_asked(world: World, player: Player) -> None:
    world.ask([FRESH.warm(world)])
    world.worker.call(means.close_all, folder=str(world.aside), opens=True)
    # How that ends is the other test's question.
    with contextlib.suppress(WorkerDied):
        world.worker.call(host.ask, asked=[FRESH.warm(world)] * 5, timeout=10)
    written = {path.name: path.read_text() for path in world.aside.glob("host-*")}
    assert written
    assert written == {name: means.TEXT + name.partition("-")[2] for name in written}


def fill(world: World, place: Path) -> None:
    """The first environment, into a directory that is there."""
    for entry in (world.pristine / "one").iterdir():
        copy(entry, place / entry.name)


@pytest.mark.skipif(not mounts.private(), reason="mounts need root")
def test_unmounted_while_idle(world: World, player: Player) -> None:
    """Descriptors in it are let go of after some seconds without a question: nobody has to be told to."""
    place = world.one.path
    remove(place)
    place.mkdir()
    mounts.tmpfs(place)
    fill(world, place)
    warm(player)
    assert player.status()["descriptors"]["held"] > 0
    with pytest.raises(OSError) as busy:
        mounts.unmount(place, at_rest=True)
    assert busy.value.errno == errno.EBUSY
    time.sleep(7)
    mounts.unmount(place, at_rest=True)
    assert os.listdir(place) == []
    right(player)
    fill(world, place)
    right(player)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked(world: World, player: Player) -> None:
    """The child has the parent's memory, asks by paths, and is right after a change; so is the parent."""
    warm(player)
    words = [question.warm(world) for question in QUESTIONS]
    info, away = dist_info(world.one, "leaf"), world.aside / "leaf"
    before = ask_cold([question.cold(world) for question in QUESTIONS])
    told = world.worker.call(means.fork, asked=words, before=str(info), after=str(away))
    assert "raised" not in told, told
    after = ask_cold([question.cold(world) for question in QUESTIONS])
    for answers, outcomes in ((told["first"], before), (told["second"], after)):
        for question, answer, outcome in zip(QUESTIONS, answers, outcomes):
            assert compare.differences(question, answer, outcome) == []
    first, between, last = [status["answers"] for status in told["status"]]
    assert between["remembered"] == first["remembered"] + len(QUESTIONS)
    assert (between["child"], between["resident"]) == (first["child"], first["resident"]), "nothing was started"
    assert last["child"] > between["child"]
    assert all("fork" in status["last_trouble"] for status in told["status"])
    assert player.status()["last_trouble"] is None
    right(player)
