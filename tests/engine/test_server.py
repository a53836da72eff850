"""The Child kept warm: forks of a server answer as plain processes do, and the server is never in the way."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.judge import run_uv
from tests.support.normalise import normal_stderr
from tests.support.worker import ROOT, Worker

from . import calls, served
from .test_child import COMMANDS, DEAF, MUCH, READ, program

pytestmark = [
    pytest.mark.timeout(120),
    # The workers fork with threads on purpose.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
LAUNCHER = ROOT / "uvffi" / "uvffi-launcher"
SLEEP = "import os, sys, time; open(sys.argv[1], 'w').write(f'{os.getpid()} {os.getppid()}'); time.sleep(60)"


@pytest.fixture
def env(env: dict[str, str]) -> dict[str, str]:
    """With servers, which are kept where somebody asks for them."""
    return {**env, "UVFFI_CHILD": "warm"}


@pytest.fixture
def warm(worker: Worker) -> Worker:
    """A worker whose server is ready."""
    told = worker.call(served.begin)
    assert told["server"] == "ready", told
    return worker


def test_the_first_is_plain_and_others_are_forks(worker: Worker) -> None:
    first = worker.call(served.served, command="--version")
    assert (first["plain"], first["forks"]) == (1, 0)
    told = worker.call(served.settled)
    assert (told["server"], told["begun"], told["trouble"]) == ("ready", 1, None)
    for _ in range(3):
        again = worker.call(served.served, command="--version")
        assert (again["plain"], again["forks"]) == (0, 1)
        assert [again[key] for key in ("exit_code", "stdout", "stderr", "route")] == [
            first[key] for key in ("exit_code", "stdout", "stderr", "route")
        ]
        assert again["child"]["process"] == told["process"]


def test_as_uv(warm: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Exit codes, deaths by signals, and both texts."""
    warm.call(calls.run, command=f"pip install --python {venv} beta")
    for name, (words, code) in COMMANDS.items():
        argv = [word.replace("{venv}", str(venv)) for word in words]
        judged = run_uv(argv, env, tmp_path)
        # A variable that the process has not: resident commands go there, too.
        answer = warm.call(served.served, command=argv, env={**env, "OTHERWISE": "1"})
        assert answer["forks"] == 1, (name, answer)
        assert (answer["exit_code"], judged.exit_code) == (code, code), name
        assert answer["stdout"] == judged.stdout, name
        assert normal_stderr(answer["stderr"]) == normal_stderr(judged.stderr), name


def test_streams(warm: Worker, venv: Path) -> None:
    """More than pipes hold, both ways at once; a program that reads none of it; one that uv does not outlive."""
    long = "a line of text\n" * 20_000
    for stdin, seen in ((None, ""), ("", ""), ("two\nlines", "two\nlines"), (long, long)):
        answer = warm.call(served.served, command=program(venv, READ), stdin=stdin)
        assert (answer["stdout"], answer["forks"]) == (f"{seen!r}\n", 1)
    answer = warm.call(served.served, command=program(venv, DEAF), stdin=long)
    assert (answer["exit_code"], answer["stdout"], answer["forks"]) == (0, "", 1)
    answer = warm.call(served.served, command=program(venv, MUCH))
    assert (answer["stdout"], answer["forks"]) == ("o" * 4096 * 300, 1)
    assert answer["stderr"].count("e" * 4096 * 300) == 1
    killing = program(venv, "import os, time; os.kill(os.getppid(), 9); time.sleep(1)")
    answer = warm.call(served.served, command=killing)
    assert (answer["exit_code"], answer["forks"]) == (137, 1)


def test_words_that_uv_looks_up_itself(warm: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """The header of a compiled file names the command."""
    (tmp_path / "asked.in").write_text("lonely\n")
    words = ["pip", "compile", "--python", str(venv), "asked.in", "--no-annotate"]
    judged = run_uv(words, env, tmp_path)
    answer = warm.call(served.served, command=words)
    assert answer["forks"] == 1
    assert "--no-annotate" in answer["stdout"]
    assert answer["stdout"] == judged.stdout


def test_the_view_of_a_request(warm: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """A directory and variables of its own: the host's are not seen, and those that uv reads at its start count."""
    (tmp_path / "folder").mkdir()
    own = {"PATH": os.environ["PATH"], "ONLY": "1", "UV_CACHE_DIR": str(tmp_path / "kept")}
    place: dict[str, Any] = {"env": own, "cwd": str(tmp_path / "folder")}
    fork, plain = warm.call(served.both, command=[*program(venv, served.PROBE)], **place)
    assert (fork["forks"], plain["plain"]) == (1, 1)
    seen = served.view(fork)
    assert seen == served.view(plain)
    assert seen["cwd"] == str(tmp_path / "folder")
    assert {name for name, _ in seen["variables"]} >= {"ONLY", "UV_CACHE_DIR"}
    assert not {"HOME", "UV_INDEX_URL"} & {name for name, _ in seen["variables"]}
    answer = warm.call(served.served, command="cache dir", **place)
    assert (answer["stdout"], answer["forks"]) == (f"{tmp_path / 'kept'}\n", 1)
    answer = warm.call(
        served.served, command=f"pip list --preview --python {venv}", env={**env, "RUST_LOG": "uv=debug"}
    )
    assert ("DEBUG" in answer["stderr"], answer["forks"]) == (True, 1)
    answer = warm.call(served.served, command=f"pip list --preview --python {venv}", env=env)
    assert ("DEBUG" in answer["stderr"], answer["forks"]) == (False, 1)


def test_threads_have_forks_of_their_own(warm: Worker, venv: Path) -> None:
    before = warm.call(served.child)
    seconds, answers = warm.call(served.together, count=6, command=program(venv, "import time; time.sleep(1.5)"))
    assert [answer["exit_code"] for answer in answers] == [0] * 6
    assert warm.call(served.child)["forks"] == before["forks"] + 6
    assert seconds < 6, "one after the other"


def test_nothing_is_left_in_the_host(warm: Worker, venv: Path) -> None:
    """No child, dead or alive, that a host would find; not one descriptor or thread more, however often."""
    assert warm.call(served.children) == []
    assert warm.call(served.wait_for_any) == "none"
    assert warm.call(served.many, count=60, command="--version") == [0, 0]
    assert warm.call(served.child)["forks"] >= 60
    assert warm.call(served.children) == []


@pytest.mark.parametrize("reaping", [served.reap_in_the_background, served.ignore_children])
def test_a_host_that_reaps_everything(reaping: Any, worker: Worker, venv: Path) -> None:
    """It may take a plain process's status away; a fork's it can't."""
    worker.call(reaping)
    assert worker.call(served.begin)["server"] == "ready"
    exit_7 = program(venv, "raise SystemExit(7)")
    for _ in range(5):
        answer = worker.call(served.served, command=exit_7)
        assert (answer["exit_code"], answer["forks"]) == (7, 1), answer


def test_a_thread_may_end(worker: Worker) -> None:
    """The server is the process's, not that of the thread that first asked."""
    told = worker.call(served.begin_in_a_thread)
    time.sleep(0.2)
    answer = worker.call(served.served, command="--version")
    assert (answer["forks"], answer["child"]["process"]) == (1, told["process"])


def test_gone_with_its_host(library: Path, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Killed, with a command under way and a forked child of its own that lives on: nobody else is left."""
    with Worker(env, tmp_path) as worker:
        server = worker.call(served.begin)["process"]
        lonely = worker.call(fork_and_wait)
        told = tmp_path / "told"
        worker.call(calls.start, name="sleep", command=[*program(venv, SLEEP), str(told)])
        program_, uv = map(int, served.wait_for(told).split())
        assert all(map(served.alive, (server, program_, uv, lonely)))
        worker.process.kill()
        worker.process.wait()
        try:
            assert served.gone([server, program_, uv])
            assert served.alive(lonely), "this shows nothing if all are gone"
        finally:
            os.kill(lonely, signal.SIGKILL)


def fork_and_wait() -> int:
    """In the worker: a child that does nothing."""
    process = os.fork()
    if process == 0:
        time.sleep(60)
        os._exit(0)
    return process


def test_gone_when_idle(env: dict[str, str], library: Path, tmp_path: Path) -> None:
    with Worker({**env, "UVFFI_CHILD_IDLE": "1"}, tmp_path) as worker:
        told = worker.call(served.begin)
        assert served.gone([told["process"]])
        answer = worker.call(served.served, command="--version")
        assert (answer["exit_code"], answer["plain"]) == (0, 1)
        assert worker.call(served.settled)["begun"] == 2
        assert worker.call(served.served, command="--version")["forks"] == 1


def test_gone_after_a_shutdown(warm: Worker) -> None:
    server = warm.call(served.child)["process"]
    assert warm.call(served.shutdown)
    assert served.gone([server])
    assert warm.call(served.child)["server"] == "none"
    assert warm.call(served.begin)["server"] == "ready"


def test_a_server_that_was_killed(warm: Worker) -> None:
    os.kill(warm.call(served.child)["process"], signal.SIGKILL)
    answer = warm.call(served.served, command="--version")
    assert (answer["exit_code"], answer["plain"], answer["forks"]) == (0, 1, 0)
    assert warm.call(served.settled)["server"] == "ready"
    assert warm.call(served.served, command="--version")["forks"] == 1


def test_a_server_that_was_killed_under_a_command(warm: Worker, venv: Path, tmp_path: Path) -> None:
    """The command is killed with it, and all that it started; its answer says so."""
    told = tmp_path / "told"
    warm.call(calls.start, name="sleep", command=[*program(venv, SLEEP), str(told)])
    processes = [int(number) for number in served.wait_for(told).split()]
    os.kill(warm.call(served.child)["process"], signal.SIGKILL)
    assert served.gone(processes)
    answer = warm.call(calls.outcome, name="sleep", wait=20)
    assert answer["exit_code"] == 137
    assert warm.call(served.served, command="--version")["exit_code"] == 0


def test_a_server_that_does_not_answer(warm: Worker) -> None:
    server = warm.call(served.child)["process"]
    os.kill(server, signal.SIGSTOP)
    begun = time.monotonic()
    answer = warm.call(served.served, command="--version")
    assert (answer["exit_code"], answer["plain"], answer["forks"]) == (0, 1, 0)
    assert time.monotonic() - begun < 10
    assert "answer" in answer["child"]["trouble"]
    assert served.gone([server]), "nobody would ever wake it"
    assert warm.call(served.settled)["server"] == "ready"


def test_plain_if_asked(env: dict[str, str], library: Path, tmp_path: Path) -> None:
    with Worker({**env, "UVFFI_CHILD": "plain"}, tmp_path) as worker:
        for _ in range(3):
            answer = worker.call(served.served, command="--version")
            assert (answer["exit_code"], answer["plain"], answer["forks"]) == (0, 1, 0)
        assert worker.call(served.child)["server"] == "none"
