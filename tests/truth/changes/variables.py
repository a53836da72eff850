"""Changes of the warm process itself: its variables and its directory."""

from __future__ import annotations

from random import Random

from ..world import World
from .catalogue import Made, change


@change(2)
def uv_variable(world: World, rng: Random) -> Made:
    name, value = rng.choice(
        (
            ("UV_INDEX_URL", world.server.simple("other")),
            ("UV_CONSTRAINT", "limits.txt"),
            ("UV_OVERRIDE", "over.txt"),
            ("UV_RESOLUTION", "lowest"),
            ("UV_NO_CONFIG", "1"),
            ("UV_CONFIG_FILE", str(world.work / "uv.toml")),
            ("UV_OFFLINE", "1"),
            ("UV_NO_INDEX", "1"),
            ("UV_FIND_LINKS", str(world.flat)),
            ("UV_EXCLUDE_NEWER", "2021-06-01T00:00:00Z"),
            ("UV_REQUIRE_HASHES", "1"),
            ("UV_PYTHON", str(world.two.path)),
            ("UV_RESOLUTION", "no-such-resolution"),
            ("UV_COMPILE_BYTECODE", "1"),
        )
    )
    return None, _set(world, name, value)


@change(2)
def virtual_env(world: World, rng: Random) -> Made:
    """Which environment is meant when nothing is said; an empty one is none."""
    choices = [world.two.path, world.near.path, world.aside / "nowhere", ""]
    return None, _set(world, "VIRTUAL_ENV", str(rng.choice(choices)))


@change(2)
def variable_of_a_file(world: World, rng: Random) -> Made:
    """A variable that only a requirements file names."""
    return None, _set(world, "ORCHARD", str(rng.choice((world.wheels, world.aside, world.flat))))


@change(0.5)
def home_directory(world: World, rng: Random) -> Made:
    """Where the user's configuration is looked for."""
    name = rng.choice(("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "HOME"))
    folder = world.aside / "another-home"
    (folder / "uv").mkdir(parents=True, exist_ok=True)
    (folder / "uv" / "uv.toml").write_text("[pip]\nno-deps = true\n")
    return None, _set(world, name, str(folder))


@change(0.5)
def working_directory(world: World, rng: Random) -> Made:
    """The process goes elsewhere and comes back."""
    world.surround({}, world.work.parent)
    return None, lambda: world.surround({}, world.work)


def _set(world: World, name: str, value: str):  # type: ignore[no-untyped-def]
    before = world.changed.get(name)
    world.surround({name: value})
    return lambda: world.surround({name: before})
