"""What campaigns have found false once, each as short as it can be told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.dist import core_metadata
from tests.support.judge import must_uv

from . import mounts
from .changes.files import as_version
from .home import Home, said
from .play import Player
from .question import INSTALL, Question
from .world import World, copy, remove

pytestmark = pytest.mark.timeout(60)

QUESTIONS = [
    Question((*INSTALL, *line.split()), "one", query)
    for line in ("trunk==1.0", "leaf moss", "--exact trunk==1.0 moss bark lichen stone-1 stone-2 stone-3")
    for query in (False, True)
]
LISTED = Question((), "one", query=True)


def dist_info(home: Home, name: str) -> Path:
    (found,) = [info for info in home.infos() if info.name.startswith(f"{name}-")]
    return found


def asked(player: Player) -> None:
    """All of it is remembered now, as far as it can be."""
    for _ in range(2):
        assert player.check([*QUESTIONS, LISTED]) == []


def right(player: Player) -> None:
    assert player.check([*QUESTIONS, LISTED]) == []


@pytest.mark.skipif(not mounts.private(), reason="mounts need root")
def test_a_mount_over_a_dist_info(world: World, player: Player) -> None:
    """It is seen, and its end, and edits of what it shows."""
    asked(player)
    info = dist_info(world.one, "twig")
    shown = world.aside / "shown"
    copy(info, shown)
    metadata = shown / "METADATA"
    for need in ("moss>5", "moss"):
        metadata.write_text(metadata.read_text().replace("Summary: ", f"Requires-Dist: {need}\nSummary: "))
        mounts.bind(shown, info)
        right(player)
        metadata.write_text(metadata.read_text().replace(need, "absent"))
        right(player)
        mounts.unmount(info)
        right(player)


@pytest.mark.skipif(not mounts.private(), reason="mounts need root")
@pytest.mark.parametrize("command", ["install twig==1.0", "uninstall twig"])
def test_a_mount_is_not_taken_away(world: World, player: Player, command: str) -> None:
    """uv empties what is shown there before it fails."""
    info = dist_info(world.one, "twig")
    shown = world.aside / "shown"
    copy(info, shown)
    mounts.bind(shown, info)
    before = {path: path.read_bytes() for path in [*shown.iterdir(), *(info.parent / "twig").glob("*.py")]}
    argv = ["pip", *command.split(), "--python", str(world.one.path)]
    (answer,) = world.ask([{"command": argv}])
    assert answer["exit_code"] == 2
    assert f"something is mounted at `{info}`" in answer["stderr"]
    assert answer["changes"] == []
    assert {path: path.read_bytes() for path in before} == before
    right(player)


def test_metadata_of_another_name(world: World, player: Player) -> None:
    """It counts as its dist-info's. uv takes it so where it fetches ahead, as it mostly does, and else fails at it."""
    other = dist_info(world.one, "stone_1") / "METADATA"
    (dist_info(world.one, "leaf") / "METADATA").write_text(other.read_text())
    (answer,) = world.ask([{"command": ["pip", "install", "--dry-run", "trunk==2.0", "--python", str(world.one.path)]}])
    assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer["stderr"]
    assert [(change["name"], change["version"]) for change in answer["changes"]] == [("trunk", "2.0")]


def test_two_dist_infos_of_one_record(world: World, player: Player) -> None:
    """One of them a copy under another version's name: it was to be put in its own place, and found that taken."""
    info = dist_info(world.one, "leaf")
    copy(info, info.with_name("leaf-7.7.dist-info"))
    argv = ["pip", "install", "leaf==2.0", "--python", str(world.one.path)]
    (answer,) = world.ask([{"command": argv}])
    assert answer["exit_code"] == 0, answer["stderr"]
    assert {said(info) for info in world.one.infos() if said(info)[0] == "leaf"} == {("leaf", "2.0")}
    right(player)


@pytest.mark.parametrize("source", ["no source", "a source without metadata"])
def test_an_egg_link_to_nothing(world: World, player: Player, source: str) -> None:
    """uv ignores it; beside a distribution of the same name it was taken for another one, and the engine panicked."""
    asked(player)
    place = world.aside / "source"
    if source != "no source":
        (place / "leaf.egg-info").mkdir(parents=True)
    for name in ("leaf", "stone-1"):
        (world.one.roots()[0] / f"{name}.egg-link").write_text(f"{place}\n.\n")
        right(player)


@pytest.mark.parametrize("file", ["METADATA", "RECORD"])
@pytest.mark.parametrize("half", ["1.0", "4.4"])
def test_half_of_two(world: World, player: Player, half: str, file: str) -> None:
    """Two versions of a name, one of them half there: the engine panicked."""
    asked(player)
    other = as_version(dist_info(world.one, "bough"), "4.4")
    ((other if half == "4.4" else dist_info_of(world.one, "bough-1.0")) / file).unlink()
    right(player)


def dist_info_of(home: Home, stem: str) -> Path:
    return next(info for info in home.infos() if info.name == f"{stem}.dist-info")


@pytest.mark.parametrize("root", ["there", "not there"])
def test_two_roots_become_one(world: World, player: Player, root: str) -> None:
    """The platform's own directory becomes a link to the other one: all that is installed was found twice."""
    home, library = world.two, world.two.path / "lib64"
    listed = Question((), "two", query=True)
    wanted = [
        Question((*INSTALL, *line.split()), "two", query) for line in ("leaf", "trunk moss") for query in (False, True)
    ]
    asked = [*wanted, listed]
    for _ in range(2):
        assert player.check(asked) == []
    if root == "there":
        os.rename(library, world.aside / "library")
    else:
        for place in home.roots():
            remove(place)
        remove(library)
    library.symlink_to("lib")
    assert player.check(asked) == []
    if root == "not there":
        assert player.do(Question((*INSTALL, "trunk==1.0"), "two", real=True), None) == []
        assert player.check(asked) == []
    library.unlink()
    (world.aside / "library").rename(library) if root == "there" else library.mkdir()
    assert player.check(asked) == []


@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_exact_takes_away_what_came(world: World, player: Player, kind: str) -> None:
    """A dry run of `--exact` rests on all names: one that came outside of the closure was passed over."""
    (root,) = world.one.roots()
    # The wheel that will be wanted is in uv's cache, or nothing is remembered.
    must_uv(["pip", "install", "-q", "--python", str(world.one.path), "moss==2.0"], world.quiet, world.work)
    remove(root / "moss-2.0.dist-info")
    wanted = (*INSTALL, "--exact", "trunk==1.0", "moss", "bark", "lichen", "stone-1", "stone-2", "stone-3")
    exact = [Question(wanted, "one", query) for query in (False, True)]
    for _ in range(3):
        assert player.check(exact) == []
    assert player.status()["answers"]["remembered"] > 0, "what is tested here isn't remembered"
    place = root / f"ghost-1.0.{kind}"
    place.mkdir()
    (place / ("METADATA" if kind == "dist-info" else "PKG-INFO")).write_text(core_metadata("ghost", "1.0"))
    (place / "RECORD").write_text("")
    assert player.check(exact) == []
    remove(place)
    assert player.check(exact) == []


def test_a_wheel_gone_from_the_cache(world: World, player: Player) -> None:
    """Its pointer went and its archive stayed: a dry run said still that nothing is to be downloaded."""
    (root,) = world.one.roots()
    must_uv(["pip", "install", "-q", "--python", str(world.one.path), "moss==2.0"], world.quiet, world.work)
    remove(root / "moss-2.0.dist-info")
    question = Question((*INSTALL, "--exact", "trunk==1.0", "moss", "bark", "lichen"), "one")
    for _ in range(3):
        assert player.check([question]) == []
    assert player.status()["answers"]["remembered"] > 0, "what is tested here isn't remembered"
    for pointers in (world.session / "cache").glob("wheels-v*/index/*/moss"):
        remove(pointers)
    assert player.check([question]) == []
