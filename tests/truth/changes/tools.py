"""Other installers: uv and pip as processes."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path
from random import Random

from tests.support.judge import run_uv

from ..home import Home, Impossible
from ..orchard import VERSIONS
from ..world import World
from .catalogue import Made, change


@change(5)
def uv_install(world: World, rng: Random) -> Made:
    """Another version, up or down, or one that wasn't there."""
    home = _venv(world, rng)
    name = rng.choice(("leaf", "leaf", "twig", "branch", "trunk", "moss", "bark", "stone-1"))
    _uv(world, home, "install", "--no-deps", f"{name}=={rng.choice(VERSIONS[name])}")
    return home.name, None


@change(2)
def uv_install_all(world: World, rng: Random) -> Made:
    """A closure, as it likes it."""
    home = _venv(world, rng)
    _uv(world, home, "install", rng.choice(("trunk==1.0", "trunk==2.0", "lichen[wet]", "twig leaf==1.1")).split()[0])
    return home.name, None


@change(3)
def uv_uninstall(world: World, rng: Random) -> Made:
    home = _venv(world, rng)
    _uv(world, home, "uninstall", rng.choice(("leaf", "twig", "moss", "trunk", "ghost")))
    return home.name, None


@change(2)
def uv_reinstall(world: World, rng: Random) -> Made:
    """The same version again."""
    home = _venv(world, rng)
    name, version = _there(home, rng)
    _uv(world, home, "install", "--reinstall", "--no-deps", f"{name}=={version}")
    return home.name, None


@change(2)
def uv_from_another_index(world: World, rng: Random) -> Made:
    """The same version with another content."""
    home = _venv(world, rng)
    version = rng.choice(VERSIONS["leaf"])
    _uv(world, home, "install", "--reinstall", f"leaf=={version}", "--index-url", world.server.simple("other"))
    return home.name, None


@change()
def uv_from_a_file(world: World, rng: Random) -> Made:
    """A wheel by its path: noted in direct_url.json."""
    home = _venv(world, rng)
    _uv(world, home, "install", "--no-deps", str(world.wheels / f"leaf-{rng.choice(('1.0', '2.0'))}-py3-none-any.whl"))
    return home.name, None


@change()
def uv_with_links(world: World, rng: Random) -> Made:
    """Files are links into uv's cache."""
    home = _venv(world, rng)
    mode = rng.choice(("symlink", "hardlink"))
    _uv(world, home, "install", "--reinstall", "--link-mode", mode, "stone-2")
    return home.name, None


@change()
def uv_target(world: World, rng: Random) -> Made:
    _uv(world, world.one, "install", "--target", str(world.out.path), rng.choice(("leaf==1.0", "leaf==2.0", "trunk")))
    return "out", None


@change(0.6)
def pip_install(world: World, rng: Random) -> Made:
    home = _venv(world, rng)
    name = rng.choice(("leaf", "twig", "moss"))
    options = ["--no-deps", "--no-index", "--find-links", str(world.wheels)]
    _pip(world, home, "install", *options, f"{name}=={rng.choice(VERSIONS[name])}")
    return home.name, None


@change(0.2)
def pip_reinstall(world: World, rng: Random) -> Made:
    home = _venv(world, rng)
    options = ["--no-deps", "--no-index", "--find-links", str(world.wheels), "--force-reinstall"]
    _pip(world, home, "install", *options, "leaf==2.0")
    return home.name, None


@change(0.4)
def pip_uninstall(world: World, rng: Random) -> Made:
    home = _venv(world, rng)
    _pip(world, home, "uninstall", "-y", _there(home, rng)[0])
    return home.name, None


def _venv(world: World, rng: Random) -> Home:
    home = rng.choice((world.one, world.one, world.two))
    if not home.roots() or not (home.path / "bin" / "python").exists():
        raise Impossible(f"{home.name} is not there")
    return home


def _there(home: Home, rng: Random) -> tuple[str, str]:
    known = sorted(entry for entry in home.listing() if entry[1] in VERSIONS.get(entry[0], ()))
    if not known:
        raise Impossible(f"{home.name} has nothing that an index has")
    return rng.choice(known)


def _uv(world: World, home: Home, verb: str, *words: str) -> None:
    """May fail: on what other changes have left, uv often does, and that is a change too."""
    run_uv(["pip", verb, "-q", "--no-config", "--python", str(home.path), *words], world.quiet, world.work)


def _pip(world: World, home: Home, *words: str) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_pip_alone(world)), "PIP_CONFIG_FILE": os.devnull}
    command = [str(home.path / "bin" / "python"), "-m", "pip", "-q", "--disable-pip-version-check", *words]
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def _pip_alone(world: World) -> Path:
    """A directory with pip and nothing else in it."""
    folder = world.base / "pip-alone"
    if folder.exists():
        return folder
    found = importlib.util.find_spec("pip")
    if found is None or found.origin is None:
        raise LookupError("the tests' own environment has no pip: make it with `python -m venv`")
    folder.mkdir()
    (folder / "pip").symlink_to(Path(found.origin).parent)
    return folder
