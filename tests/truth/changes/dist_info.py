"""Changes of one distribution that is installed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

from ..home import Home, said
from ..world import Undo, World, copy, remove, tried
from .catalogue import Made, change, somewhere
from .files import another_need, as_version, overwrite

VALID = {
    "direct_url.json": '{"url": "https://example.invalid/a.whl", "archive_info": {}}',
    "uv_cache.json": '{"timestamp": {"secs_since_epoch": 1700000000, "nanos_since_epoch": 0}, "commit": null}',
    "uv_build.json": '{"config_settings": {"a": "b"}}',
    "REQUESTED": "",
    "INSTALLER": "somebody",
}
"""What may be added to a dist-info."""


@change(2)
def remove_dist_info(world: World, rng: Random) -> Made:
    """`rm -rf` of the dist-info alone."""
    home, info = _any(world, rng)
    return home.name, _put_away(world, info)


@change()
def remove_distribution(world: World, rng: Random) -> Made:
    """`rm -rf` of all that a distribution has."""
    home, info = _any(world, rng)
    shutil.rmtree(info)
    remove(info.parent / said(info)[0].replace("-", "_"))
    return home.name, None


@change(0.5)
def remove_package(world: World, rng: Random) -> Made:
    """`rm -rf` of the modules, and not of the dist-info: uv doesn't see it."""
    home, info = _any(world, rng)
    remove(info.parent / said(info)[0].replace("-", "_"))
    return home.name, None


@change(2)
def rename_to_another_version(world: World, rng: Random) -> Made:
    home, info = _any(world, rng)
    name, version = said(info)
    others = [other for other in ("0.9", "1.0", "2.0", "7.7") if other != version]
    target = info.with_name(f"{name.replace('-', '_')}-{rng.choice(others)}.dist-info")
    remove(target)
    os.rename(info, target)
    return home.name, tried([lambda: os.rename(target, info)])


@change(2)
def swap_for_a_copy(world: World, rng: Random) -> Made:
    """The same again, under another inode: nothing changes."""
    home, info = _any(world, rng)
    twin = info.with_name("copy")
    copy(info, twin)
    shutil.rmtree(info)
    os.rename(twin, info)
    return home.name, None


@change(2)
def second_version(world: World, rng: Random) -> Made:
    """A copy of a dist-info in the same root, for another version."""
    home, info = _any(world, rng)
    target = as_version(info, rng.choice(("1.0", "5.0")))
    return home.name, tried([lambda: remove(target)])


@change(4)
def edit_metadata(world: World, rng: Random) -> Made:
    """In place, with size and time kept: what it needs is another thing now."""
    home, info = _any(world, rng)
    path = info / "METADATA"
    return home.name, tried([overwrite(path, another_need(path.read_bytes(), rng))])


@change(2)
def edit_wheel(world: World, rng: Random) -> Made:
    """In place: tags that don't fit this Python."""
    home, info = _any(world, rng)
    path = info / "WHEEL"
    text = path.read_bytes()
    return home.name, tried([overwrite(path, text.replace(b"py3-none-any", b"py2-none-any").replace(b"abi3", b"abi9"))])


@change(3)
def add_a_file(world: World, rng: Random) -> Made:
    """A file that uv reads, or one that says nothing, appears in a dist-info or takes the place of the one there."""
    home, info = _any(world, rng)
    name = rng.choice(sorted(VALID))
    path = info / name
    if path.exists():
        return home.name, tried([overwrite(path, VALID[name].encode())])
    path.write_text(VALID[name])
    return home.name, tried([path.unlink])


@change()
def break_a_file(world: World, rng: Random) -> Made:
    """A file of JSON that is none."""
    home, info = _any(world, rng)
    path = info / rng.choice(("direct_url.json", "uv_cache.json", "uv_build.json"))
    if path.exists():
        return home.name, tried([overwrite(path, b"{nope")])
    path.write_text("{nope")
    return home.name, tried([path.unlink])


@change()
def leave_half(world: World, rng: Random) -> Made:
    """METADATA or RECORD goes away."""
    home, info = _any(world, rng)
    return home.name, _put_away(world, info / rng.choice(("METADATA", "METADATA", "RECORD")))


@change(0.5)
def remove_wheel_file(world: World, rng: Random) -> Made:
    home, info = _any(world, rng)
    return home.name, _put_away(world, info / "WHEEL")


@change(0.5)
def empty_metadata(world: World, rng: Random) -> Made:
    home, info = _any(world, rng)
    return home.name, tried([overwrite(info / "METADATA", b"")])


@change()
def exchange_metadata(world: World, rng: Random) -> Made:
    """Another file under the same name, by rename, with the old one's size and time."""
    home, info = _any(world, rng)
    path = info / "METADATA"
    before, about = path.read_bytes(), path.stat()
    fresh = info.parent / "fresh"
    fresh.write_bytes(another_need(before, rng))
    os.utime(fresh, ns=(about.st_atime_ns, about.st_mtime_ns))
    os.rename(fresh, path)

    def back() -> None:
        overwrite(path, before)

    return home.name, tried([back])


@change()
def link_dist_info(world: World, rng: Random) -> Made:
    """The dist-info moves elsewhere, and a link to it takes its place: uv sees none."""
    home, info = _any(world, rng)
    shelter = _shelter(world, info)
    os.rename(info, shelter)
    info.symlink_to(shelter)
    return home.name, tried([info.unlink, lambda: os.rename(shelter, info)])


@change(2)
def link_metadata(world: World, rng: Random) -> Made:
    """METADATA becomes a link to a copy (as with link mode symlink), whose target may then be edited or exchanged."""
    home, info = _any(world, rng)
    path = info / "METADATA"
    if path.is_symlink():
        target = Path(os.readlink(path))
        content = another_need(target.read_bytes(), rng)
        if rng.random() < 0.5:
            return home.name, tried([overwrite(target, content)])
        twin = _shelter(world, path)
        twin.write_bytes(content)
        path.unlink()
        path.symlink_to(twin)
        return home.name, None
    shelter = _shelter(world, path)
    os.rename(path, shelter)
    path.symlink_to(shelter)
    return home.name, tried([path.unlink, lambda: os.rename(shelter, path)])


@change(0.5)
def touch(world: World, rng: Random) -> Made:
    """Times change and nothing else does."""
    home, info = _any(world, rng)
    for path in (info, info / "METADATA"):
        if path.exists():
            os.utime(path)
    return home.name, None


@change(0.5)
def file_in_its_place(world: World, rng: Random) -> Made:
    home, info = _any(world, rng)
    undo = _put_away(world, info)
    info.write_text("")
    return home.name, tried([info.unlink, undo])


def _any(world: World, rng: Random) -> tuple[Home, Path]:
    home = somewhere(world, rng)
    return home, home.info(rng)


def _shelter(world: World, path: Path) -> Path:
    """A free place outside of all environments."""
    number = sum(1 for _ in world.aside.iterdir())
    while (world.aside / f"{number}-{path.name}").exists():
        number += 1
    return world.aside / f"{number}-{path.name}"


def _put_away(world: World, path: Path) -> Undo:
    shelter = _shelter(world, path)
    os.rename(path, shelter)

    def back() -> None:
        if not path.exists():
            os.rename(shelter, path)

    return tried([back])
