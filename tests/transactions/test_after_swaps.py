"""After any mixture of changes, site-packages is what a fresh install makes of it, and every tool finds it in order."""

from __future__ import annotations

from random import Random

import pytest

from tests.support.judge import Outcome, run_uv

from .ground import state, wrong
from .picture import differences
from .recovery import run_pip
from .scenario import BASE, Scenario
from .world import World

pytestmark = pytest.mark.timeout(120)
NAMES = ("swap", "steady", "space-one", "shape", "plain")


def mixture(rng: Random, length: int) -> list[str]:
    """Commands in any order; the last ones put everything in a known state."""
    commands = []
    for _ in range(length):
        names = rng.sample(NAMES, rng.randint(1, 3))
        kind = rng.random()
        if kind < 0.2:
            commands.append(f"pip uninstall {' '.join(names)}")
        elif kind < 0.35:
            commands.append(f"pip install --reinstall {' '.join(names)}")
        else:
            commands.append("pip install " + " ".join(f"{name}=={rng.choice(('1.0', '2.0'))}" for name in names))
    return commands


def ask(world: World, *words: str) -> Outcome:
    return run_uv([*words[:2], "--python", str(world.prefix), *words[2:]], world.quiet, world.cwd)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equals_a_fresh_install(seed: int, world: World) -> None:
    rng = Random(seed)
    last = "pip install " + " ".join(f"{name}=={rng.choice(('1.0', '2.0'))}" for name in NAMES)
    scenario = Scenario(f"mixture-{seed}", (last,), users=())
    world.reset(scenario)
    # In one process, and then in another one, which finds the Shelf of the first.
    for length in (25, 15):
        ran = world.run(mixture(rng, length), (last,))
        assert ran.false == []
        assert wrong(world, scenario, []) == []
    mixed = state(world)
    fresh = Scenario(f"fresh-{seed}", (), planted=(*last.split()[2:], "anchor==1.0", "space-two==1.0"), users=())
    world.reset(fresh)
    assert differences(_asked_for(mixed), _asked_for(state(world))) == []


def _asked_for(picture: dict[str, str]) -> dict[str, str]:
    """Without what tells which of them were asked for by name, in the last command or in one before."""
    return {
        path: what for path, what in picture.items() if not path.endswith(("dist-info/REQUESTED", "dist-info/RECORD"))
    }


def test_every_tool_is_content(world: World) -> None:
    """uv and pip check it, and uninstall every package whole: nothing is left over."""
    scenario = Scenario("content", ("pip install " + " ".join(f"{name}==2.0" for name in NAMES),), users=())
    world.reset(scenario)
    rng = Random(9)
    ran = world.run(mixture(rng, 20), (*scenario.victims, "pip install fresh"))
    assert ran.false == []
    for outcome in (ask(world, "pip", "check"), run_pip(["check"], world)):
        assert outcome.exit_code == 0, outcome
    by_uv, by_pip = NAMES[::2], (*NAMES[1::2], "fresh")
    outcome = ask(world, "pip", "uninstall", *by_uv)
    assert outcome.exit_code == 0, outcome
    outcome = run_pip(["uninstall", "-y", *by_pip], world)
    assert outcome.exit_code == 0, outcome
    for outcome in (ask(world, "pip", "check"), run_pip(["check"], world)):
        assert outcome.exit_code == 0, outcome
    assert wrong(world, scenario, []) == []
    left = {info.name for info in world.site.glob("*.dist-info")}
    assert left == {"anchor-1.0.dist-info", "space_two-1.0.dist-info"}


def test_there_and_back_is_as_at_first(world: World) -> None:
    scenario = Scenario("there", ("pip install swap==2.0 steady==2.0 shape==2.0",), planted=BASE, users=())
    world.reset(scenario)
    before = state(world)
    ran = world.run((), (*scenario.victims, "pip install swap==1.0 steady==1.0 shape==1.0"), rounds=4)
    assert ran.false == []
    assert differences(state(world), before) == []
