"""Bytecode that comes late never runs old code: of an interpreter that read a source just before it was swapped."""

from __future__ import annotations

import importlib.util
import marshal
import struct
import time
from pathlib import Path

import pytest

from tests.engine import calls
from tests.support.environments import make_venv
from tests.support.worker import Worker

from .reading import fresh
from .world import World

pytestmark = pytest.mark.timeout(60)
LATER = 3.0
"""Seconds in which a living host could clear up."""


@pytest.fixture
def steady(world: World) -> World:
    """Version 1.0 of it is installed, and no time tells it from 2.0."""
    world.clear()
    make_venv(world.prefix, world.quiet)
    world.as_if_at_once("steady==2.0", "steady==1.0", "space-two==1.0")
    return world


class Late:
    """An interpreter that has read a source and has its bytecode yet to write."""

    def __init__(self, source: Path) -> None:
        about = source.stat()
        code = compile(source.read_bytes(), str(source), "exec")
        head = importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, int(about.st_mtime), about.st_size)
        self.bytecode = head + marshal.dumps(code)
        self.place = Path(importlib.util.cache_from_source(str(source)))

    def write(self) -> None:
        self.place.parent.mkdir(exist_ok=True)
        self.place.write_bytes(self.bytecode)


SOURCES = ("steady/__init__.py", "steady_module.py")


def swap(world: World, version: str) -> str:
    return f"pip install --python {world.prefix} steady=={version}"


def late(world: World) -> list[Late]:
    return [Late(world.site / name) for name in SOURCES]


def test_the_test_itself(steady: World) -> None:
    """With uv old code runs: it is the same to Python."""
    read = late(steady)
    steady.uv("pip install", "steady==2.0")
    for one in read:
        one.write()
    assert fresh(str(steady.prefix / "bin" / "python"), "2.0") != []


def test_written_after_a_swap(steady: World) -> None:
    """Python itself sees that it is of another source, at once and later."""
    python = str(steady.prefix / "bin" / "python")
    with Worker(steady.env, steady.cwd) as worker:
        for version in ("2.0", "1.0", "2.0"):
            read = late(steady)
            assert worker.call(calls.run, command=swap(steady, version))["exit_code"] == 0
            for one in read:
                one.write()
            assert fresh(python, version) == []


def test_asked_for_stays(steady: World) -> None:
    """With `--compile-bytecode` each swap leaves bytecode that Python takes, and nobody takes it away again."""
    with Worker(steady.env, steady.cwd) as worker:
        for version in ("2.0", "1.0", "2.0"):
            command = f"{swap(steady, version)} --compile-bytecode"
            answer = worker.call(calls.run, command=command)
            assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer
            before = compiled(steady)
            assert len(before) == len(SOURCES) + 3, version
            assert all(before.values()), f"{version}: {before}"
        time.sleep(LATER)
        assert compiled(steady) == before
    assert compiled(steady) == before
    assert fresh(str(steady.prefix / "bin" / "python"), "2.0") == []


def compiled(world: World) -> dict[str, bool]:
    """The bytecode of the package, and whether Python takes it for that of the source there is."""
    found = [*(world.site / "steady").rglob("*.pyc"), *world.site.glob("__pycache__/steady_module.*.pyc")]
    return {str(path.relative_to(world.site)): _is_of_its_source(path) for path in sorted(found)}


def _is_of_its_source(bytecode: Path) -> bool:
    about = Path(importlib.util.source_from_cache(str(bytecode))).stat()
    return bytecode.read_bytes()[8:16] == struct.pack("<II", int(about.st_mtime), about.st_size)


def test_kept_bytecode_of_a_tree_that_comes_back(steady: World) -> None:
    """The host is gone at once, and late bytecode lies in a tree that goes to the Shelf and comes back."""
    python = str(steady.prefix / "bin" / "python")
    read = late(steady)
    assert steady.run((), ("pip install steady==2.0",)).false == []
    for one in read:
        one.write()
    assert steady.run((), ("pip install steady==1.0", "pip install steady==2.0")).false == []
    assert fresh(python, "2.0") == []
    assert steady.run((), ("pip install steady==1.0",)).false == []
    assert fresh(python, "1.0") == []
