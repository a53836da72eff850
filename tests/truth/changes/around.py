"""Changes of what answers are made from beside the environment: requirements, files, indexes, uv's cache."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from .. import orchard
from ..home import Impossible
from ..world import FILES, World, remove, tried
from .catalogue import Made, change
from .files import overwrite

CONTENTS = (
    "trunk\nleaf<3\n",
    "trunk\nleaf<2\n",
    "leaf==1.0\n",
    "trunk\nstone-9\n",
    "-r more/inner.txt\n",
    "leaf ; python_version < '3.12'\nmoss ; python_version >= '3.12'\n",
    "",
    "what is <this>\n",
)
LIMITS = ("leaf<3\n", "leaf<2\n", "leaf>=2\n", "twig==1.0\n", "")


@change(3)
def requirements(world: World, rng: Random) -> Made:
    """A requirements file, or one that it names, has another content."""
    name = rng.choice(("wanted.txt", "nested.txt", "more/inner.txt", "more/deeper.txt"))
    path = world.work / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(rng.choice(CONTENTS[:5] if name == "wanted.txt" else CONTENTS))
    return None, lambda: _as_at_first(world, name)


@change(2)
def limits(world: World, rng: Random) -> Made:
    """Constraints and overrides."""
    name = rng.choice(("limits.txt", "over.txt"))
    (world.work / name).write_text(rng.choice(LIMITS))
    return None, lambda: _as_at_first(world, name)


@change(2)
def edit_requirements(world: World, rng: Random) -> Made:
    """In place, with size and time kept."""
    path = world.work / rng.choice(("wanted.txt", "limits.txt", "over.txt", "more/inner.txt"))
    text = path.read_bytes()
    edited = text.replace(b"<3", b"<2").replace(b">=1.1", b">=3.0").replace(b"moss", b"bark")
    return None, tried([overwrite(path, edited)])


@change()
def no_requirements(world: World, rng: Random) -> Made:
    """A file goes away."""
    name = rng.choice(sorted(FILES))
    remove(world.work / name)
    return None, lambda: _as_at_first(world, name)


@change()
def file_of_a_package(world: World, rng: Random) -> Made:
    """A wheel that a requirement names goes away, comes back, or is another with the same name."""
    name = rng.choice(("leaf-2.0-py3-none-any.whl", "leaf-1.1-py3-none-any.whl", "moss-1.0-py3-none-any.whl"))
    path = world.flat / name
    kept = world.wheels / name
    if rng.random() < 0.4 or not path.exists():
        remove(path)
    else:
        other = next((dist for dist in orchard.other() if dist.filename == name), None)
        path.write_bytes(other.data if other else kept.read_bytes())

    def back() -> None:
        shutil.copy2(kept, path)

    return None, tried([back])


@change(2)
def tide(world: World, rng: Random) -> Made:
    """The index whose answers may not be kept has more releases, or fewer."""
    count = rng.randrange(1, 5)
    world.server.dists["tide"].clear()
    world.server.add("tide", orchard.tide()[:count])
    return None, None


@change(0.5)
def cache(world: World, rng: Random) -> Made:
    """uv's cache loses a package's wheels, as by `uv cache clean`: what is there must be downloaded again."""
    places = sorted((world.session / "cache").glob("wheels-v*/index/*/*")) or sorted(
        (world.session / "cache").glob("wheels-v*/*/*/*")
    )
    if not places:
        raise Impossible("uv's cache has no wheels")
    place = rng.choice(places)
    shutil.rmtree(place)
    return None, None


def _as_at_first(world: World, name: str) -> None:
    path: Path = world.work / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(FILES[name])
