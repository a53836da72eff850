"""Several calls as one: kept if the block ends well, put back if it fails or its process dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.snapshot import installed
from tests.support.worker import ROOT, Worker

from . import calls
from .broken import files

pytestmark = pytest.mark.timeout(60)


def block(environment: str, steps: list[list[str]], failing: bool) -> list[Any]:
    """In the worker: installs and uninstalls in one transaction, which fails at the end or doesn't."""
    import uvffi

    env = uvffi.Environment(environment)
    seen: list[Any] = []
    transaction = env.transaction()
    raised = None
    try:
        with transaction as entered:
            assert entered is transaction
            assert transaction.generation is not None
            assert transaction.result is None
            for method, *words in steps:
                getattr(env, method)(*words)
                seen.append({name: package.version for name, package in env.packages.items()})
            if failing:
                raise KeyError("the block's own")
    except KeyError as error:
        raised = error.args[0]
    assert transaction.result is not None
    seen.append([raised, transaction.result.ok, {name: one.version for name, one in env.packages.items()}])
    return seen


STEPS = [
    ["install", "alpha==2.0", "kinds==1.0"],
    ["install", "kinds==2.0"],
    ["uninstall", "lonely"],
]


def test_kept(worker: Worker, venv: Path) -> None:
    """Each step can be seen when it is made."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0 lonely")
    assert worker.call(block, environment=str(venv), steps=STEPS, failing=False) == [
        {"alpha": "2.0", "kinds": "1.0", "lonely": "1.0"},
        {"alpha": "2.0", "kinds": "2.0", "lonely": "1.0"},
        {"alpha": "2.0", "kinds": "2.0"},
        [None, True, {"alpha": "2.0", "kinds": "2.0"}],
    ]
    assert installed(site_packages(venv)) == {"alpha": "2.0", "kinds": "2.0"}
    worker.call(calls.run, command=f"pip install --python {venv} single")
    assert installed(site_packages(venv)) == {"alpha": "2.0", "kinds": "2.0", "single": "1.0"}


def test_put_back(worker: Worker, venv: Path) -> None:
    """Byte for byte; the exception goes on."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0 lonely")
    before = files(venv)
    told = worker.call(block, environment=str(venv), steps=STEPS, failing=True)
    assert told[2] == {"alpha": "2.0", "kinds": "2.0"}
    assert told[3] == ["the block's own", True, {"alpha": "1.0", "lonely": "1.0"}]
    assert files(venv) == before
    # And another one after it.
    assert worker.call(block, environment=str(venv), steps=STEPS[:1], failing=False)[-1][1]


def back(environment: str) -> list[dict[str, str]]:
    """In the worker: a block of two calls, `undo`, and back to where the block began."""
    import uvffi

    env = uvffi.Environment(environment)
    seen = []

    def note() -> None:
        seen.append({name: package.version for name, package in env.packages.items()})

    with env.transaction() as entered:
        env.install("alpha==2.0")
        env.install("lonely")
    env.undo()
    note()
    assert entered.generation is not None
    env.restore(entered.generation)
    note()
    return seen


def test_taken_back_later(worker: Worker, venv: Path) -> None:
    """`undo` takes back the last call of a block that ended well; its `generation` is the way behind all of them."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    before = files(venv)
    assert worker.call(back, environment=str(venv)) == [{"alpha": "2.0"}, {"alpha": "1.0"}]
    assert files(venv) == before


def test_nothing_was_done(worker: Worker, venv: Path) -> None:
    for failing in (False, True):
        assert worker.call(block, environment=str(venv), steps=[], failing=failing)[-1][1:] == [True, {}]
        same = [["install", "alpha==1.0"], ["uninstall", "alpha"]]
        assert worker.call(block, environment=str(venv), steps=same, failing=failing)[-1][1:] == [True, {}]


def fail_inside(environment: str) -> list[Any]:
    """In the worker: a call that fails in the block, and one that fails and is caught there."""
    import uvffi

    env = uvffi.Environment(environment)
    told: list[Any] = []
    with env.transaction():
        env.install("alpha==1.0")
        try:
            env.install("no-such-thing")
        except uvffi.ResolutionError as error:
            told.append(error.code)
    told.append(sorted(env.packages))
    try:
        with env.transaction():
            env.install("lonely")
            env.install("no-such-thing")
    except uvffi.ResolutionError as error:
        told.append(error.code)
    told.append(sorted(env.packages))
    return told


def test_failing_call(worker: Worker, venv: Path) -> None:
    assert worker.call(fail_inside, environment=str(venv)) == ["no-solution", ["alpha"], "no-solution", ["alpha"]]


def nest(environment: str, other: str) -> list[Any]:
    """In the worker: one inside another, by another name of the environment; in another environment; entered twice."""
    import uvffi

    env = uvffi.Environment(environment)
    told: list[Any] = []

    def attempt(place: str) -> None:
        try:
            with uvffi.Environment(place).transaction():
                told.append("entered")
        except uvffi.TransactionError as error:
            assert error.message
            assert error.hints
            told.append(error.code)

    with env.transaction() as transaction:
        env.install("alpha==1.0")
        attempt(os.path.join(environment, "bin", "python"))
        calls.together([lambda: attempt(environment)])
        attempt(other)
    told.append(sorted(env.packages))
    try:
        with transaction:
            told.append("entered")
    except uvffi.TransactionError as error:
        told.append(error.code)
    attempt(environment)
    return told


def test_nested(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """A clear error, that ends nothing."""
    other = make_venv(tmp_path / "other", env)
    told = worker.call(nest, environment=str(venv), other=str(other))
    assert told == ["transaction-state", "transaction-state", "entered", ["alpha"], "transaction-state", "entered"]


def lose(environment: str, cause: bool) -> list[Any]:
    """In the worker: the environment is gone by the end of a block that fails."""
    import uvffi

    env = uvffi.Environment(environment)
    try:
        with env.transaction():
            env.install("alpha==1.0")
            os.rename(environment, environment + "-away")
            try:
                raise OSError("deeper")
            except OSError as deeper:
                raise KeyError("the block's own") from (deeper if cause else None)
    except KeyError as error:
        notes = getattr(error, "__notes__", [])
        return [error.args[0], type(error.__cause__).__name__, [note.split(":")[0] for note in notes]]
    return []


@pytest.mark.parametrize("cause", [True, False])
def test_failed_roll_back(worker: Worker, venv: Path, cause: bool) -> None:
    """The block's exception goes on all the same, and says so."""
    own, why, notes = worker.call(lose, environment=str(venv), cause=cause)
    assert own == "the block's own"
    assert why == ("OSError" if cause else "EnvironmentNotFoundError")
    expected = [f"The transaction in `{venv}` could not be rolled back"]
    assert notes == (expected if sys.version_info >= (3, 11) else [])


def disturb(environment: str) -> list[Any]:
    """In the worker: another tool changes, in a block that fails, what was changed there; then another block."""
    import uvffi

    env = uvffi.Environment(environment)
    try:
        with env.transaction():
            env.install("alpha==1.0", "lonely")
            # In a process of its own, as uv does it.
            assert uvffi.run(["pip", "install", "-v", "--python", environment, "alpha==2.0"]).route == "child"
            raise KeyError("the block's own")
    except KeyError as error:
        told = [error.args[0], type(error.__cause__).__name__]
    seen = {name: package.version for name, package in env.packages.items()}
    with env.transaction():
        env.uninstall("lonely")
    return [told, seen, sorted(env.packages)]


def test_changed_by_another_tool(worker: Worker, venv: Path) -> None:
    """Nothing is put back over it, and all goes on."""
    assert worker.call(disturb, environment=str(venv)) == [
        ["the block's own", "HistoryError"],
        {"alpha": "2.0", "lonely": "1.0"},
        ["alpha"],
    ]


def have_uv_help(environment: str) -> list[Any]:
    """In the worker: the Child changes another package in a block that fails."""
    import uvffi

    env = uvffi.Environment(environment)
    try:
        with env.transaction():
            env.install("alpha==1.0")
            assert uvffi.run(["pip", "install", "-v", "--python", environment, "lonely"]).route == "child"
            raise KeyError
    except KeyError as error:
        failure = error.__cause__
        assert isinstance(failure, uvffi.HistoryError)
        told = [failure.code, "lonely" in failure.message, "alpha" in failure.message]
    with env.transaction():
        pass
    return [told, sorted(env.packages)]


def test_what_the_child_did_stays(worker: Worker, venv: Path) -> None:
    """All else is taken back, and the error names what isn't."""
    assert worker.call(have_uv_help, environment=str(venv)) == [["cannot-undo", True, False], ["lonely"]]


def test_without_history(worker: Worker, venv: Path) -> None:
    worker.call(calls.set_variable, name="UVFFI_HISTORY", value="0")
    told = worker.call(calls.run, command=f"uvffi transaction begin --python {venv}")
    assert (told["exit_code"], told["error"]["code"]) == (1, "transaction-state"), told
    assert "UVFFI_HISTORY" in told["stderr"]


def fork_inside(environment: str) -> list[Any]:
    """In the worker: a child that is forked in the block and leaves it, before the parent goes on."""
    import uvffi

    env = uvffi.Environment(environment)
    child = 1
    told: list[Any] = []
    try:
        with env.transaction():
            env.install("alpha==1.0")
            child = os.fork()
            if child:
                os.waitpid(child, 0)
                told.append(sorted(env.packages))
            raise KeyError
    except KeyError:
        if not child:
            os._exit(0)
    told.append(sorted(env.packages))
    return told


def test_fork_leaves_it_to_its_parent(worker: Worker, venv: Path) -> None:
    assert worker.call(fork_inside, environment=str(venv)) == [["alpha"], []]


DIE = """
import os, sys
import uvffi
env = uvffi.Environment(sys.argv[1])
with env.transaction():
    env.install("alpha==2.0", "kinds==2.0")
    env.uninstall("lonely")
    print("done", flush=True)
    sys.stdin.read()
"""


@contextmanager
def in_the_midst(env: dict[str, str], venv: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has made its changes, and not ended its transaction before its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", DIE, venv],
        env={**env, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"done\n"
        yield process


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_process_that_dies(worker: Worker, env: dict[str, str], venv: Path, how: signal.Signals) -> None:
    """Its changes stay until the next change in the environment, which takes them back first and says so."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0 lonely")
    before = files(venv)
    with in_the_midst(env, venv) as process:
        # While it lives its transaction is its own matter.
        told = worker.call(calls.run, command=f"pip install --python {venv} alpha==2.0")
        assert (told["changes"], told["notices"]) == ([], [])
        process.send_signal(how)
    assert installed(site_packages(venv)) == {"alpha": "2.0", "kinds": "2.0"}
    told = worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    assert (told["exit_code"], told["changes"]) == (0, []), told
    assert [notice["code"] for notice in told["notices"]] == ["recovered"]
    assert files(venv) == before


def test_two_processes(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """One has a transaction open; another one can't open a second."""
    with in_the_midst(env, venv) as process:
        told = worker.call(calls.run, command=f"uvffi transaction begin --python {venv}")
        assert told["error"]["code"] == "transaction-state", told
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0
    assert installed(site_packages(venv)) == {"alpha": "2.0", "kinds": "2.0"}
    told = worker.call(calls.run, command=f"pip install --python {venv} lonely")
    assert (told["exit_code"], told["notices"]) == (0, [])
    assert installed(site_packages(venv)) == {"alpha": "2.0", "kinds": "2.0", "lonely": "1.0"}
