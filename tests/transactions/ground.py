"""What is known of a scenario before anything is killed: the old state, the new one, the points passed between them."""

from __future__ import annotations

from typing import NamedTuple, Sequence

from .faults import Passed
from .picture import Picture, differences, inconsistent, picture
from .recovery import about_target
from .scenario import Scenario, Words
from .users import kept, lost
from .world import World


class Ground(NamedTuple):
    """Pictures of both states, found by runs that nobody disturbed."""

    old: Picture
    new: Picture
    others: tuple[Picture, ...]
    """States that are as good after going to and fro: empty directories that uv would leave, too."""
    passed: Passed
    """Fault points of the victims."""
    seconds: float
    """What the victims take."""
    strange: list[str]
    """Why this scenario proves nothing."""

    def is_whole(self, state: Picture) -> bool:
        return state in (self.old, self.new, *self.others)


def survey(world: World, scenario: Scenario) -> Ground:
    """Runs a scenario without faults, and has uv do the same."""
    strange: list[str] = []

    def reached(prelude: Sequence[Words], victims: Sequence[Words]) -> Picture:
        users = world.reset(scenario)
        before = kept(users)
        ran = world.run(prelude, victims)
        strange.extend(ran.false)
        strange.extend(lost(before, kept(users)))
        return state(world)

    old = reached(scenario.prelude, ())
    if not strange:
        # Once for the first time: uv's cache is filled now.
        reached(scenario.prelude, scenario.victims)
    if strange:
        return Ground(old, old, (), {}, 0.0, strange)
    others = []
    if scenario.back:
        others = [
            reached(scenario.prelude, (*scenario.victims, *scenario.back)),
            reached(scenario.prelude, (*scenario.victims, *scenario.back, *scenario.victims)),
        ]
    users = world.reset(scenario)
    ran = world.run(scenario.prelude, scenario.victims)
    passed = world.log.passed("victim")
    new = state(world)
    strange += ran.false
    strange += [f"new state: {line}" for line in wrong(world, scenario, [str(path) for path in users])]
    if scenario.judged:
        world.reset(scenario)
        for command in (*scenario.prelude, *scenario.victims):
            assert isinstance(command, str)
            first, second, *words = command.format(target=world.target).split()
            world.uv(f"{first} {second}", *(word for word in words if word != "--no-cache"))
        strange += [f"uv comes to another state: {line}" for line in differences(new, state(world))]
    return Ground(old, new, tuple(others), passed, sum(ran.seconds[len(scenario.prelude) :]), strange)


def state(world: World) -> Picture:
    """All that may change: the environment and the target."""
    return {
        **{f"env/{path}": what for path, what in picture(world.prefix).items()},
        **{f"target/{path}": what for path, what in picture(world.target).items()},
    }


def wrong(world: World, scenario: Scenario, users: Sequence[str]) -> list[str]:
    """What isn't consistent, whatever is installed."""
    if about_target(scenario):
        return inconsistent(world.target, world.target, ()) if world.target.is_dir() else []
    own = [path[len(str(world.prefix)) + 1 :] for path in users]
    return inconsistent(world.site, world.prefix, [*own, *bare(world)])


def bare(world: World) -> set[str]:
    """What is in the environment before anything is installed."""
    names = ("_virtualenv.py", "_virtualenv.pth")
    site = world.site.relative_to(world.prefix)
    found = {f"{site}/{name}" for name in names} | {"pyvenv.cfg", ".gitignore", "CACHEDIR.TAG", "lib64"}
    return found | {f"bin/{name.name}" for name in (world.prefix / "bin").iterdir() if _of_venv(name.name)}


def _of_venv(name: str) -> bool:
    return name.startswith(("python", "activate", "deactivate", "pydoc"))
