"""What an environment can hold beside whole distributions, put there by hand."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.environments import site_packages


def info(env: Path, name: str = "alpha") -> Path:
    """The dist-info of a distribution that is there once."""
    (found,) = site_packages(env).glob(f"{name}-*.dist-info")
    return found


def put(path: Path, text: str) -> None:
    """Writes a file anew: it may be one with a file of uv's cache."""
    path.unlink(missing_ok=True)
    path.write_text(text)


def dist_info(env: Path, stem: str, metadata: str, **files: str) -> Path:
    """A distribution with this metadata after its name and version; `files` are named by their stems in it."""
    name, version = stem.split("-")
    place = site_packages(env) / f"{stem}.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}")
    for file, text in files.items():
        (place / file).write_text(text)
    return place


def double(env: Path) -> None:
    """alpha is there twice, as a killed installer leaves it."""
    dist_info(env, "alpha-0.9", "", RECORD="alpha-0.9.dist-info/METADATA,,\nalpha-0.9.dist-info/RECORD,,\n")


def no_metadata(env: Path) -> None:
    (info(env) / "METADATA").unlink()


def bad_metadata(env: Path) -> None:
    put(info(env) / "METADATA", "Name: alpha\nVersion: of course\n")


def no_record(env: Path) -> None:
    (info(env) / "RECORD").unlink()


def bad_record(env: Path) -> None:
    put(info(env) / "RECORD", "alpha/__init__.py\n")


def no_wheel_file(env: Path) -> None:
    (info(env) / "WHEEL").unlink()


def other_platform(env: Path) -> None:
    put(info(env) / "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-win32\n")


def other_python(env: Path) -> None:
    path = info(env) / "METADATA"
    put(path, path.read_text().replace("Version: 2.0\n", "Version: 2.0\nRequires-Python: >=4\n", 1))


def bad_direct_url(env: Path) -> None:
    put(info(env) / "direct_url.json", "{")


def from_git(env: Path) -> None:
    origin = {"url": "https://example.org/a.git", "vcs_info": {"vcs": "git", "commit_id": "0" * 40}}
    put(info(env) / "direct_url.json", json.dumps(origin))


def editable_elsewhere(env: Path) -> None:
    """Editable from a directory with a name that is broader than its number of characters, and is not there."""
    origin = {"url": "file:///nowhere/%E6%9C%A8/%C3%A9", "dir_info": {"editable": True}}
    put(info(env) / "direct_url.json", json.dumps(origin))


def editable_by_url(env: Path) -> None:
    """Editable from what is no file."""
    origin = {"url": "https://example.org/alpha", "dir_info": {"editable": True}}
    put(info(env) / "direct_url.json", json.dumps(origin))


def egg_info_file(env: Path) -> None:
    """Installed by distutils: a file, and no list of what belongs to it."""
    (site_packages(env) / "relic-1.0.egg-info").write_text("Metadata-Version: 1.0\nName: relic\nVersion: 1.0\n")


def egg_info_folder(env: Path) -> None:
    """Installed by an old setuptools: a directory with its list of files."""
    place = site_packages(env) / "relic-1.0-py3.11.egg-info"
    place.mkdir()
    (place / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: relic\nVersion: 1.0\n")
    (place / "installed-files.txt").write_text("../relic.py\nPKG-INFO\ninstalled-files.txt\n")


def egg_link(env: Path) -> None:
    """Editable as an old setuptools did it: a link to a source tree."""
    source = env.parent / "linked"
    (source / "relic.egg-info").mkdir(parents=True, exist_ok=True)
    (source / "relic.egg-info" / "PKG-INFO").write_text("Metadata-Version: 1.2\nName: relic\nVersion: 1.0\n")
    (site_packages(env) / "relic.egg-link").write_text(f"{source}\n.\n")


def egg_link_to_nothing(env: Path) -> None:
    (site_packages(env) / "relic.egg-link").write_text("/nowhere/relic\n.\n")


def empty_folder(env: Path) -> None:
    """A dist-info directory with nothing in it."""
    (site_packages(env) / "ghost-1.0.dist-info").mkdir()


def bad_version(env: Path) -> None:
    """A dist-info directory whose version is none."""
    (site_packages(env) / "ghost-of_course.dist-info").mkdir()


def dangling(env: Path) -> None:
    """What pip leaves when it is stopped while it uninstalls."""
    (site_packages(env) / "~lpha-of_course.dist-info").mkdir()


def no_site_packages(env: Path) -> None:
    import shutil

    shutil.rmtree(env / "lib")


def site_packages_is_a_file(env: Path) -> None:
    place = site_packages(env)
    no_site_packages(env)
    place.parent.mkdir(parents=True)
    place.write_text("")


def no_interpreter(env: Path) -> None:
    """The link to the interpreter leads nowhere."""
    for name in ("python", "python3"):
        (env / "bin" / name).unlink()
    (env / "bin" / "python").symlink_to("/nowhere/python")


def order_of_names(env: Path) -> None:
    """Names whose files stand in another order than they."""
    for stem in ("Zeta-1.0", "a_b-1.0", "a.c-1.0", "A_a-1.0", "ab-1.0"):
        dist_info(env, stem, "")


def circle(env: Path) -> None:
    """Three that need each other in turn, and one from outside that needs one of them; twice."""
    for letter, needs in {"p": "q", "q": "r", "r": "p", "s": "q", "t": "u", "u": "t"}.items():
        dist_info(env, f"round_{letter}-1.0", f"Requires-Dist: round-{needs}\n")


def needs(env: Path) -> None:
    """Requirements of every form."""
    dist_info(
        env,
        "needy-1.0",
        "Requires-Dist: alpha>=1,<3,!=1.5\n"
        "Requires-Dist: alpha>1; python_version>'3'\n"
        "Requires-Dist: beta @ https://example.org/beta-2.0-py3-none-any.whl\n"
        "Requires-Dist: lonely[warm]==1.*\n"
        "Requires-Dist: lonely<=1.0\n"
        "Requires-Dist: lonely<1.0.1\n"
        "Requires-Dist: lonely>=0.5\n"
        "Requires-Dist: lonely>0.5\n"
        "Requires-Dist: absent>2\n"
        "Requires-Dist: only-on-windows; sys_platform=='win32'\n"
        "Requires-Dist: fast; extra=='fast'\n"
        "Provides-Extra: fast\n",
    )


def needs_another(env: Path) -> None:
    """What is needed is there, and in another version."""
    dist_info(env, "needy-1.0", "Requires-Dist: alpha>3\nRequires-Dist: needy\n")


def shortcut(env: Path) -> None:
    """What needs a part of what something else needs."""
    dist_info(env, "short-1.0", "Requires-Dist: chain-3>=1\n")


def tangle(env: Path) -> None:
    """Many circles through each other, so that what is shown depends on where they are cut."""
    for at in range(12):
        needs = sorted({(at + 1) % 12, (at * 5 + 3) % 12, (at * 7 + 1) % 12} - {at})
        dist_info(env, f"knot_{at}-1.0", "".join(f"Requires-Dist: knot-{need}>=0.{at},<3\n" for need in needs))


def repository(env: Path) -> None:
    """A repository beside the environment, of both sides: two commits of one source tree, and a tag on the first."""
    import subprocess

    from tests.support.sdists import write_tree

    place = env.parent / "repository"
    if place.exists():
        return
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    place.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=place, check=True)
    for version, needs in (("1.0", ()), ("2.0", ("alpha<2",))):
        write_tree(place, "tree", version, needs)
        write_tree(place / "nested", "nested", version, dynamic=True)
        for words in (["add", "."], [*who, "commit", "-q", "-m", version], ["tag", version]):
            subprocess.run(["git", *words], cwd=place, check=True)
