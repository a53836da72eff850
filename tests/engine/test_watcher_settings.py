"""The watcher's settings, and its end with the process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.worker import ROOT, Worker

from . import readers

pytestmark = pytest.mark.timeout(60)


def wrong_settings(environment: str) -> list[list[str]]:
    """In the worker: each setting that is none, by argument and by variable."""
    import uvffi

    env = uvffi.Environment(environment)
    told = []
    wrong: list[dict[str, Any]] = [{"debounce": -1}, {"debounce": "40"}, {"debounce": True}, {"timeout": -1}]
    for settings in wrong:
        try:
            env.watch(**settings)
        except (TypeError, ValueError) as error:
            told.append([type(error).__name__, str(error)])
    for name, value in {"UVFFI_WATCH_DEBOUNCE": "soon", "UVFFI_WATCH_POLLING": "maybe"}.items():
        os.environ[name] = value
        try:
            env.watch()
        except uvffi.RequestError as error:
            told.append([type(error).__name__, str(error)])
        del os.environ[name]
    try:
        uvffi.start_watching(roots=environment)
    except TypeError as error:
        told.append([type(error).__name__, str(error)])
    return told


def test_wrong_settings(worker: Worker, venv: Path) -> None:
    told = worker.call(wrong_settings, environment=str(venv))
    assert [kind for kind, _ in told] == [
        "RequestError",
        "TypeError",
        "TypeError",
        "RequestError",
        "RequestError",
        "RequestError",
        "TypeError",
    ]
    assert "UVFFI_WATCH_DEBOUNCE must be" in told[4][1] and "`soon`" in told[4][1]
    assert "UVFFI_WATCH_POLLING must be 0 or 1" in told[5][1]
    assert worker.call(readers.watcher)["state"] == "off"


def told_trouble() -> dict[str, Any]:
    """In the worker: the watcher's state, once it has something to complain about."""
    deadline = time.monotonic() + 5
    while readers.watcher()["last_trouble"] is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return readers.watcher()


@pytest.fixture
def by_variable(library: Path, env: dict[str, str], tmp_path: Path) -> Iterator[Any]:
    """Workers that have further variables from their start."""
    workers = []

    def make(**variables: str) -> Worker:
        workers.append(Worker({**env, **variables}, tmp_path))
        return workers[-1]

    yield make
    for worker in workers:
        printed = worker.printed()
        worker.close()
        assert printed == ""


def test_variables(by_variable: Any, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    root = str(site_packages(venv))
    worker = by_variable(UVFFI_WATCH="1", UVFFI_WATCH_DEBOUNCE="75")
    assert worker.call(readers.threads) == 0, "nothing loads the library yet"
    worker.call(readers.versions, environment=str(venv))
    time.sleep(1.5)
    told = worker.call(readers.watcher)
    assert (told["state"], told["roots"], told["debounce_ms"]) == ("watching", [root], 75)
    worker.call(readers.stop)
    assert worker.call(readers.watcher)["state"] == "off"

    worker = by_variable(UVFFI_WATCH="1", UVFFI_WATCH_POLLING="1", UVFFI_WATCH_ROOTS=f"{root}{os.pathsep}/no/such")
    told = worker.call(readers.watcher_in, state="polling")
    assert (told["state"], told["roots"], told["reason"]) == ("polling", ["/no/such", root], None)
    worker.call(readers.versions, environment=str(make_venv(tmp_path / "other", env)))
    time.sleep(1.2)
    assert worker.call(readers.watcher)["roots"] == ["/no/such", root]

    assert by_variable(UVFFI_WATCH="0").call(readers.watcher)["state"] == "off"
    for name, value in {"UVFFI_WATCH": "perhaps", "UVFFI_WATCH_DEBOUNCE": "soon"}.items():
        told = by_variable(**{"UVFFI_WATCH": "1", name: value}).call(told_trouble)
        assert told["state"] == "off"
        assert name in told["last_trouble"] and f"`{value}`" in told["last_trouble"]


ENDINGS = {
    "idle": "uvffi.start_watching()",
    "reader": "w = env.watch(); threading.Thread(target=lambda: next(w), daemon=True).start(); time.sleep(0.1)",
    "never-read": "w = env.watch()",
    "polling": "w = env.watch(polling=True)",
    "half-read": "w = env.watch(timeout=0.1); list(w)",
    "error": "w = env.watch(); raise SystemExit(3)",
    "at-once": "threading.Thread(target=uvffi.start_watching, daemon=True).start()",
    "exit-handler": "import atexit; atexit.register(lambda: list(env.watch(timeout=0.1))); w = env.watch()",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_ends_with_the_process(library: Path, env: dict[str, str], venv: Path, ending: str) -> None:
    """No trace, no delay, and the exit code that the program wants."""
    program = f"import sys, threading, time\nsys.path.insert(0, {str(ROOT)!r})\nimport uvffi\n"
    program += f"env = uvffi.Environment({str(venv)!r})\n{ENDINGS[ending]}\nprint(time.monotonic())\n"
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)
        ended = time.monotonic()
        assert done.stderr == "" or (ending == "exit-handler" and "WatcherError" in done.stderr)
        assert done.returncode == (3 if ending == "error" else 0)
        if done.stdout:
            assert ended - float(done.stdout) < 0.5
