"""A process that forks: its child answers through uv's own process, and the parent notices nothing."""

from __future__ import annotations

import json
import multiprocessing
import os
import select
import signal
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = [
    pytest.mark.timeout(60),
    # The workers fork with threads on purpose.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


def forked(work: Callable[[], Any], seconds: float = 20) -> Any:
    """The value of a function in a forked child. A child that doesn't answer in time is killed and told of."""
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            value = work()
        except BaseException as error:
            value = {"raised": repr(error)}
        os.write(tell, json.dumps(value).encode())
        os._exit(0)
    os.close(tell)
    heard = b""
    deadline = time.monotonic() + seconds
    while select.select([hear], [], [], max(0.0, deadline - time.monotonic()))[0]:
        chunk = os.read(hear, 1 << 16)
        if not chunk:
            break
        heard += chunk
    else:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(hear)
    if status != 0 or not heard:
        return {"raised": f"the forked child did not answer; its status is {status}"}
    return json.loads(heard)


def run_forked(commands: list[str]) -> Any:
    return forked(lambda: calls.run_all(commands))


def run_forked_before_use(command: str) -> Any:
    """The library is loaded, and the engine not yet used, when the process forks."""
    import uvffi

    uvffi.uv_version()
    return forked(lambda: calls.run(command))


def run_forked_during(slow: str, commands: list[str]) -> dict[str, Any]:
    """Forks while another thread is in the middle of a call, with what locks it may hold."""
    calls.start("slow", slow)
    time.sleep(0.4)
    child = [run_forked(commands) for _ in range(3)]
    return {"child": child, "still": calls.outcome("slow") is None, "slow": calls.outcome("slow", 30)}


def look_forked(environment: str) -> Any:
    def look() -> Any:
        import uvffi

        packages = uvffi.Environment(environment).packages
        return {name: package.version for name, package in packages.items()}

    return forked(look)


def shutdown_forked() -> Any:
    def end() -> bool:
        import uvffi

        return uvffi.shutdown(1)

    return forked(end)


def run_spawned(command: str) -> Any:
    """In a process that `multiprocessing` starts anew."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(calls.run, (command,))


def test_forked_child(worker: Worker, venv: Path) -> None:
    """The child changes, the parent sees it, and goes on as before."""
    assert worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")["route"] == "resident"
    told = worker.call(
        run_forked, commands=[f"pip install --python {venv} alpha==2.0 lonely", f"pip uninstall --python {venv} lonely"]
    )
    assert isinstance(told, list), told
    first, second = told
    assert (first["exit_code"], first["route"]) == (0, "child"), first
    assert "fork" in first["reason"]
    assert [(one["name"], one["previous_version"], one["version"]) for one in first["changes"]] == [
        ("alpha", "1.0", "2.0"),
        ("lonely", None, "1.0"),
    ]
    assert second["removed"] == [{"name": "lonely", "version": "1.0"}]
    answer = worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    assert (answer["exit_code"], answer["route"]) == (0, "resident")
    assert answer["removed"] == [{"name": "alpha", "version": "2.0"}]
    assert worker.call(calls.child_only) is None
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def test_forked_child_sees_packages(worker: Worker, venv: Path) -> None:
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    assert worker.call(look_forked, environment=str(venv)) == {"alpha": "1.0"}


def test_forked_before_the_first_call(worker: Worker, venv: Path) -> None:
    """Nothing was started that could be missing: either way is right, if the answer is."""
    answer = worker.call(run_forked_before_use, command=f"pip install --python {venv} alpha==1.0")
    assert answer["exit_code"] == 0, answer
    assert answer["installed"] == [{"name": "alpha", "version": "1.0"}]
    assert worker.call(calls.run, command=f"pip install --python {venv} alpha==2.0")["route"] == "resident"


def test_forked_during_a_call(worker: Worker, env: dict[str, str], venv: Path, server: IndexServer) -> None:
    other = make_venv(venv.with_name("other"), env)
    slow = f"pip install --no-cache --python {venv} --index-url {server.simple('main', 'slow')} chain-4"
    told = worker.call(run_forked_during, slow=slow, commands=[f"pip install --python {other} lonely", "--version"])
    assert told["still"], "the call was over before the process had forked: this shows nothing"
    for answers in told["child"]:
        assert isinstance(answers, list), answers
        assert [(answer["exit_code"], answer["route"]) for answer in answers] == [(0, "child")] * 2, answers
    assert (told["slow"]["exit_code"], told["slow"]["route"]) == (0, "resident"), told["slow"]
    assert set(installed(site_packages(venv))) == {"chain-4", "chain-5", "chain-6"}
    assert installed(site_packages(other)) == {"lonely": "1.0"}


def test_forked_child_shuts_down(worker: Worker, venv: Path) -> None:
    worker.call(calls.run, command=f"pip install --python {venv} alpha")
    assert worker.call(shutdown_forked) is True
    assert worker.call(calls.run, command=f"pip uninstall --python {venv} alpha")["route"] == "resident"


def test_spawned_process(worker: Worker, venv: Path) -> None:
    """A process of its own has an engine of its own."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    answer = worker.call(run_spawned, command=f"pip install --python {venv} alpha==2.0")
    assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer
    assert installed(site_packages(venv)) == {"alpha": "2.0"}
