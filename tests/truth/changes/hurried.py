"""Changes one right after another, in the tick of a clock, with the questions asked after each and nobody judging.

An answer that was remembered with the times of the first would be given after the second. What is judged is the last.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import List

from .. import host, mounts
from ..home import Impossible, said
from ..world import World, remove, tried
from .catalogue import Made, change, somewhere
from .files import another_need

HURRIED = ("hurried-metadata", "hurried-file", "hurried-names", "hurried-exchange")
Move = List[str]
"""What `host.hurry` does: write, exchange or rename, a path, and the content or the new path."""

WORDS = {
    "wanted.txt": ("trunk\nleaf<3\n", "trunk\nleaf<2\n", "trunk\nleaf>3\n", "trunk\nmoss<3\n"),
    "more/inner.txt": ("moss\n-r deeper.txt\n", "bark\n-r deeper.txt\n", "leaf\n-r deeper.txt\n"),
    "limits.txt": ("leaf<3\n", "leaf<2\n", "leaf>2\n", "twig>1\n"),
    "uv.toml": ("[pip]\nno-deps = true \n", "[pip]\nno-deps = false\n", "[pip]\nupgrade = true \n"),
}
"""Contents of one length each, so that a size tells nothing."""


@change()
def hurried_metadata(world: World, rng: Random) -> Made:
    """What a distribution needs is another thing each time."""
    home = somewhere(world, rng)
    path = home.info(rng) / "METADATA"
    before = path.read_bytes()
    texts = [before] + [another_need(before, rng) for _ in range(3)]
    _play(world, [["write", str(path), rng.choice(texts).decode()] for _ in range(rng.randrange(2, 5))])
    return home.name, tried([lambda: path.write_bytes(before)])


@change()
def hurried_file(world: World, rng: Random) -> Made:
    """A requirements file, or a configuration."""
    name = rng.choice(sorted(WORDS))
    path = world.work / name
    if not path.parent.is_dir():
        raise Impossible(f"{path.parent} is not there")
    before = path.read_bytes() if path.exists() else None
    _play(world, [["write", str(path), rng.choice(WORDS[name])] for _ in range(rng.randrange(2, 5))])

    def back() -> None:
        if before is None:
            remove(path)
        else:
            path.write_bytes(before)

    return None, tried([back])


@change()
def hurried_names(world: World, rng: Random) -> Made:
    """A dist-info is renamed from version to version, away, and perhaps back to where it was."""
    home = somewhere(world, rng)
    info = home.info(rng)
    if info in mounts.below(world.base):
        raise Impossible(f"{info} is a mount")
    name, version = said(info)
    stem = name.replace("-", "_")
    names = [f"~{stem}-{version}", *(f"{stem}-{other}" for other in ("0.9", "1.0", "2.0", "7.7"))]
    # A name with a tilde may be there too: what an uninstall of pip's left.
    places = [path for path in (info.with_name(f"{one}.dist-info") for one in names) if not os.path.lexists(path)]
    moves: list[Move] = []
    at = info
    for _ in range(rng.randrange(2, 5)):
        there = rng.choice([place for place in (info, *places) if place != at])
        moves.append(["rename", str(at), str(there)])
        at = there
    _play(world, moves)
    return home.name, tried([lambda: os.rename(at, info)])


@change()
def hurried_exchange(world: World, rng: Random) -> Made:
    """A METADATA is another file each time: an inode number that was just freed may come again."""
    home = somewhere(world, rng)
    path: Path = home.info(rng) / "METADATA"
    before = path.read_bytes()
    texts = [before] + [another_need(before, rng) for _ in range(3)]
    _play(world, [["exchange", str(path), rng.choice(texts).decode()] for _ in range(rng.randrange(2, 5))])
    return home.name, tried([lambda: path.write_bytes(before)])


def _play(world: World, moves: list[Move]) -> None:
    asked = [question.warm(world) for question in world.asking]
    world.worker.call(host.hurry, moves=moves, asked=asked, timeout=120)
