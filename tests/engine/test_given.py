"""Arguments that are none: each error names the argument, what was found and what to write."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.worker import ROOT, Worker

from .broken import files

pytestmark = pytest.mark.timeout(60)


def told(works: dict[str, Callable[[], object]]) -> dict[str, list[Any]]:
    """The class, whether it is uvffi's own, and the text of what each raises."""
    import uvffi

    found = {}
    for name, work in works.items():
        try:
            work()
        except Exception as error:
            found[name] = [type(error).__name__, isinstance(error, uvffi.UvffiError), str(error)]
    return found


def sequences(environment: str) -> dict[str, list[Any]]:
    """In the worker: texts where a sequence is wanted, and sequences where texts are."""
    import uvffi

    env: Any = uvffi.Environment(environment)
    return told(
        {
            "install": lambda: env.install("alpha", args="--upgrade"),
            "plan": lambda: env.plan("alpha", args="--upgrade"),
            "sync": lambda: env.sync("locked.txt", args="--upgrade"),
            "uninstall": lambda: env.uninstall("alpha", args="--upgrade"),
            "aio": lambda: asyncio.run(env.aio.install("alpha", args="--upgrade")),
            "number": lambda: env.install("alpha", args=3),
            "item": lambda: env.install("alpha", args=[3]),
            "packages": lambda: env.install(["alpha", "beta"]),
            "files": lambda: env.sync(["locked.txt"]),
            "names": lambda: env.uninstall(["alpha"]),
            "nothing": lambda: env.install(None),
            "bytes": lambda: env.install(b"alpha"),
            "path": lambda: uvffi.Environment(None),  # type: ignore[arg-type]
            "paths": lambda: env.install("alpha", constraints=["a.txt", 3]),
        }
    )


def test_sequences_and_texts(worker: Worker, venv: Path) -> None:
    before = files(venv)
    found = worker.call(sequences, environment=str(venv))
    assert {kind for kind, *_ in found.values()} == {"TypeError"}
    texts = {name: text for name, (_, _, text) in found.items()}
    for name in ("install", "plan", "sync", "uninstall", "aio"):
        assert texts.pop(name) == "args must be a sequence of texts, not str: write ['--upgrade']"
    one = "must be a str or a path of str, not"
    assert texts == {
        "number": "args must be a sequence of texts, not int",
        "item": f"an item of args {one} int",
        "packages": f"each package given to `install` {one} list: give them one by one, `install('alpha', 'beta')`",
        "files": f"each file given to `sync` {one} list: give them one by one, `sync('locked.txt')`",
        "names": f"each name given to `uninstall` {one} list: give them one by one, `uninstall('alpha')`",
        "nothing": f"each package given to `install` {one} None",
        "bytes": f"each package given to `install` {one} bytes",
        "path": f"path {one} None: `Environment.current()` is that of the running interpreter",
        "paths": f"an item of constraints {one} int",
    }
    assert files(venv) == before


def keywords(environment: str) -> list[str]:
    """In the worker: the errors of keywords that there are not."""
    import uvffi

    env: Any = uvffi.Environment(environment)
    found = told(
        {
            "near": lambda: env.install(upgarde=True),
            "own": lambda: env.plan("alpha", timeuot=3),
            "far": lambda: env.install("alpha", no_such_thing=True),
            "sync": lambda: env.sync("locked.txt", upgrade=True),
            "plan": lambda: env.plan("alpha", confirm=print),
        }
    )
    assert {kind for kind, *_ in found.values()} == {"TypeError"}
    return [text for *_, text in found.values()]


def test_keywords(worker: Worker, venv: Path) -> None:
    near, own, far, sync, plan = worker.call(keywords, environment=str(venv))
    lists = "`uvffi.InstallOptions` lists them"
    assert near == f"there is no option 'upgarde' of `Environment.install`: did you mean 'upgrade'? {lists}"
    assert own == f"there is no option 'timeuot' of `Environment.plan`: did you mean 'timeout'? {lists}"
    assert far == (
        f"there is no option 'no_such_thing' of `Environment.install`: {lists}; give other flags of uv as"
        " `args=['--no-such-thing']`"
    )
    assert "`uvffi.SyncOptions` lists them" in sync
    assert "did you mean" not in plan


def calls(environment: str) -> dict[str, list[Any]]:
    """In the worker: times, callables, generations and commands that are none."""
    import uvffi

    env: Any = uvffi.Environment(environment)
    run: Any = uvffi.run
    return told(
        {
            "timeout": lambda: env.plan("alpha", timeout="5"),
            "timeout-run": lambda: run("--version", timeout="5"),
            "timeout-result": lambda: uvffi.start("--version").result("5"),  # type: ignore[arg-type]
            "timeout-watch": lambda: env.watch(timeout="5"),
            "timeout-confirm": lambda: env.install("no-such-thing", timeout="5", confirm=print),
            "below": lambda: env.install("alpha", timeout=-1),
            # What can't be planned would be told instead, were it planned before.
            "confirm": lambda: env.install("no-such-thing", confirm=True),
            "confirm-aio": lambda: asyncio.run(env.aio.install("no-such-thing", confirm=True)),
            "progress": lambda: env.install("no-such-thing", confirm=print, progress=True),
            "word": lambda: env.restore("x"),
            "true": lambda: env.restore(True),
            "negative": lambda: env.restore(-1),
            "empty": lambda: run(""),
            "empty-there": lambda: run("", cwd="/"),
            "none": lambda: run(None),
            "three": lambda: run(3),
            "bytes": lambda: run(b"pip list"),
        }
    )


def test_values(worker: Worker, venv: Path) -> None:
    before = files(venv)
    found = worker.call(calls, environment=str(venv))
    texts = {name: text for name, (_, _, text) in found.items()}
    own = {name for name, (_, is_own, _) in found.items() if is_own}
    assert own == {"below", "negative", "empty", "empty-there"}
    assert {kind for name, (kind, *_) in found.items() if name in own} == {"RequestError"}
    assert {kind for name, (kind, *_) in found.items() if name not in own} == {"TypeError"}
    for name in ("timeout", "timeout-run", "timeout-result", "timeout-watch", "timeout-confirm"):
        assert texts[name] == "timeout must be a number of seconds, or None, not str"
    assert texts["below"] == "timeout must not be negative, found -1"
    assert texts["confirm"] == texts["confirm-aio"] == "confirm must be callable, or None, not bool"
    assert texts["progress"] == "progress must be callable, or None, not bool"
    wanted = "a generation is a number from 0 on, as `env.history()` shows it, not "
    assert [texts["word"], texts["true"]] == [f"{wanted}'x'", f"{wanted}True"]
    assert texts["negative"].startswith(f"{wanted}-1") and "0 is before the first" in texts["negative"]
    for name in ("empty", "empty-there"):
        assert texts[name].startswith("No command was given") and "such as `pip list`" in texts[name]
    command = "a command must be a str or a sequence of words, such as ['pip', 'list'], not "
    assert [texts[name] for name in ("none", "three", "bytes")] == [command + kind for kind in ("None", "int", "bytes")]
    assert files(venv) == before


def unknown(environment: str, packages: list[str]) -> list[str]:
    """In the worker: the hints of a generation that isn't there, before and after some changes."""
    import uvffi

    env = uvffi.Environment(environment)
    texts: list[str] = []
    for package in ["", *packages]:
        if package:
            env.install(package)
        try:
            env.restore(999)
        except uvffi.HistoryError as error:
            texts += error.hints
    return texts


def test_an_unknown_generation(worker: Worker, venv: Path) -> None:
    found = worker.call(unknown, environment=str(venv), packages=["alpha==1.0", "lonely"])
    lists = "`env.history()` lists what there is: "
    assert found == [lists + "nothing", lists + "0, 1", lists + "0, 1, 2"]


def test_without_cffi(library: Path) -> None:
    """It says what to install, and not that the library is missing."""
    code = "import sys; sys.modules['_cffi_backend'] = None\nimport uvffi\nuvffi.run('--version')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "LibraryLoadError" in done.stderr and "the package `cffi` is not installed" in done.stderr
    assert f"hint: Install it there: `{sys.executable} -m pip install cffi`" in done.stderr
