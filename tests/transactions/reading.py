"""Processes that open and import what is swapped under them: what both versions have is never missing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple, Sequence

from tests.support.environments import make_venv
from tests.support.worker import ROOT

from .packages import COMMON
from .world import World

SWAPPED = "steady"
OTHERS = (
    "{prefix}/share/steady.txt",
    "{prefix}/bin/steady-tool",
    "{prefix}/bin/steady.sh",
    "{site}/space/common/two.py",
)
IMPORT = "import steady, steady.core, steady.sub.deep, steady_module, space.two; print(steady.VERSION)"


class Read(NamedTuple):
    """What a reader has seen."""

    done: int
    failed: int
    first: list[str]


class Readers(NamedTuple):
    """What all have seen, while so many swaps were made."""

    swaps: int
    opened: Read
    imported: Read
    false: list[str]
    """Swaps that failed, and an import at the end that finds another version than is installed."""


ENOUGH = 10


def read(world: World, swaps: int, batch: int = 100) -> Readers:
    """Makes so many swaps while others read; after each batch, is what is imported what is there?"""
    world.clear()
    make_venv(world.prefix, world.quiet)
    world.as_if_at_once(f"{SWAPPED}==2.0", f"{SWAPPED}==1.0", "space-two==1.0", "anchor==1.0")
    site = world.site
    paths = [str(site / name) for name in COMMON] + [path.format(prefix=world.prefix, site=site) for path in OTHERS]
    end = world.base / "end"
    python = str(world.prefix / "bin" / "python")
    kinds = {"opened": json.dumps(paths), "imported": json.dumps([python, IMPORT])}
    readers = {
        kind: subprocess.Popen(
            [sys.executable, "-B", "-m", __name__, kind, told, str(end)],
            env={**world.quiet, "PYTHONPATH": str(ROOT)},
            cwd=world.cwd,
            stdout=subprocess.PIPE,
        )
        for kind, told in kinds.items()
    }
    false: list[str] = []
    done = 0
    try:
        while done < swaps and len(false) < ENOUGH:
            there_and_back = (
                f"pip install {SWAPPED}==2.0 space-one==2.0",
                f"pip install {SWAPPED}==1.0 space-one==1.0",
            )
            ran = world.run(("pip install space-one==1.0", "pip install anchor"), there_and_back, rounds=batch // 2)
            false += ran.false[:3]
            done += len(ran.answers) - 2
            false += fresh(python, "1.0")
    finally:
        end.touch()
        told = {
            kind: json.loads(process.communicate(timeout=60)[0] or "[0, 1, []]") for kind, process in readers.items()
        }
    return Readers(done, Read(*told["opened"]), Read(*told["imported"]), false)


def fresh(python: str, version: str) -> list[str]:
    """Whether a fresh interpreter runs the code of the version that is there, whoever wrote its bytecode."""
    ran = subprocess.run([python, "-c", IMPORT], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    told = ran.stdout.decode().strip()
    return [] if told == version else [f"{SWAPPED} {version} is installed, an import says: {told}"]


def open_all(paths: Sequence[str], end: Path) -> Read:
    """Opens each again and again; a version is whole or another one, and always there."""
    done, failed = 0, []
    known: dict[str, set[bytes]] = {path: set() for path in paths}
    while not end.exists():
        for path in list(paths) * 20:
            done += 1
            try:
                with open(path, "rb") as file:
                    known[path].add(file.read())
            except OSError as error:
                failed.append(f"{path}: {error}")
    # Two versions, and nothing between them.
    failed += [f"{path} had {len(contents)} contents" for path, contents in known.items() if len(contents) > 2]
    return Read(done, len(failed), failed[:5])


def import_all(python: str, program: str, end: Path) -> Read:
    """Imports in a fresh interpreter, each time. Which version it gets is not asked: it may get some of each."""
    done, failed = 0, []
    while not end.exists():
        done += 1
        ran = subprocess.run([python, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if ran.returncode != 0:
            failed.append(ran.stdout.decode()[-400:])
        time.sleep(0.001)
    return Read(done, len(failed), failed[:5])


if __name__ == "__main__":
    kind, told, end = sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3])
    print(json.dumps(open_all(told, end) if kind == "opened" else import_all(told[0], told[1], end)))
