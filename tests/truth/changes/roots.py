"""Changes of a whole site-packages directory, and of what stands in it beside dist-infos."""

from __future__ import annotations

import os
from random import Random

from ..home import Home, Impossible, said
from ..orchard import VERSIONS
from ..world import SPLIT, World, copy, remove, tried
from .catalogue import Made, change, somewhere
from .files import as_version

EGG = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


@change()
def another_root(world: World, rng: Random) -> Made:
    """A second dist-info of a name in the environment's other root."""
    home = world.two
    info = home.info(rng)
    others = [root for root in home.roots() if root != info.parent]
    if not others:
        raise Impossible(f"{home.name} has one root only")
    target = as_version(info, rng.choice((said(info)[1], "4.4")), others[0])
    return home.name, tried([lambda: remove(target)])


@change()
def replaced_by_a_copy(world: World, rng: Random) -> Made:
    """The root is renamed away and a copy with the same times put in its place, less one dist-info perhaps."""
    home = _venv(world, rng)
    root = home.root(rng)
    gone = root.with_name("gone")
    os.rename(root, gone)
    copy(gone, root)
    remove(gone)
    if rng.random() < 0.5:
        about = root.stat()
        remove(home.info(rng))
        os.utime(root, ns=(about.st_atime_ns, about.st_mtime_ns))
    return home.name, None


@change(0.5)
def root_away(world: World, rng: Random) -> Made:
    """There is no root for a while."""
    home = _venv(world, rng)
    # Python would know of one root only without what makes it know two, and uv's own memory of Pythons wouldn't.
    roots = [root for root in home.roots() if not (root / SPLIT).exists()]
    if not roots:
        raise Impossible(f"{home.name} has no root that can go")
    root = rng.choice(roots)
    gone = root.with_name("gone")
    remove(gone)
    os.rename(root, gone)

    def back() -> None:
        remove(root)
        os.rename(gone, root)

    return home.name, tried([back])


@change(0.5)
def root_is_a_link(world: World, rng: Random) -> Made:
    """The root becomes a link to where it has moved."""
    home = _venv(world, rng)
    root = home.root(rng)
    if root.is_symlink():
        raise Impossible(f"{root} is a link already")
    gone = root.with_name("elsewhere")
    os.rename(root, gone)
    root.symlink_to(gone)
    return home.name, tried([root.unlink, lambda: os.rename(gone, root)])


@change(2)
def egg_info(world: World, rng: Random) -> Made:
    """A directory or file of the old kind, of a name that is there, or of one that isn't."""
    home = somewhere(world, rng)
    root = home.root(rng)
    name, version = _name(rng)
    target = root / f"{name.replace('-', '_')}-{version}.egg-info"
    remove(target)
    if rng.random() < 0.3:
        target.write_text(EGG.format(name=name, version=version))
    else:
        target.mkdir()
        (target / "PKG-INFO").write_text(EGG.format(name=name, version=version))
        (target / "top_level.txt").write_text(f"{name}\n")
    return home.name, tried([lambda: remove(target)])


@change()
def egg_link(world: World, rng: Random) -> Made:
    """A link file to a source tree outside, or into nowhere."""
    home = somewhere(world, rng)
    name, version = _name(rng)
    source = world.aside / f"source-{name}"
    info = source / f"{name.replace('-', '_')}.egg-info"
    if rng.random() < 0.8:
        info.mkdir(parents=True, exist_ok=True)
        (info / "PKG-INFO").write_text(EGG.format(name=name, version=version))
    root = home.root(rng)
    link = root / f"{name}.egg-link"
    link.write_text(f"{source}\n.\n")
    # Which belongs to it: uv fails in the middle of a removal without.
    with (root / "easy-install.pth").open("a") as paths:
        paths.write(f"{source}\n")
    return home.name, tried([lambda: remove(link)])


@change()
def linked_source(world: World, rng: Random) -> Made:
    """What an egg-link points to, outside of every root, changes its version or goes away."""
    sources = sorted(world.aside.glob("source-*/*.egg-info/PKG-INFO"))
    if not sources:
        raise Impossible("there is no source tree yet")
    path = rng.choice(sources)
    if rng.random() < 0.3:
        remove(path)
        return None, None
    lines = path.read_text().splitlines()
    lines[2] = f"Version: {rng.choice(('1.0', '2.0', '6.0'))}"
    path.write_text("\n".join(lines) + "\n")
    return None, None


@change(0.5)
def pth(world: World, rng: Random) -> Made:
    """Means nothing to uv."""
    home = somewhere(world, rng)
    path = home.root(rng) / f"tests-{rng.randrange(3)}.pth"
    path.write_text(str(world.aside) + "\n")
    return home.name, tried([path.unlink])


@change()
def leftover(world: World, rng: Random) -> Made:
    """What pip leaves when it is stopped: a dist-info whose name begins with a tilde."""
    home = somewhere(world, rng)
    info = home.info(rng)
    target = info.with_name("~" + info.name[rng.randrange(2) :])
    remove(target)
    if rng.random() < 0.5:
        copy(info, target)
        return home.name, tried([lambda: remove(target)])
    os.rename(info, target)
    return home.name, tried([lambda: os.rename(target, info)])


@change()
def name_of_nothing(world: World, rng: Random) -> Made:
    """A directory whose name ends as a dist-info's and says no version that there could be."""
    home = somewhere(world, rng)
    path = home.root(rng) / rng.choice(
        ("odd-version.dist-info", "odd.dist-info", "-1.0.dist-info", "odd-1-2-3.dist-info")
    )
    path.mkdir(exist_ok=True)
    return home.name, tried([lambda: remove(path)])


@change(0.5)
def noise(world: World, rng: Random) -> Made:
    """Names that have nothing to do with distributions come and go."""
    home = somewhere(world, rng)
    root = home.root(rng)
    for number in range(20):
        (root / f"noise-{number}").write_text("")
    for number in range(rng.randrange(20)):
        (root / f"noise-{number}").unlink()
    return home.name, None


def _venv(world: World, rng: Random) -> Home:
    return rng.choice((world.one, world.one, world.two))


def _name(rng: Random) -> tuple[str, str]:
    name = rng.choice(("leaf", "twig", "moss", "ghost", "absent", "stone-1"))
    return name, rng.choice((*VERSIONS.get(name, ()), "1.0", "3.3"))
