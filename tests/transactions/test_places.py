"""On every filesystem: the right result, or a clear error and the old environment as it was."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.support.judge import run_uv

from . import places
from .ground import state, survey
from .picture import differences, left_over
from .places import PLACES, Place
from .scenario import Scenario, named, spelled
from .users import kept, lost
from .world import World

pytestmark = pytest.mark.timeout(150)
EVERYWHERE = ("install", "swap-shelf", "swap-shape", "uninstall", "target")


@pytest.mark.parametrize("name", [name for name in PLACES if name != "disk"])
def test_goes_well(name: str, worlds: Callable[[Place], World]) -> None:
    """As uv does it there, users' files kept, and nothing left beside it."""
    world = worlds(PLACES[name])
    for scenario in [named(one) for one in EVERYWHERE]:
        ground = survey(world, scenario)
        assert ground.strange == [], scenario.name
        assert left_over(world.prefix, world.target) == [], scenario.name


def test_read_only(worlds: Callable[[Place], World]) -> None:
    """Refused as uv refuses it; what needs no change is answered."""
    world = worlds(Place("read-only", over=lambda base: places.read_only(base / "disk")))
    for name in ("install", "swap", "reinstall", "uninstall"):
        scenario = named(name)
        users = world.reset(scenario)
        before, old = kept(users), state(world)
        (command,) = scenario.victims
        words = spelled(command, world.prefix, world.target)
        assert isinstance(words, list)
        (answer,) = world.run((), scenario.victims).answers
        assert answer["exit_code"] != 0, answer
        assert "ead-only" in answer["stderr"] + str(answer["error"]), answer
        assert differences(state(world), old) == [], name
        assert lost(before, kept(users)) == [], name
        judged = run_uv(words, world.quiet, world.cwd)
        assert judged.exit_code == answer["exit_code"], judged
        (still,) = world.run((), ("pip install anchor==1.0",)).answers
        assert (still["exit_code"], still["changes"]) == (0, [])


@pytest.mark.parametrize("name", ["swap", "five", "uninstall", "swap-shelf"])
def test_full(name: str, worlds: Callable[[Place], World]) -> None:
    """However little room is left: all of it or nothing, and all of it when there is room again."""
    world = worlds(Place("full", under=lambda base: places.small(base / "disk", "3m")))
    scenario = named(name)
    ground = survey(world, scenario)
    assert ground.strange == []
    ends = {}
    for leave in (0, 4096, 12288, 32768, 131072, 524288):
        users = world.reset(scenario)
        before = kept(users)
        if scenario.prelude:
            assert world.run((), scenario.prelude).false == []
        filled = places.fill(world.prefix.parent, leave)
        (answer,) = world.run((), scenario.victims).answers
        ends[leave] = answer["exit_code"] == 0
        assert differences(state(world), ground.new if ends[leave] else ground.old) == [], leave
        assert lost(before, kept(users)) == [], leave
        if not ends[leave]:
            assert "space" in answer["stderr"] + str(answer["error"]), answer
        filled.unlink()
        assert world.run((), scenario.victims).false == []
        assert differences(state(world), ground.new) == [], leave
        assert left_over(world.prefix) == []
    assert ends[524288], f"there was room enough: {ends}"


def test_full_target(worlds: Callable[[Place], World]) -> None:
    """The same where the target has a filesystem of its own."""
    world = worlds(Place("full-target", under=lambda base: places.small(base / "other", "1m")))
    scenario = named("target")
    ground = survey(world, scenario)
    assert ground.strange == []
    for leave in (0, 8192, 262144):
        world.reset(scenario)
        filled = places.fill(world.target.parent, leave)
        (answer,) = world.run((), scenario.victims).answers
        expected = ground.new if answer["exit_code"] == 0 else ground.old
        assert differences(state(world), expected) == [], leave
        filled.unlink()
        assert world.run((), scenario.victims).false == []
        assert differences(state(world), ground.new) == [], leave


def test_a_target_in_the_environment(world: World) -> None:
    """Its own site-packages as a target: two ways to one place, which exclude each other."""
    scenario = Scenario("inside", ("pip install swap==2.0",))
    users = world.reset(scenario)
    before = kept(users)
    site = str(world.site)
    (answer,) = world.run((), (f"pip install --target {site} --upgrade swap==2.0",)).answers
    assert answer["exit_code"] == 0, answer
    assert lost(before, kept(users)) == []
    assert not (world.site / ".uvffi").exists()
