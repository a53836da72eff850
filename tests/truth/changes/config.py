"""Configuration files of uv that appear, change and go away."""

from __future__ import annotations

from pathlib import Path
from random import Random

from ..world import Undo, World, remove, tried
from .catalogue import Made, change
from .files import overwrite

UV = (
    "[pip]\nno-deps = true\n",
    "[pip]\nno-deps = false\n",
    '[pip]\nresolution = "lowest"\n',
    "[pip]\nreinstall = true\n",
    "[pip]\nupgrade = true\n",
    "[pip]\nno-index = true\n",
    '[pip]\nconstraint = ["nothing"]\n',
    'constraint-dependencies = ["leaf<2"]\n',
    'override-dependencies = ["leaf==3.0"]\n',
    "[pip]\nno-such-key = 1\n",
    "this is no TOML\n",
    "",
)
PYPROJECT = (
    '[project]\nname = "work"\nversion = "1"\n',
    "[tool.uv.pip]\nno-deps = true\n",
    '[tool.uv]\noverride-dependencies = ["leaf==3.0"]\n',
    '[tool.uv]\nconstraint-dependencies = ["leaf<2"]\n',
    '[project]\nname = "work"\nversion = "1"\n[tool.uv.pip]\nresolution = "lowest"\n',
    "[tool.uv\n",
)


@change(3)
def uv_toml(world: World, rng: Random) -> Made:
    """In the working directory or above it."""
    folder = rng.choice((world.work, world.work.parent, world.work.parent.parent))
    return None, _write(folder / "uv.toml", rng.choice(UV))


@change(2)
def pyproject_toml(world: World, rng: Random) -> Made:
    folder = rng.choice((world.work, world.work.parent, world.work.parent.parent))
    return None, _write(folder / "pyproject.toml", rng.choice(PYPROJECT))


@change()
def user_config(world: World, rng: Random) -> Made:
    """Of the user, or of the system; its directory may have to appear as well."""
    folder = world.session / "home" / rng.choice(("config", "system")) / "uv"
    folder.mkdir(parents=True, exist_ok=True)
    return None, _write(folder / "uv.toml", rng.choice(UV))


@change()
def edit_config(world: World, rng: Random) -> Made:
    """A word of one that is there, in place, with size and time kept."""
    path = world.work / "uv.toml"
    if not path.exists():
        path.write_text("[pip]\nno-deps = true \n")
        return None, tried([lambda: remove(path)])
    text = path.read_bytes()
    return None, tried([overwrite(path, text.replace(b"= true ", b"= false") if b"true " in text else text[::-1])])


@change(0.5)
def python_version_file(world: World, rng: Random) -> Made:
    return None, _write(world.work / ".python-version", rng.choice(world.pythons) + "\n")


def _write(path: Path, text: str) -> Undo:
    """Another content, or none: whatever was there comes back with the undo."""
    before = path.read_text() if path.exists() else None
    path.write_text(text)

    def back() -> None:
        if before is None:
            remove(path)
        else:
            path.write_text(before)

    return tried([back])
