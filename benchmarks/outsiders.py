"""Changes by someone else: some that leave a satisfied requirement satisfied, and some that must not be missed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.environments import Environment
from benchmarks.fillers import fill
from benchmarks.places import pins
from benchmarks.satisfied import ASKED

MEMBER = "idna"  # of the closure
NUMBER = 9998  # of a filler that no environment has
VISITOR, PATTERN = f"filler_{NUMBER}-1.0.dist-info", "pattern"

# What METADATA of the asked package says it needs, and as many bytes that make it need something else.
NEEDED = b"Requires-Dist: urllib3<3,>=1.26\n"
OTHER, NEEDED_INSTEAD = "pluggy", b"Requires-Dist: pluggy <3,>=1.06\n"


class Outsider:
    """Changes one environment behind the back of whoever was asked about it."""

    def __init__(self, environment: Environment, folder: Path) -> None:
        """`folder`: on the filesystem of the environment, for what is not there just now."""
        self.environment = environment
        self.site = environment.site
        self.away = folder
        self.away.mkdir()
        fill(self.away, 1, first=NUMBER)
        shutil.copytree(self.away / VISITOR, self.away / PATTERN)
        version = pins("seven")[MEMBER]
        self.member = self.site / f"{MEMBER}-{version}.dist-info"
        self.asked = self.site / f"{ASKED}-{pins('seven')[ASKED]}.dist-info"
        for dist_info in (self.member, self.asked):
            alone(dist_info / "METADATA")

    def visit(self) -> None:
        """A distribution that nobody asked for appears, or vanishes again."""
        here, away = self.site / VISITOR, self.away / VISITOR
        if here.exists():
            here.rename(away)
        else:
            away.rename(here)

    def touch(self) -> None:
        """METADATA of a member of the closure gets another ctime: same bytes, same mtime."""
        path = self.member / "METADATA"
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def take(self) -> Callable[[], bool]:
        """The dist-info of a member of the closure goes."""
        kept = self.away / self.member.name
        self.member.rename(kept)

        def mended() -> bool:
            """Whether it was installed anew; if not, it comes back."""
            seen = self.member.exists()
            shutil.rmtree(kept) if seen else kept.rename(self.member)
            return seen

        return mended

    def double(self) -> Callable[[], bool]:
        """A second dist-info of a member of the closure appears, in a version that will not do."""
        second = self.site / f"{MEMBER}-0.1.dist-info"
        shutil.copytree(self.away / PATTERN, second)
        text = (second / "METADATA").read_text(encoding="ascii")
        text = text.replace(f"Name: filler-{NUMBER}\nVersion: 1.0\n", f"Name: {MEMBER}\nVersion: 0.1\n")
        (second / "METADATA").write_text(text, encoding="ascii")
        files = ("METADATA", "WHEEL", "INSTALLER", "RECORD")
        (second / "RECORD").write_text("".join(f"{second.name}/{file},,\n" for file in files), encoding="ascii")

        def mended() -> bool:
            """Whether one is left, as uv leaves it; if not, the second one goes."""
            seen = not second.exists()
            shutil.rmtree(second, ignore_errors=True)
            return seen

        return mended

    def edit(self) -> Callable[[], bool]:
        """METADATA of the asked package needs something else: same size, and the mtime is put back."""
        path = self.asked / "METADATA"
        text, status = path.read_bytes(), path.stat()
        store(path, text.replace(NEEDED, NEEDED_INSTEAD), status.st_mtime_ns)

        def mended() -> bool:
            """Whether what it needs now was installed; the old text comes back, and the other package goes."""
            found = self.environment.installed().get(OTHER, [])
            for version in found:
                shutil.rmtree(self.site / f"{OTHER}-{version}.dist-info")
                shutil.rmtree(self.site / OTHER)
            store(path, text, status.st_mtime_ns)
            return bool(found)

        return mended


def alone(path: Path) -> None:
    """Makes a file the only link to its bytes: uv's cache must not change with it."""
    copy = path.with_name(f"{path.name}.copy")
    shutil.copy2(path, copy)
    copy.replace(path)


def store(path: Path, data: bytes, mtime_ns: int) -> None:
    """Writes into the file that is there, and puts its mtime back."""
    with path.open("r+b") as file:
        file.write(data)
    os.utime(path, ns=(mtime_ns, mtime_ns))
