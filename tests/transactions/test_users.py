"""Files of users among those of packages stay where they are, the same files, whatever is installed around them."""

from __future__ import annotations

import pytest

from tests.support.judge import run_uv

from .ground import state
from .picture import differences
from .scenario import Scenario, named
from .users import kept, lost
from .world import World

pytestmark = pytest.mark.timeout(100)


@pytest.mark.parametrize("name", ["swap", "swap-shelf", "swap-shape", "uninstall", "five-shelf"])
def test_stay_across_many_changes(name: str, world: World) -> None:
    """To and fro; `uninstall` leaves them alone in directories that are nobody's."""
    scenario = named(name)
    users = world.reset(scenario)
    before = kept(users)
    assert len(before) > 8
    ran = world.run(scenario.prelude, (*scenario.victims, *scenario.back), rounds=12)
    assert ran.false == []
    assert lost(before, kept(users)) == []
    # More of them, also in a directory that the other version doesn't have, and again with the next process.
    new = [world.site / "swap" / "dir_1" / "more.txt", world.site / "space" / "common" / "more.txt"]
    for path in new:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("more\n")
    before = kept([*users, *new])
    ran = world.run((), (*scenario.victims, *scenario.back), rounds=3)
    assert ran.false == []
    assert lost(before, kept([*users, *new])) == []


def test_stay_when_reinstalled(world: World) -> None:
    scenario = named("reinstall")
    users = world.reset(scenario)
    before = kept(users)
    assert world.run((), scenario.victims, rounds=5).false == []
    assert lost(before, kept(users)) == []


def test_an_open_file_goes_on(world: World) -> None:
    """Who has it open writes to the file that is there."""
    scenario = named("swap")
    world.reset(scenario)
    log = world.site / "swap" / "sub" / "users.log"
    with log.open("a") as file:
        for number in range(3):
            assert world.run((), (*scenario.victims, *scenario.back)).false == []
            file.write(f"{number}\n")
            file.flush()
    assert log.read_text() == "0\n1\n2\n"


def test_where_a_package_has_its_own(world: World) -> None:
    """A file at a place where the package that comes has one too: as uv has it, or refused and nothing changed."""
    scenario = Scenario("conflict", ("pip install swap==2.0",), users=("{site}/swap/only_2.py", "{prefix}/bin/swap-2"))
    world.reset(scenario)
    old = state(world)
    told = run_uv(["pip", "install", "--python", str(world.prefix), "swap==2.0"], world.quiet, world.cwd)
    assert told.exit_code == 0, told
    judged = state(world)
    world.reset(scenario)
    ran = world.run((), scenario.victims)
    succeeded = ran.answers[0]["exit_code"] == 0
    assert differences(state(world), judged if succeeded else old) == []


def test_where_a_directory_takes_a_files_place(world: World) -> None:
    """The same the other way round; the error names the file."""
    scenario = Scenario("file-in-the-way", ("pip install fresh==1.0 plain==2.0",), users=("{site}/fresh",))
    users = world.reset(scenario)
    old = state(world)
    words = ["pip", "install", "--python", str(world.prefix), "fresh==1.0"]
    assert run_uv(words, world.quiet, world.cwd).exit_code != 0
    world.reset(scenario)
    before = kept(users)
    (answer,) = world.run((), scenario.victims).answers
    assert answer["exit_code"] != 0
    assert f"`{users[0]}`" in answer["stderr"]
    assert lost(before, kept(users)) == []
    assert differences(state(world), old) == []
    users[0].unlink()
    assert world.run((), scenario.victims).false == []


def test_where_a_file_takes_a_directorys_place(world: World) -> None:
    """There is no way to keep both: it is refused, and nothing is changed."""
    scenario = Scenario("in-the-way", ("pip install shape==2.0",), users=("{site}/shapes/square/users.txt",))
    users = world.reset(scenario)
    before, old = kept(users), state(world)
    ran = world.run((), scenario.victims)
    assert lost(before, kept(users)) == []
    (answer,) = ran.answers
    assert answer["exit_code"] != 0, "a user's file is gone from its place"
    assert answer["stderr"].strip() or answer["error"]["message"]
    assert differences(state(world), old) == []
