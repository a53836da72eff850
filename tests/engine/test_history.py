"""What uvffi changed, how it is taken back, and what is told where it can't be."""

from __future__ import annotations

import json
import shlex
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import CREDENTIALS, IndexServer
from tests.support.judge import must_uv
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls
from .broken import files
from .test_cli import OURS, play

pytestmark = pytest.mark.timeout(60)


def change(environment: str, steps: list[list[Any]]) -> list[Any]:
    """In the worker: methods of the Environment, one after the other; of each its changes and generation, or its error.

    A step is the method's name, its positional arguments, and maybe its keywords.
    """
    import uvffi

    env = uvffi.Environment(environment)
    told: list[Any] = []
    for method, words, *options in steps:
        try:
            result = getattr(env, method)(*words, **(options[0] if options else {}))
        except uvffi.CommandError as error:
            told.append([type(error).__name__, error.code, isinstance(error, LookupError)])
        else:
            told.append([[str(one) for one in result.changes], result.generation])
    return told


def entries(environment: str) -> list[dict[str, Any]]:
    """In the worker: the history."""
    import uvffi

    return [
        {
            "generation": entry.generation,
            "at": entry.at.isoformat(),
            "request": entry.request,
            "changes": [str(one) for one in entry.changes],
            "undoable": entry.undoable,
        }
        for entry in uvffi.Environment(environment).history()
    ]


def at_hand(worker: Worker, venv: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = worker.call(entries, environment=str(venv))
    return told


def play_in(worker: Worker, venv: Path, *steps: list[Any]) -> list[Any]:
    told: list[Any] = worker.call(change, environment=str(venv), steps=list(steps))
    return told


def test_tells_what_was_done(worker: Worker, venv: Path) -> None:
    assert at_hand(worker, venv) == []
    begun = datetime.now(timezone.utc)
    told = play_in(
        worker,
        venv,
        ["install", ["alpha==1.0", "lonely"]],
        ["install", ["alpha==1.0"]],
        ["install", ["alpha==2.0"]],
        ["uninstall", ["lonely"]],
    )
    generations = [generation for _, generation in told]
    assert generations[1] is None, "nothing was changed, nothing is noted"
    first, _, second, third = generations
    assert first < second < third
    history = at_hand(worker, venv)
    assert [[one["generation"], one["changes"], one["undoable"]] for one in history] == [
        [first, ["installed alpha 1.0", "installed lonely 1.0"], True],
        [second, ["upgraded alpha 1.0 -> 2.0"], True],
        [third, ["uninstalled lonely 1.0"], True],
    ]
    words = shlex.split(history[1]["request"])
    assert (words[:2], words[-1]) == (["pip", "install"], "alpha==2.0")
    times = [datetime.fromisoformat(one["at"]) for one in history]
    assert begun - timedelta(seconds=1) <= times[0] <= times[1] <= times[2] <= datetime.now(timezone.utc)
    assert times[0].utcoffset() == timedelta(0)


def test_back_is_to_the_byte(worker: Worker, venv: Path) -> None:
    """Each step back gives what there was before it, down to an environment with nothing in it."""
    seen = [files(venv)]
    for step in (
        ["install", ["kinds==1.0", "alpha==1.0"]],
        ["install", ["kinds==2.0"]],
        ["install", ["alpha==1.0"], {"reinstall": True}],
        ["uninstall", ["kinds", "alpha"]],
    ):
        ((changes, _),) = play_in(worker, venv, step)
        assert changes
        seen.append(files(venv))
    for generation in (3, 2, 1, 0):
        play_in(worker, venv, ["restore", [generation]])
        assert files(venv) == seen[generation]
    for generation in (4, 1, 2, 0, 3):
        play_in(worker, venv, ["restore", [generation]])
        assert files(venv) == seen[generation]


def test_undo(worker: Worker, venv: Path) -> None:
    """It is a change as well, and undone by another."""
    assert play_in(worker, venv, ["undo", []]) == [["HistoryError", "nothing-to-undo", True]]
    empty = files(venv)
    play_in(worker, venv, ["install", ["alpha==1.0"]])
    one = files(venv)
    play_in(worker, venv, ["install", ["alpha==2.0", "kinds==2.0"]])
    two = files(venv)
    told = play_in(worker, venv, ["undo", []])
    assert [sorted(told[0][0]), told[0][1]] == [["downgraded alpha 2.0 -> 1.0", "uninstalled kinds 2.0"], 3]
    assert files(venv) == one
    told = play_in(worker, venv, ["undo", []])
    assert [sorted(told[0][0]), told[0][1]] == [["installed kinds 2.0", "upgraded alpha 1.0 -> 2.0"], 4]
    assert files(venv) == two
    play_in(worker, venv, ["restore", [0]])
    assert files(venv) == empty


def test_restore(worker: Worker, venv: Path) -> None:
    told = play_in(
        worker,
        venv,
        ["install", ["alpha==1.0"]],
        ["install", ["alpha==1.1"]],
        ["install", ["lonely"]],
        ["install", ["alpha==2.0"]],
    )
    second = told[1][1]
    ((changes, generation),) = play_in(worker, venv, ["restore", [second]])
    assert sorted(changes) == ["downgraded alpha 2.0 -> 1.1", "uninstalled lonely 1.0"]
    assert installed(site_packages(venv)) == {"alpha": "1.1"}
    assert generation > told[3][1], "to go back is a change as well"
    assert play_in(worker, venv, ["restore", [second]])[0][0] == []
    ((changes, _),) = play_in(worker, venv, ["restore", [told[3][1]]])
    assert sorted(changes) == ["installed lonely 1.0", "upgraded alpha 1.1 -> 2.0"]
    play_in(worker, venv, ["restore", [0]])
    assert installed(site_packages(venv)) == {}
    before = files(venv)
    assert play_in(worker, venv, ["restore", [9999]]) == [["HistoryError", "unknown-generation", True]]
    assert files(venv) == before


def test_undo_over_what_another_tool_did(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """What uv changed of the same package since then is not thrown away; other packages are no matter."""
    play_in(worker, venv, ["install", ["alpha==1.0"]], ["install", ["alpha==1.1"]])
    must_uv(["pip", "install", "--python", str(venv), "lonely"], env, tmp_path)
    assert play_in(worker, venv, ["undo", []])[0][0] == ["downgraded alpha 1.1 -> 1.0"]
    play_in(worker, venv, ["install", ["alpha==1.1"]])
    must_uv(["pip", "install", "--python", str(venv), "alpha==2.0"], env, tmp_path)
    before = files(venv)
    assert play_in(worker, venv, ["undo", []]) == [["HistoryError", "cannot-undo", True]]
    assert files(venv) == before
    assert installed(site_packages(venv)) == {"alpha": "2.0", "lonely": "1.0"}


def test_durable(worker: Worker, venv: Path) -> None:
    durable = {"durable": True}
    told = play_in(
        worker,
        venv,
        ["install", ["alpha==1.0"], durable],
        ["install", ["alpha==2.0"], {"durable": False}],
        ["undo", [], durable],
        ["uninstall", ["alpha"], durable],
        ["restore", [1], durable],
    )
    assert [changes for changes, _ in told[:4]] == [
        ["installed alpha 1.0"],
        ["upgraded alpha 1.0 -> 2.0"],
        ["downgraded alpha 2.0 -> 1.0"],
        ["uninstalled alpha 1.0"],
    ]
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def test_without_history(worker: Worker, venv: Path) -> None:
    worker.call(calls.set_variable, name="UVFFI_HISTORY", value="0")
    assert play_in(worker, venv, ["install", ["alpha==1.0"]]) == [[["installed alpha 1.0"], None]]
    assert at_hand(worker, venv) == []


def test_not_written(worker: Worker, venv: Path) -> None:
    """The history is in the way of nothing: the change stands, and the Result says so."""
    play_in(worker, venv, ["install", ["alpha==1.0"]])
    history = venv / ".uvffi" / "history"
    history.unlink()
    history.mkdir()
    told = worker.call(calls.run, command=f"pip install --python {venv} alpha==2.0")
    assert (told["exit_code"], told["generation"]) == (0, None), told
    assert [notice["code"] for notice in told["notices"]] == ["history-not-written"]
    assert installed(site_packages(venv)) == {"alpha": "2.0"}


def notices(environment: str) -> list[Any]:
    """In the worker: notices as a Result has them."""
    import uvffi

    result = uvffi.Environment(environment).install("alpha==2.0")
    return [[type(one).__name__, one.code, str(one) == one.message, bool(one.message)] for one in result.notices]


def test_notices(worker: Worker, venv: Path) -> None:
    play_in(worker, venv, ["install", ["alpha==1.0"]])
    (venv / ".uvffi" / "history").unlink()
    (venv / ".uvffi" / "history").mkdir()
    assert worker.call(notices, environment=str(venv)) == [["Notice", "history-not-written", True, True]]


def test_nowhere(worker: Worker, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert play_in(worker, nowhere, ["undo", []]) == [["EnvironmentNotFoundError", "environment-not-found", False]]
    with pytest.raises(AssertionError, match="EnvironmentNotFoundError"):
        at_hand(worker, nowhere)


@pytest.mark.usefixtures("library")
def test_commands(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """`uvffi history`, `undo`, `restore`: data on standard output, the rest on standard error, uv's exit codes."""

    def ours(*words: str) -> tuple[int, str, str]:
        done = play(OURS, [*words, "--python", str(venv)], env, tmp_path)
        return done.returncode, done.stdout, done.stderr

    assert ours("history") == (0, "", "Nothing was changed here by uvffi\n")
    assert ours("undo")[0] == 1
    assert ours("undo")[2].startswith("error: ")
    play_in(worker, venv, ["install", ["alpha==1.0"]], ["install", ["alpha==2.0"]])
    code, out, err = ours("history")
    assert (code, err) == (0, "")
    assert out.splitlines()[1] == "        installed alpha 1.0"
    assert out.splitlines()[3] == "        upgraded alpha 1.0 -> 2.0"
    assert out.splitlines()[0].split()[0] == "1"
    code, out, err = ours("history", "--json")
    assert [entry["generation"] for entry in json.loads(out)["history"]] == [1, 2]
    code, out, err = ours("undo")
    assert (code, out) == (0, "")
    assert " - alpha==2.0\n + alpha==1.0\n" in err
    assert installed(site_packages(venv)) == {"alpha": "1.0"}
    assert ours("restore", "2")[0] == 0
    assert installed(site_packages(venv)) == {"alpha": "2.0"}
    code, out, err = ours("restore", "99")
    assert (code, out) == (1, "")
    assert err.startswith("error: ")


@pytest.mark.usefixtures("library")
def test_environment_of_the_commands(env: dict[str, str], tmp_path: Path) -> None:
    """Without --python it is the one that uv would choose."""
    venv = make_venv(tmp_path / ".venv", env)
    made = play([*OURS[:1], "-c", "import uvffi; uvffi.run('pip install lonely').check()"], [], env, tmp_path)
    assert made.returncode == 0, made.stderr
    assert installed(site_packages(venv)) == {"lonely": "1.0"}
    assert "installed lonely 1.0" in play(OURS, ["history"], env, tmp_path).stdout
    assert play(OURS, ["undo"], env, tmp_path).returncode == 0
    assert installed(site_packages(venv)) == {}


def test_no_credentials(worker: Worker, server: IndexServer, venv: Path) -> None:
    """Those of an index or of a file are nowhere below `.uvffi`; the rest of the URL is."""
    index = server.simple("main", "auth").replace("://", f"://{CREDENTIALS}@")
    told = worker.call(calls.run, command=f"pip install --python {venv} --index-url {index} alpha==1.0")
    assert (told["exit_code"], told["route"]) == (0, "resident"), told
    file = f"{server.base}/main~auth/files/lonely-1.0-py3-none-any.whl".replace("://", f"://{CREDENTIALS}@")
    told = worker.call(calls.run, command=["pip", "install", "--python", str(venv), f"lonely @ {file}"])
    assert (told["exit_code"], told["route"]) == (0, "resident"), told
    worker.call(calls.run, command=f"pip uninstall --python {venv} alpha lonely")
    history = at_hand(worker, venv)
    assert f"--index-url 'http://****@127.0.0.1:{server.port}/main~auth/simple/'" in history[0]["request"]
    assert f"http://****@127.0.0.1:{server.port}/main~auth/files/lonely" in history[1]["request"]
    password = CREDENTIALS.partition(":")[2].encode()
    # What is installed has a direct_url.json as uv writes it.
    written = [path for path in (venv / ".uvffi").rglob("*") if path.is_file() and path.name != "direct_url.json"]
    assert [path.name for path in written if password in path.read_bytes()] == []
