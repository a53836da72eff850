"""Hundreds of failing calls in one process: the right text each time, no thread left, and the next call works."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Callable

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.judge import run_uv
from tests.support.normalise import normal_stderr
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(150)
REST = 3.0
"""Seconds in which an idle engine lets its pools' threads go."""


@pytest.fixture
def impatient(env: dict[str, str]) -> dict[str, str]:
    """The variables of a worker that waits for a hanging index for one second only: asked for before the worker."""
    env["UV_HTTP_TIMEOUT"] = "1"
    return env


@pytest.fixture
def failing(server: IndexServer, venv: Path) -> dict[str, tuple[str, str]]:
    """For each way to fail: a command, and words that must be said."""

    def install(words: str, *modes: str) -> str:
        return f"pip install --python {venv} --index-url {server.simple('main', *modes)} {words}"

    return {
        "status-500": (install("alpha", "500"), "500 Internal Server Error"),
        "missing": (install("alpha no-such-thing"), "no-such-thing was not found"),
        "conflict": (install("left right"), "unsatisfiable"),
        "missing-deep": (install("needs-missing chain-1"), "no-such-thing was not found"),
        "garbage": (install("alpha", "garbage"), "Received some unexpected JSON"),
        "file-500": (install("lonely", "files-500"), "500 Internal Server Error"),
        "offline": (install("--offline alpha", "no-date"), "network was disabled"),
        "hang": (install("alpha", "hang"), "operation timed out"),
    }


def fail(commands: list[str], threads_at_once: int) -> list[dict[str, Any]]:
    """In the worker: each command once."""
    shares = [commands[at::threads_at_once] for at in range(threads_at_once)]
    lists = calls.together([lambda share=share: calls.run_all(share) for share in shares])  # type: ignore[misc]
    return [answer for share in lists for answer in share]


def of_uv(command: str, env: dict[str, str], cwd: Path) -> tuple[int, str, str]:
    outcome = run_uv(command.split(), env, cwd)
    return outcome.exit_code, outcome.stdout, normal_stderr(outcome.stderr)


def test_two_hundred_failures(
    impatient: dict[str, str],
    worker: Worker,
    failing: dict[str, tuple[str, str]],
    venv: Path,
    tmp_path: Path,
    valid: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    expected = {command: of_uv(command, impatient, tmp_path) for command, _ in failing.values()}
    for name, (command, words) in failing.items():
        assert expected[command][0] in (1, 2), name
        assert words in expected[command][2], name
    commands = []
    for name, (command, _) in failing.items():
        commands += [command] * (4 if name == "hang" else 28)
    assert len(commands) >= 200

    worker.call(fail, commands=list(expected), threads_at_once=1, timeout=60)
    before = worker.call(calls.own_threads, rest=REST)
    answers = worker.call(fail, commands=commands, threads_at_once=1, timeout=100)
    for answer, command in zip(answers, commands):
        assert answer["route"] == "resident", answer["reason"]
        seen = (answer["exit_code"], answer["stdout"], normal_stderr(answer["stderr"]))
        assert seen == expected[command]
        assert answer["error"]["message"] in answer["stderr"]
        valid(answer)
    assert worker.call(calls.own_threads, rest=2 * REST, at_most=before) <= before, "threads were left behind"
    assert installed(site_packages(venv)) == {}

    answer = worker.call(calls.run, command=f"pip install --python {venv} beta")
    assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer
    assert installed(site_packages(venv)) == {"alpha": "2.0", "beta": "2.0"}


def test_failures_at_once(
    impatient: dict[str, str], worker: Worker, failing: dict[str, tuple[str, str]], venv: Path, tmp_path: Path
) -> None:
    """Eight threads fail in all ways at the same time; none gets another one's text."""
    expected = {command: of_uv(command, impatient, tmp_path) for command, _ in failing.values()}
    commands = list(expected) * 6
    Random(1).shuffle(commands)
    worker.call(fail, commands=list(expected), threads_at_once=8, timeout=60)
    before = worker.call(calls.own_threads, rest=REST)
    answers = worker.call(fail, commands=commands, threads_at_once=8, timeout=100)
    seen = Counter((answer["exit_code"], answer["stdout"], normal_stderr(answer["stderr"])) for answer in answers)
    assert seen == Counter(expected[command] for command in commands)
    assert worker.call(calls.own_threads, rest=2 * REST, at_most=before) <= before, "threads were left behind"
    answer = worker.call(calls.run, command=f"pip install --python {venv} lonely")
    assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer
