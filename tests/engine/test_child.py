"""uv in a process of its own: streams, input, exit codes, and what it changed."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.judge import run_uv, wanted_version
from tests.support.normalise import normal_stderr
from tests.support.sdists import write_tree
from tests.support.snapshot import installed
from tests.support.wheels import build_wheel
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)
Valid = Callable[[dict[str, Any]], dict[str, Any]]
READ = "import sys; print(repr(sys.stdin.read()))"
DEAF = "import sys; sys.stdin.close()"
MUCH = "import os\nfor _ in range(300):\n    os.write(1, b'o' * 4096)\n    os.write(2, b'e' * 4096)"


def program(venv: Path, source: str) -> list[str]:
    return ["run", "--no-project", "--no-config", "--python", str(venv), "python", "-c", source]


COMMANDS: dict[str, tuple[list[str], int]] = {
    "nothing": ([], 2),
    "unknown": (["no-such-command"], 2),
    "flag": (["pip", "install", "--no-such-flag", "alpha"], 2),
    "missing-value": (["pip", "install", "--python"], 2),
    "list": (["pip", "list", "--python", "{venv}"], 0),
    "list-json": (["pip", "list", "--format", "json", "--python", "{venv}"], 0),
    "freeze": (["pip", "freeze", "--python", "{venv}"], 0),
    "show-missing": (["pip", "show", "--python", "{venv}", "no-such-thing"], 1),
    "check": (["pip", "check", "--python", "{venv}"], 0),
    "tree": (["pip", "tree", "--python", "{venv}"], 0),
    "no-environment": (["pip", "list", "--python", "{venv}/nowhere"], 2),
    "cache-dir": (["cache", "dir"], 0),
    "exit-7": (["run", "--no-project", "--python", "{venv}", "python", "-c", "raise SystemExit(7)"], 7),
    "exit-255": (["run", "--no-project", "--python", "{venv}", "python", "-c", "raise SystemExit(255)"], 255),
    "no-program": (["run", "--no-project", "--python", "{venv}", "no-such-program"], 2),
    "killed": (
        ["run", "--no-project", "--python", "{venv}", "python", "-c", "import os; os.kill(os.getpid(), 9)"],
        137,
    ),
    "terminated": (
        ["run", "--no-project", "--python", "{venv}", "python", "-c", "import os; os.kill(os.getpid(), 15)"],
        143,
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_as_uv(name: str, worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path, valid: Valid) -> None:
    words, code = COMMANDS[name]
    argv = [word.replace("{venv}", str(venv)) for word in words]
    worker.call(calls.run, command=f"pip install --python {venv} beta")
    judged = run_uv(argv, env, tmp_path)
    # A variable that the process has not: resident commands go there, too.
    answer = valid(worker.call(calls.run, command=argv, env={**env, "OTHERWISE": "1"}))
    assert judged.exit_code == code, judged
    assert (answer["exit_code"], answer["route"]) == (code, "child"), answer
    assert answer["stdout"] == judged.stdout
    assert normal_stderr(answer["stderr"]) == normal_stderr(judged.stderr)
    assert answer["changes"] == []
    assert (answer["error"] is None) == (code == 0)


def test_version(worker: Worker) -> None:
    answer = worker.call(calls.run, command="--version")
    assert (answer["exit_code"], answer["stderr"]) == (0, "")
    assert answer["stdout"].split()[:2] == ["uv", wanted_version()]
    assert answer["environment"] is None
    assert answer["reason"]


def test_launcher_itself_is_killed(worker: Worker, venv: Path) -> None:
    """As a shell counts it: 128 and the signal's number."""
    answer = worker.call(calls.run, command=program(venv, "import os, time; os.kill(os.getppid(), 9); time.sleep(1)"))
    assert answer["exit_code"] == 128 + signal.SIGKILL
    assert answer["error"]["message"]


def test_both_streams_whole(worker: Worker, venv: Path) -> None:
    """More than pipes hold, on both at once."""
    answer = worker.call(calls.run, command=program(venv, MUCH))
    assert answer["stdout"] == "o" * 4096 * 300
    assert answer["stderr"].count("e" * 4096 * 300) == 1


def test_text_that_is_not_utf8(worker: Worker, venv: Path) -> None:
    answer = worker.call(calls.run, command=program(venv, "import os; os.write(1, b'a\\xffb\\0c')"))
    assert answer["stdout"] == "a\ufffdb\0c"


def test_input(worker: Worker, venv: Path) -> None:
    """Nothing to read unless there is a text; a text longer than a pipe; a program that reads none of it."""
    long = "a line of text\n" * 20_000
    for stdin, seen in ((None, ""), ("", ""), ("two\nlines", "two\nlines"), (long, long)):
        answer = worker.call(calls.run, command=program(venv, READ), stdin=stdin)
        assert answer["stdout"] == f"{seen!r}\n"
    answer = worker.call(calls.run, command=program(venv, DEAF), stdin=long)
    assert (answer["exit_code"], answer["stdout"]) == (0, "")


def inherit(command: list[str], text: str) -> dict[str, Any]:
    """In the worker: with a standard input that has something to say."""
    hear, tell = os.pipe()
    os.write(tell, text.encode())
    os.close(tell)
    os.dup2(hear, 0)
    os.close(hear)
    return {"closed": calls.run(command), "inherited": calls.run(command, stdin="inherit")}


def test_input_is_inherited_only_if_asked(worker: Worker, venv: Path) -> None:
    told = worker.call(inherit, command=program(venv, READ), text="of the process")
    assert told["closed"]["stdout"] == "''\n"
    assert told["inherited"]["stdout"] == "'of the process'\n"


def test_input_that_uv_reads(worker: Worker, venv: Path) -> None:
    answer = worker.call(calls.run, command=f"pip install --python {venv} -r -", stdin="alpha==1.0\n")
    assert answer["exit_code"] == 0, answer
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def changed(answer: dict[str, Any], route: str = "resident") -> list[tuple[str, str | None, str | None, str, bool]]:
    assert (answer["exit_code"], answer["route"]) == (0, route), answer
    keys = ("name", "previous_version", "version", "action", "editable")
    return [tuple(change[key] for key in keys) for change in answer["changes"]]


@pytest.fixture
def cold(env: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The variables of a worker whose cache has no wheels that were built before: asked for before the worker."""
    env["UV_CACHE_DIR"] = str(tmp_path / "cache")
    return env


def test_changes_of_builds(cold: dict[str, str], worker: Worker, venv: Path, tmp_path: Path, valid: Valid) -> None:
    tree = write_tree(tmp_path / "tree", "tree", "1.0", ("alpha",))

    def run(words: str) -> dict[str, Any]:
        return valid(worker.call(calls.run, command=f"pip install --python {venv} {words}"))

    answer = run("source==1.0")
    assert changed(answer) == [("source", None, "1.0", "installed", False)]
    assert answer["installed"] == [{"name": "source", "version": "1.0"}]
    assert Path(answer["environment"]["prefix"]) == venv
    assert changed(run("source==2.0")) == [
        ("alpha", None, "2.0", "installed", False),
        ("source", "1.0", "2.0", "upgraded", False),
    ]
    assert changed(run("--reinstall-package source --no-binary source source==2.0")) == [
        ("source", "2.0", "2.0", "reinstalled", False)
    ]
    answer = run("-e ./tree")
    assert changed(answer) == [("tree", None, "1.0", "installed", True)]
    assert answer["changes"][0]["url"] == tree.as_uri()
    assert changed(run("./tree")) == [("tree", "1.0", "1.0", "reinstalled", False)]
    assert changed(run("-v --no-deps source==1.0"), "child") == [("source", "2.0", "1.0", "downgraded", False)]
    answer = worker.call(calls.run, command=f"pip uninstall -v --python {venv} tree source")
    assert changed(answer, "child") == [
        ("source", "1.0", None, "uninstalled", False),
        ("tree", "1.0", None, "uninstalled", False),
    ]
    assert [one["name"] for one in answer["removed"]] == ["source", "tree"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("source==2.0", ["alpha", "source"]),
        ("dynamic", ["dynamic", "lonely"]),
        ("-e ./tree", ["alpha", "tree"]),
        ("-v beta", ["alpha", "beta"]),
    ],
)
def test_dry_run(
    words: str, names: list[str], cold: dict[str, str], worker: Worker, venv: Path, tmp_path: Path, valid: Valid
) -> None:
    """Nothing is touched, and what would change is told, whoever answers."""
    write_tree(tmp_path / "tree", "tree", "1.0", ("alpha",))
    answer = valid(worker.call(calls.run, command=f"pip install --dry-run --python {venv} {words}"))
    assert answer["exit_code"] == 0, answer
    assert "Would install 2 packages" in answer["stderr"]
    assert installed(site_packages(venv)) == {}
    assert answer["dry_run"], answer["reason"]
    assert answer["installed"] == []
    assert sorted(change["name"] for change in answer["changes"]) == names


def test_dry_run_of_a_reinstall(cold: dict[str, str], worker: Worker, venv: Path, tmp_path: Path, valid: Valid) -> None:
    """Before it is built, a source tree has no version: uv names it by its URL alone."""
    write_tree(tmp_path / "tree", "tree", "1.0")
    worker.call(calls.run, command=f"pip install --python {venv} -e ./tree lonely")
    answer = valid(worker.call(calls.run, command=f"pip install --dry-run --python {venv} --reinstall -e ./tree"))
    (change,) = answer["changes"]
    assert (change["name"], change["previous_version"]) == ("tree", "1.0")
    assert change["action"] == "reinstalled"
    assert change["url"] == (tmp_path / "tree").as_uri()
    assert installed(site_packages(venv)) == {"lonely": "1.0", "tree": "1.0"}


@pytest.mark.parametrize("command", ["venv fresh --seed", "venv --seed fresh", "venv --seed --prompt name fresh"])
def test_changes_of_a_new_environment(
    command: str, env: dict[str, str], worker: Worker, server: IndexServer, tmp_path: Path, valid: Valid
) -> None:
    server.add("seeds", [build_wheel(name, "99.0") for name in ("pip", "setuptools", "wheel")])
    worker.call(calls.set_variable, name="UV_INDEX_URL", value=server.simple("seeds"))
    answer = valid(worker.call(calls.run, command=command))
    assert ("pip", None, "99.0", "installed", False) in changed(answer, "child")
    assert Path(answer["environment"]["prefix"]) == tmp_path / "fresh"
    assert {change["name"]: change["version"] for change in answer["changes"]} == installed(
        site_packages(tmp_path / "fresh")
    )
