"""One file of a trace, and several processes: forks, those that build, those that are killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.index import IndexServer
from tests.support.worker import ROOT, Worker

from . import calls
from .test_fork import forked
from .tracing import calls_of, eventually, load, named, nested, spans

pytestmark = [
    pytest.mark.timeout(60),
    # The workers fork with threads on purpose.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


@pytest.fixture
def path(env: dict[str, str], tmp_path: Path) -> Path:
    """A file that every process of the test is to write to."""
    path = tmp_path / "trace.json"
    env["UVFFI_TRACE"] = str(path)
    return path


def test_killed(
    path: Path, library: Path, server: IndexServer, env: dict[str, str], venv: Path, tmp_path: Path
) -> None:
    """The file loads, has what had happened, and in what the process was when it died."""
    with Worker(env, tmp_path) as worker:
        worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
        slow = f"pip install --python {venv} beta --refresh --index-url {server.simple('main', 'hang')}"
        worker.call(calls.start, name="slow", command=slow)
        assert eventually(lambda: named(spans(load(path)), "resolve", call=2))
        worker.process.kill()
        worker.process.wait()
        found = spans(load(path))
        nested(found)
        assert [span.name for span in found if span.end is None] == ["resident", "resolve"]
        assert calls_of(load(path))[-1].end is None
    # Another one goes on in it, whatever the first one left at its end.
    path.write_text(path.read_text()[:-20])
    with Worker(env, tmp_path) as worker:
        worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
        second = worker.process.pid
    assert {span.process for span in calls_of(load(path))} >= {second}


def run_in_forks(command: str, number: int) -> list[Any]:
    """In the worker: a command in forks that are made while other threads tell as much as they can."""
    import threading

    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            calls.run(command)
            time.sleep(0.001)

    threads = [threading.Thread(target=busy) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        return [forked(lambda: [os.getpid(), calls.run(command)["exit_code"]]) for _ in range(number)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_forks(path: Path, library: Path, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """None of them hangs, and each has told of its call before it ended without a word."""
    with Worker(env, tmp_path) as worker:
        command = f"pip install --python {venv} alpha==1.0"
        worker.call(calls.run, command=command)
        began = time.monotonic()
        told = worker.call(run_in_forks, command=command, number=30)
        assert time.monotonic() - began < 30
        parent = worker.process.pid
    assert [code for _, code in told] == [0] * 30, told
    events = load(path)
    nested(spans(events))
    per_process = {process: 0 for process, _ in told}
    for call in calls_of(events):
        if call.process != parent:
            assert call.end is not None
            per_process[call.process] += 1
    assert set(per_process.values()) == {1}
    assert {e["pid"] for e in events if e["name"] == "process_name"} >= {parent, *per_process}


def test_what_builds_tells_too(path: Path, library: Path, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    with Worker(env, tmp_path) as worker:
        answer = worker.call(calls.run, command=f"pip install --python {venv} source==1.0 --no-cache")
        host = worker.process.pid
    assert (answer["exit_code"], answer["route"]) == (0, "resident")
    events = load(path)
    found = spans(events)
    nested(found)
    (waited,) = named(found, "prepare", by="child")
    other = {span.process for span in found} - {host}
    assert len(other) == 1
    (resolve,) = [span for span in named(found, "resolve") if span.process in other]
    # By one clock.
    assert waited.process == host
    assert waited.start < resolve.start and (resolve.end or 0) < (waited.end or 0)
    assert any(event["name"] == "run_python_script" for event in events)


def test_the_child(path: Path, library: Path, env: dict[str, str], tmp_path: Path) -> None:
    """uv in a process of its own is told from outside, and its process from beginning to end."""
    with Worker(env, tmp_path) as worker:
        answer = worker.call(calls.run, command="cache dir")
        host = worker.process.pid
    assert answer["route"] == "child"
    found = spans(load(path))
    (child,) = named(found, "child", exit_code=0)
    (uv,) = named(found, "uv", request="cache dir")
    assert child.process == host != uv.process and child.args["reason"]
    assert child.start < uv.start and (uv.end or 0) < (child.end or 0)


@pytest.mark.parametrize(
    ("words", "name"), [(["cache", "dir"], "uv"), (["history", "--python", "{venv}"], "query"), (["run", "x"], "uv")]
)
def test_the_command(words: list[str], name: str, path: Path, library: Path, env: dict[str, str], venv: Path) -> None:
    words = [word.replace("{venv}", str(venv)) for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "uvffi", *words],
        env={**env, "PYTHONPATH": str(ROOT)},
        cwd=venv,
        check=False,
        capture_output=True,
    )
    assert done.returncode == (2 if "x" in words else 0), done
    events = load(path)
    if name == "query":
        assert [span.args["kind"] for span in calls_of(events, "query")] == ["history"]
    else:
        (span,) = named(spans(events), name)
        assert span.end is not None and span.args["request"] == ("run …" if "x" in words else "cache dir")


def test_together(path: Path, library: Path, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Processes that write to one file at the same time overwrite nothing of each other's."""
    command = f"pip install --python {venv} alpha==1.0"
    code = f"import uvffi\nfor _ in range(200): uvffi.run({command!r})"
    begun = [
        subprocess.Popen([sys.executable, "-c", code], env={**env, "PYTHONPATH": str(ROOT)}, cwd=tmp_path)
        for _ in range(4)
    ]
    assert [process.wait(50) for process in begun] == [0] * 4
    events = load(path)
    found = calls_of(events)
    assert all(span.end is not None for span in found)
    assert {process.pid: 200 for process in begun} == {
        process.pid: len([span for span in found if span.process == process.pid]) for process in begun
    }


def test_a_host_that_says_nothing_at_its_end(
    path: Path, library: Path, env: dict[str, str], venv: Path, tmp_path: Path
) -> None:
    """Without Python's side: what is told right before an exit in order is written then."""
    command = f"pip list --python {venv}"
    code = f"""
import ctypes
library = ctypes.CDLL({str(library)!r})
buffer = (ctypes.c_void_p * 2)()
request = {command.encode()!r}
library.uvffi_run(request, ctypes.c_size_t(len(request)), buffer)
"""
    subprocess.run([sys.executable, "-c", code], env=env, cwd=tmp_path, check=True)
    (call,) = calls_of(load(path))
    assert call.end is not None
    assert call.args["request"] == command
