"""The judge sees what it is for: what is missing, half there, of another version, nobody's, or lost."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Callable

import pytest

from .faults import Fault, Log
from .ground import state, wrong
from .picture import differences
from .play import Turn
from .scenario import named
from .users import kept, lost
from .world import World

SCENARIO = named("swap")
pytestmark = pytest.mark.timeout(60)


def _missing(site: Path) -> None:
    (site / "swap" / "same.py").unlink()


def _edited(site: Path) -> None:
    path = site / "swap" / "changed.py"
    about = path.stat()
    path.write_text(path.read_text().replace("1", "2"))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def _added(site: Path) -> None:
    (site / "swap" / "only_2.py").touch()


def _twice(site: Path) -> None:
    shutil.copytree(site / "swap-1.0.dist-info", site / "swap-2.0.dist-info")


def _without_record(site: Path) -> None:
    (site / "swap-1.0.dist-info" / "RECORD").unlink()


def _script(site: Path) -> None:
    (site.parents[2] / "bin" / "swap-tool").unlink()


@pytest.mark.parametrize("harm", [_missing, _edited, _added, _twice, _without_record, _script])
def test_sees(harm: Callable[[Path], None], world: World) -> None:
    users = [str(path) for path in world.reset(SCENARIO)]
    assert wrong(world, SCENARIO, users) == []
    before = state(world)
    harm(world.site)
    assert differences(state(world), before) != []
    assert wrong(world, SCENARIO, users) != []


def test_sees_what_is_lost(world: World) -> None:
    users = world.reset(SCENARIO)
    before = kept(users)
    assert lost(before, kept(users)) == []
    copied = users[0].with_name("copied")
    shutil.copy2(users[0], copied)
    os.replace(copied, users[0])
    (told,) = lost(before, kept(users))
    assert "inode" in told
    users[1].unlink()
    assert len(lost(before, kept(users))) == 2


def test_mode_and_links(world: World) -> None:
    world.reset(SCENARIO)
    before = state(world)
    tool = world.prefix / "bin" / "swap.sh"
    tool.chmod(0o644)
    assert len(differences(state(world), before)) == 1
    tool.unlink()
    tool.symlink_to("/bin/true")
    assert len(differences(state(world), before)) == 1


def test_times_and_bytecode_do_not_count(world: World) -> None:
    world.reset(SCENARIO)
    before = state(world)
    os.utime(world.site / "swap" / "same.py", (1, 1))
    (world.site / "swap" / "__pycache__").mkdir()
    (world.site / "swap" / "__pycache__" / "same.cpython-311.pyc").touch()
    assert differences(state(world), before) == []


def test_a_turn_is_read_as_it_is_spelled() -> None:
    text = "swap-shelf step.after@3=kill recover.step@1=kill uv-old by:satisfied"
    turn = Turn.parse(text)
    assert str(turn) == text
    assert turn.fault == Fault("step.after", 3, "kill")
    for bad in ("swap", "swap step.after=kill", "nothing step.after@1=kill"):
        with pytest.raises(ValueError):
            Turn.parse(bad)


def test_what_landed_is_read_from_the_log(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    fault = Fault("step.after", 3, "kill")
    assert not log.landed(fault)
    log.path.write_text("# prelude\nstep.after 1\nstep.after 3 kill\n# victim\nstep.after 4\nstage.tree 2\n")
    assert log.landed(fault)
    assert not log.landed(fault, "victim"), "it was done before its time"
    assert log.passed("victim") == {"step.after": [4], "stage.tree": [2]}
