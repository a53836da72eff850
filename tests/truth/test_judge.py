"""The judge itself: what it must call false, it calls false."""

from __future__ import annotations

import copy
import shutil
from random import Random
from typing import Any, Callable

import pytest

from . import cold, compare, known, mounts
from .play import Panicked, Player
from .question import INSTALL, UNINSTALL, Question
from .questions import ALL
from .step import Step
from .world import World, remove
from .world import copy as copy_tree

pytestmark = pytest.mark.timeout(120)

SATISFIED = Question((*INSTALL, "trunk==1.0"), "one")
WANTING = Question((*INSTALL, "trunk==2.0"), "one")
LISTED = Question((), "one", query=True)
PLANNED = Question((*INSTALL, "trunk==2.0"), "one", query=True)
ABSENT = Question((*UNINSTALL, "absent"), "one")


def false(world: World, question: Question, answer: dict[str, Any]) -> bool:
    """What the judge says of an answer to a question, as everything is now."""
    (right,) = cold.ask([question.cold(world)])
    if not compare.differences(question, answer, right):
        return False
    return known.meant(world, question, answer, known.second(world, question, right)) is None


@pytest.mark.parametrize("question", [SATISFIED, WANTING, LISTED, PLANNED, ABSENT], ids=str)
def test_an_answer_from_before(world: World, question: Question) -> None:
    """It is right as long as nothing happens; after a change that matters it is false."""
    (answer,) = world.ask([question.warm(world)])
    assert not false(world, question, answer)
    name = {ABSENT: "absent"}.get(question, "twig")
    if name == "absent":
        (world.one.roots()[0] / "absent-1.0.dist-info").mkdir()
    else:
        shutil.rmtree(next(info for info in world.one.infos() if info.name.startswith(name)))
    assert false(world, question, answer)


def lines(text: str) -> Callable[[dict[str, Any]], None]:
    def tamper(answer: dict[str, Any]) -> None:
        answer["stderr"] = answer["stderr"] + text

    return tamper


def member(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda answer: answer.update({name: value})


@pytest.mark.parametrize(
    ("question", "tamper"),
    [
        (SATISFIED, member("exit_code", 1)),
        (SATISFIED, member("stdout", "more\n")),
        (SATISFIED, lines("warning: more\n")),
        (SATISFIED, lambda answer: answer["changes"].append({"name": "leaf", "version": "3.0", "previous_version": None,
                                                             "action": "installed"})),
        (WANTING, member("changes", [])),
        (WANTING, lambda answer: answer["changes"][0].update(version="9.9")),
        (LISTED, lambda answer: answer["packages"].pop()),
        (LISTED, lambda answer: answer["packages"][0].update(version="9.9")),
        (LISTED, lambda answer: answer["packages"].append(answer["packages"][0])),
        (LISTED, member("error", {"code": "internal"})),
    ],
)  # fmt: skip
def test_tampered(world: World, question: Question, tamper: Callable[[dict[str, Any]], None]) -> None:
    (answer,) = world.ask([question.warm(world)])
    tampered = copy.deepcopy(answer)
    tamper(tampered)
    assert false(world, question, tampered)
    assert not false(world, question, answer)


@pytest.mark.parametrize("file", ["METADATA", "RECORD"])
def test_half_is_no_excuse(world: World, file: str) -> None:
    """Half a distribution excuses that it is repaired, and nothing else."""
    (satisfied, listed) = world.ask([SATISFIED.warm(world), LISTED.warm(world)])
    info = next(info for info in world.one.infos() if info.name.startswith("leaf"))
    (info / file).unlink()
    repaired = copy.deepcopy(satisfied)
    repaired["changes"] = [{"name": "leaf", "version": "2.0", "previous_version": "2.0", "action": "reinstalled"}]
    (right,) = cold.ask([SATISFIED.cold(world)])
    other = known.second(world, SATISFIED, right)
    assert known.meant(world, SATISFIED, repaired, other) == "half a distribution"
    repaired["changes"][0]["version"] = "3.0"
    assert known.meant(world, SATISFIED, repaired, other) is None
    assert known.meant(world, SATISFIED, satisfied, other) is None
    # uv tells of it in another way where it resolves anew.
    (right,) = cold.ask([WANTING.cold(world)])
    assert known.meant(world, WANTING, satisfied, known.second(world, WANTING, right)) is None
    listed["packages"] = [one for one in listed["packages"] if one["name"] not in ("leaf", "moss")]
    assert false(world, LISTED, listed)


@pytest.mark.skipif(not mounts.private(), reason="mounts need root")
def test_half_below_a_mount(world: World) -> None:
    """What a mount shows, or hides, is half a distribution like any other, and all is back where it was afterwards."""
    info = next(info for info in world.one.infos() if info.name.startswith("leaf"))
    shown = world.aside / "shown"
    copy_tree(info, shown)
    (shown / "METADATA").unlink()
    mounts.bind(shown, info)
    (answer,) = world.ask([WANTING.warm(world)])
    (right,) = cold.ask([WANTING.cold(world)])
    assert compare.differences(WANTING, answer, right)
    other = known.second(world, WANTING, right)
    assert known.meant(world, WANTING, answer, other) == "half a distribution"
    assert mounts.below(world.base) == [info]
    assert not (info / "METADATA").exists()
    mounts.unmount(info)
    assert (info / "METADATA").exists()
    assert not list(world.aside.glob("put-aside-*"))


def test_neighbour_is_no_excuse(world: World) -> None:
    """A neighbour that can't be read excuses that it isn't looked at by those who don't need it."""
    (satisfied,) = world.ask([SATISFIED.warm(world)])
    infos = {info.name.split("-")[0]: info for info in world.one.infos()}
    (infos["moss"] / "direct_url.json").write_text("{nope")
    assert not false(world, SATISFIED, satisfied)
    (infos["leaf"] / "direct_url.json").write_text("{nope")
    assert false(world, SATISFIED, satisfied)
    (infos["leaf"] / "direct_url.json").unlink()
    remove(infos["twig"])
    assert false(world, SATISFIED, satisfied)


class Remembering(World):
    """Answers every question as it did the first time: what a cache does that proves nothing."""

    def ask(self, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for question in asked:
            if str(question) not in self._first:
                (self._first[str(question)],) = super().ask([question])
        return [self._first[str(question)] for question in asked]

    _first: dict[str, dict[str, Any]] = {}


def test_what_trusts_its_memory_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One change that matters, and the player says that an answer is false."""
    monkeypatch.setattr(world, "__class__", Remembering)
    player = Player(world)
    world.ask([question.warm(world) for question in ALL])
    rng = Random(1)
    caught = 0
    for kind in ("remove-distribution", "edit-metadata", "rename-to-another-version", "uv-install", "requirements"):
        for _ in range(6):
            caught += bool(player.play(Step(kind, rng.randrange(1 << 32))))
        assert caught, f"{kind}: six such changes and no answer that was false"
        caught = 0


def test_a_panic_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    player = Player(world)
    monkeypatch.setattr(World, "ask", lambda world, asked: [{"error": {"message": "uvffi panicked: x"}} for _ in asked])
    with pytest.raises(Panicked):
        player.check([SATISFIED])
    assert player.play(Step("touch", 1))
