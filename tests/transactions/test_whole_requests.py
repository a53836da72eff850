"""All packages of a request, or none of them: one that fails leaves everything as it was."""

from __future__ import annotations

import pytest

from tests.support.judge import run_uv

from .ground import state, survey
from .packages import SPOILT
from .picture import differences, left_over
from .scenario import Scenario, named, spelled
from .users import kept, lost
from .world import World

pytestmark = pytest.mark.timeout(100)
FIVE = named("five")


@pytest.mark.parametrize("at", range(len(SPOILT)), ids=SPOILT)
def test_the_fourth_wheel_fails(at: int, world: World) -> None:
    """Where uv takes such a wheel, so do we, with the same files."""
    command = f"pip install --no-deps swap==2.0 fresh plain==2.0 spoilt==1.{at} steady==2.0"
    world.reset(FIVE)
    words = spelled(command, world.prefix, world.target)
    assert isinstance(words, list)
    judged = run_uv(words, world.quiet, world.cwd)
    as_uv = state(world)
    users = world.reset(FIVE)
    before, old = kept(users), state(world)
    (answer,) = world.run((), (command,)).answers
    assert answer["exit_code"] == judged.exit_code, answer
    assert lost(before, kept(users)) == []
    assert differences(state(world), as_uv if judged.exit_code == 0 else old) == []
    assert left_over(world.prefix) == []
    if judged.exit_code != 0:
        assert answer["changes"] == []
        assert "spoilt" in answer["stderr"], "it doesn't say which package it was"
        ran = world.run((), (command.replace(f"spoilt==1.{at} ", ""),))
        assert ran.false == []


def test_a_download_fails(world: World) -> None:
    """What is in the cache is staged already when the last file can't be had."""
    scenario = named("swap")
    world.reset(scenario)
    assert world.run((), (*scenario.victims, *scenario.back)).false == []
    old = state(world)
    index = world.server.simple("main", "files-500")
    command = f"pip install --index-url {index} --refresh-package gone swap==2.0 gone==1.0 plain==2.0"
    (answer,) = world.run((), (command,)).answers
    assert answer["exit_code"] != 0
    assert differences(state(world), old) == []
    assert left_over(world.prefix) == []


def test_a_target_stays_as_it_is(world: World) -> None:
    scenario = named("target")
    world.reset(scenario)
    old = state(world)
    command = "pip install --target {target} --upgrade --no-deps swap==2.0 fresh plain spoilt==1.0 steady"
    (answer,) = world.run((), (command,)).answers
    assert answer["exit_code"] != 0
    assert differences(state(world), old) == []
    assert not (world.target / ".uvffi").exists()


def test_one_of_five_can_not_be_uninstalled(world: World) -> None:
    """What uv can't remove is in the way of the whole request."""
    scenario = Scenario("legacy", ("pip uninstall swap plain steady shape",), users=())
    world.reset(scenario)
    info = world.site / "steady-1.0.dist-info"
    record = info / "RECORD"
    record.write_bytes(b"\xff\xfe no table\n,,,,,\n" + record.read_bytes())
    old = state(world)
    (answer,) = world.run((), scenario.victims).answers
    if answer["exit_code"] != 0:
        assert differences(state(world), old) == []
        assert answer["changes"] == []
    else:
        left = {path.name for path in world.site.glob("*.dist-info")}
        assert not left & {"swap-1.0.dist-info", "plain-1.0.dist-info", "shape-1.0.dist-info"}


def test_a_sync_goes_to_and_fro(world: World) -> None:
    """What comes and what goes is one change, the same as uv's, and back again."""
    assert survey(world, named("sync")).strange == []


@pytest.mark.parametrize("at", range(len(SPOILT)), ids=SPOILT)
def test_a_sync_fails_half_way(at: int, world: World) -> None:
    """What is to go stays as well, where uv has nothing to put beside it."""
    scenario = named("sync")
    (world.cwd / "spoilt.txt").write_text(f"anchor==1.0\nswap==2.0\nspoilt==1.{at}\nfresh==1.0\n")
    command = "pip sync spoilt.txt"
    world.reset(scenario)
    words = spelled(command, world.prefix, world.target)
    assert isinstance(words, list)
    judged = run_uv(words, world.quiet, world.cwd)
    as_uv = state(world)
    users = world.reset(scenario)
    before, old = kept(users), state(world)
    (answer,) = world.run((), (command,)).answers
    assert (answer["exit_code"], answer["route"]) == (judged.exit_code, "resident"), answer
    assert lost(before, kept(users)) == []
    assert differences(state(world), as_uv if judged.exit_code == 0 else old) == []
    assert left_over(world.prefix) == []
    if judged.exit_code != 0:
        assert answer["changes"] == []
        assert "spoilt" in answer["stderr"], "it doesn't say which package it was"
