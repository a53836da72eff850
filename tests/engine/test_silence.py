"""Nothing that uv would say to a terminal reaches the process's own descriptors; all of it is in the answers.

Every worker of the suite is watched in this way. Here is what is most likely to slip through: warnings, logs that
variables ask for, panics, progress, and programs that write to the streams they inherited.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.sdists import write_tree
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(120)
VOLUMES = {
    "plain": {},
    "coloured": {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "UV_SHOW_RESOLUTION": "1", "RUST_BACKTRACE": "full"},
    "logging": {"RUST_LOG": "trace", "UV_LOG_CONTEXT": "1"},
}
"""Variables in which uv would say more than it is asked for."""


def mix(venv: Path, server: IndexServer, folder: Path) -> dict[str, tuple[str, str | None]]:
    """By name: a command, and words that its answer must say (None: it has nothing to say)."""
    python = f"--python {venv}"
    program = f"run --no-project {python} python -c"
    (folder / "bad.toml").write_text("[pip]\nno-such-setting = 1\n")
    (folder / "empty.txt").write_text("")
    (folder / "hash.txt").write_text(f"lonely==1.0 --hash=sha256:{'0' * 64}\n")
    write_tree(folder / "tree", "tree", "1.0")
    broken = site_packages(venv) / "Broken-1.0.dist-info"
    broken.mkdir()

    def index(*modes: str) -> str:
        return f"--index-url {server.simple('main', *modes)}"

    return {
        "install": (f"pip install {python} alpha==1.0 big", "+ alpha==1.0"),
        "no-op": (f"pip install {python} alpha==1.0", "Checked 1 package"),
        "quiet": (f"pip install -q {python} alpha==2.0", None),
        "very-quiet": (f"pip install -qq {python} no-such-thing", "was not found"),
        "dry": (f"pip install --dry-run {python} alpha==1.0", "Would install 1 package"),
        "bytecode": (f"pip install --compile-bytecode {python} beta", "Bytecode compiled"),
        "yanked": (f"pip install {python} yanked==1.1", "is yanked"),
        "empty-file": (f"pip install {python} -r empty.txt", "does not contain any dependencies"),
        "no-extra": (f"pip install {python} extras[nothing]", "does not have an extra named"),
        "strict": (f"pip install --strict --no-deps {python} left", "requires `shared"),
        "not-installed": (f"pip uninstall {python} no-such-thing", "Skipping no-such-thing"),
        "no-hash": (f"pip install --require-hashes {python} lonely", "--require-hashes"),
        "bad-config": (f"pip install --config-file bad.toml {python} alpha", "bad.toml"),
        "bad-name": (f"pip install {python} @@@", "Failed to parse"),
        "missing": (f"pip install {python} no-such-thing", "was not found in the package registry"),
        "conflict": (f"pip install {python} left right", "unsatisfiable"),
        "status": (f"pip install --no-cache {python} {index('500')} lonely", "500 Internal Server Error"),
        "garbage": (f"pip install --no-cache {python} {index('garbage')} lonely", "error"),
        "cut": (f"pip install --no-cache {python} {index('cut', 'no-meta', 'no-range')} lonely", "error"),
        "wrong-hash": (f"pip install {python} -r hash.txt", "Hash mismatch"),
        "broken": (f"pip install {python} broken-not-a-zip", "broken-not-a-zip"),
        "unreachable": (f"pip install --no-cache {python} --index-url http://127.0.0.1:9/ lonely", "error"),
        "no-python": ("pip install --python no-such-python alpha", "no-such-python"),
        "usage": ("pip install --no-such-flag", "unexpected argument"),
        "unknown": ("no-such-command", "unrecognized subcommand"),
        "help": ("pip install --help", "Install packages"),
        "verbose": (f"pip install -v {python} alpha", "DEBUG"),
        "list": (f"pip list {python}", "alpha"),
        "build": (f"pip install {python} source==1.0", "+ source==1.0"),
        "failing-build": (f"pip install {python} never-builds", "the backend says this on standard error"),
        "editable": (f"pip install {python} -e ./tree", "+ tree==1.0"),
        "program": (f'{program} \'import os; os.write(1, b"o"); os.system("echo of a shell >&2")\'', "of a shell"),
        "terminal": (f"{program} 'print(open(\"/dev/tty\"))'", "Error"),
        "uninstall": (f"pip uninstall {python} alpha beta big", "- big==1.0"),
    }


def play(commands: list[str]) -> list[dict[str, Any]]:
    """In the worker: everything, and a sentence of its own on neither descriptor."""
    answers = calls.run_all(commands)
    os.fsync(1)
    os.fsync(2)
    return answers


@pytest.mark.parametrize("volume", VOLUMES)
def test_everything_is_in_the_answers(
    volume: str, env: dict[str, str], venv: Path, server: IndexServer, tmp_path: Path
) -> None:
    commands = mix(venv, server, tmp_path)
    with Worker({**env, **VOLUMES[volume]}, tmp_path) as worker:
        answers = worker.call(play, commands=[command for command, _ in commands.values()], timeout=110)
        assert worker.printed() == ""
    for (name, (command, said)), answer in zip(commands.items(), answers):
        text = answer["stdout"] + answer["stderr"]
        if said is not None:
            assert said in text, f"{name}: uv {command}\n{text}"
        elif volume != "logging":
            assert text == "", name
        assert "\x1b" not in text, name
        assert (answer["exit_code"] == 0) == (answer["error"] is None), name
    routes = {name: answer["route"] for name, answer in zip(commands, answers)}
    assert routes["verbose"] == "child"
    if volume != "logging":
        assert routes["install"] == "resident"


def test_the_watch_works(env: dict[str, str], tmp_path: Path) -> None:
    """Were something printed, by whatever way, it would be seen."""
    with Worker(env, tmp_path) as worker:
        worker.call(print_all_ways)
        assert worker.printed() == "one\ntwo\nthree\nfour\n"


def print_all_ways() -> None:
    import ctypes
    import sys

    os.write(1, b"one\n")
    ctypes.CDLL(None).dprintf(1, b"two\n")
    sys.stderr.write("three\n")
    sys.stderr.flush()
    os.write(2, b"four\n")


@pytest.mark.parametrize("volume", VOLUMES)
def test_panic(volume: str, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    with Worker({**env, **VOLUMES[volume], "UVFFI_TEST_PANIC": "1"}, tmp_path) as worker:
        answer = worker.call(calls.run, command=f"pip install --python {venv} alpha")
        assert answer["error"]["code"] == "internal"
        assert worker.printed() == ""
