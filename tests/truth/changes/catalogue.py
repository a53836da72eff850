"""The list of changes. A change says how often it is made and, if it can, how it is undone."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Callable, Optional, Tuple

from ..home import Home, Impossible
from ..world import Undo, World

Made = Tuple[Optional[str], Optional[Undo]]
"""The environment that is touched (None: it may be any), and how it is undone (None: by what comes later)."""
Maker = Callable[[World, Random], Made]


@dataclass(frozen=True)
class Change:
    name: str
    weight: float
    make: Maker


CATALOGUE: dict[str, Change] = {}


def change(weight: float = 1.0) -> Callable[[Maker], Maker]:
    """Puts a function into the list, under its own name. It raises `Impossible` where it can't be made."""

    def add(make: Maker) -> Maker:
        name = make.__name__.strip("_").replace("_", "-")
        if name in CATALOGUE:
            raise ValueError(f"there are two changes of the name {name}")
        CATALOGUE[name] = Change(name, weight, make)
        return make

    return add


def somewhere(world: World, rng: Random) -> Home:
    """One of the environments that are there: mostly the first."""
    homes = [world.one] * 5 + [world.two] * 3 + [home for home in (world.out, world.near) if home.roots()]
    home = rng.choice(homes)
    if not home.roots():
        raise Impossible(f"{home.name} is not there")
    return home
