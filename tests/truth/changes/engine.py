"""What hosts tell the engine: Deltas that are wrong, late or doubled, and that all is to be forgotten."""

from __future__ import annotations

from random import Random

from .. import host
from ..home import Home
from ..orchard import VERSIONS
from ..world import World, remove
from .catalogue import Made, change, somewhere


@change()
def false_delta(world: World, rng: Random) -> Made:
    """It tells of what never happened."""
    home = somewhere(world, rng)
    name = rng.choice(sorted(VERSIONS))
    installed: list[object] = [[name, "8.8"], "ghost"] if rng.random() < 0.5 else []
    _patch(world, home, rng, installed, [] if installed else [name])
    return home.name, None


@change()
def belated_delta(world: World, rng: Random) -> Made:
    """A dist-info goes away, and the Delta names it and the opposite, twice."""
    home = somewhere(world, rng)
    info = home.info(rng)
    name = info.name.split("-")[0]
    remove(info)
    for _ in range(2):
        _patch(world, home, rng, [name], [])
        _patch(world, home, rng, [], [name])
    return home.name, None


@change(0.5)
def forget(world: World, rng: Random) -> Made:
    world.worker.call(host.forget)
    return None, None


def _patch(world: World, home: Home, rng: Random, installed: list[object], removed: list[str]) -> None:
    place = None if rng.random() < 0.3 else str(home.root(rng))
    world.worker.call(host.patch, installed=installed, removed=removed, site_packages=place)
