"""Changes of an environment as a whole, of its Python, and of which one is meant."""

from __future__ import annotations

import os
import shutil
from random import Random

from tests.support.interpreters import interpreters
from tests.support.judge import must_uv

from .. import mounts
from ..home import Home, Impossible
from ..world import World, copy, remove, split, tried
from .catalogue import Made, change, somewhere
from .files import overwrite


@change()
def venv_and_back(world: World, rng: Random) -> Made:
    """The environment moves away; what comes back is a copy with preserved times, of now or of the beginning."""
    home = _venv(world, rng)
    world.let_go()
    gone = world.aside / "venv"
    remove(gone)
    os.rename(home.path, gone)
    copy(gone if rng.random() < 0.6 else world.pristine / home.name, home.path)
    return home.name, None


@change(0.5)
def venv_away(world: World, rng: Random) -> Made:
    """There is no environment for a while."""
    home = _venv(world, rng)
    world.let_go()
    gone = world.aside / f"away-{home.name}"
    remove(gone)
    os.rename(home.path, gone)

    def back() -> None:
        if not home.path.exists():
            os.rename(gone, home.path)

    return home.name, tried([back])


@change(0.3)
def venv_anew(world: World, rng: Random) -> Made:
    """`uv venv --clear`, often with another Python, and a few packages."""
    home = _venv(world, rng)
    world.let_go()
    version = rng.choice(_versions(world))
    python = str(interpreters()[version])
    options = ["--clear", "-q", "--no-config", "--no-project", "--python", python]
    must_uv(["venv", *options, str(home.path)], world.quiet, world.work)
    if home is world.two:
        split(Home(home.name, home.path, version))
    world.forget_pythons()
    wanted = rng.choice((["trunk==1.0"], ["leaf==1.0", "moss"], ["twig"]))
    must_uv(["pip", "install", "-q", "--no-config", "--python", str(home.path), *wanted], world.quiet, world.work)
    return home.name, lambda: world.restore(home)


@change(0.5)
def other_python(world: World, rng: Random) -> Made:
    """The environments change places: each path has the other's Python and packages."""
    first, second, between = world.one.path, world.two.path, world.aside / "between"
    world.let_go()

    def swap() -> None:
        os.rename(first, between)
        os.rename(second, first)
        os.rename(between, second)
        world.forget_pythons()

    swap()
    return rng.choice(("one", "two")), tried([swap])


@change(0.5)
def python_re_pointed(world: World, rng: Random) -> Made:
    """bin/python leads to another Python; pyvenv.cfg says what it said."""
    home = _venv(world, rng)
    path = home.path / "bin" / "python"
    before = os.readlink(path)
    path.unlink()
    path.symlink_to(interpreters()[rng.choice(_versions(world))])

    def back() -> None:
        path.unlink()
        path.symlink_to(before)

    return home.name, tried([back])


@change(0.5)
def python_gone(world: World, rng: Random) -> Made:
    home = _venv(world, rng)
    path = home.path / "bin" / "python"
    before = os.readlink(path)
    path.unlink()
    return home.name, tried([lambda: path.symlink_to(before)])


@change()
def pyvenv_cfg(world: World, rng: Random) -> Made:
    """Another line, or another word of the same length. Without the file another Python would be meant: never that."""
    home = _venv(world, rng)
    path = home.path / "pyvenv.cfg"
    text = path.read_bytes()
    if rng.random() < 0.4:
        return home.name, tried([overwrite(path, text.replace(b"= false", b"= true "))])
    path.write_bytes(text + b"include-system-site-packages = true\n")

    def back() -> None:
        path.write_bytes(text)

    return home.name, tried([back])


@change()
def nearer_venv(world: World, rng: Random) -> Made:
    """A `.venv` in the working directory: the one that is meant when nothing is said."""
    remove(world.near.path)
    copy(world.pristine / "near", world.near.path)
    return None, lambda: remove(world.near.path)


@change()
def venv_above(world: World, rng: Random) -> Made:
    """A `.venv` in the directory above."""
    path = world.work.parent / ".venv"
    remove(path)
    copy(world.pristine / "near", path)
    return None, lambda: remove(path)


@change()
def target_directory(world: World, rng: Random) -> Made:
    """The directory of packages goes away, or some are copied into it."""
    if world.out.path.exists() and rng.random() < 0.4:
        shutil.rmtree(world.out.path)
        return "out", None
    world.out.path.mkdir(exist_ok=True)
    info = world.one.info(rng)
    target = world.out.path / info.name
    remove(target)
    copy(info, target)
    return "out", tried([lambda: remove(target)])


@change(2)
def bind_mount(world: World, rng: Random) -> Made:
    """Another dist-info is shown in the place of one, by a mount; undone by an unmount."""
    if not mounts.private():
        raise Impossible("mounts need root")
    home = somewhere(world, rng)
    info = home.info(rng)
    if info in mounts.below(world.base):
        raise Impossible(f"{info} is a mount already")
    stand_in = world.aside / f"mounted-{len(list(world.aside.iterdir()))}"
    copy(info, stand_in)
    metadata = stand_in / "METADATA"
    metadata.write_text(metadata.read_text().replace("Summary: ", rng.choice(("Requires-Dist: absent\nSummary: ", ""))))
    mounts.bind(stand_in, info)

    def undo() -> None:
        if info in mounts.below(world.base):
            mounts.unmount(info)

    return home.name, undo


def _venv(world: World, rng: Random) -> Home:
    home = rng.choice((world.one, world.one, world.two))
    if not (home.path / "pyvenv.cfg").exists():
        raise Impossible(f"{home.name} is not there")
    return home


def _versions(world: World) -> list[str]:
    return [version for version in world.pythons if version in ("3.11", "3.12")] or world.pythons
