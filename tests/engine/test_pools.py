"""Pools of processes, however they are started: the first thing that each does is a call."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(120)
METHODS = ("fork", "forkserver", "spawn")

_began: dict[str, Any] = {}


def begin(command: str) -> None:
    """In a process of the pool, before its first task."""
    _began.update(calls.run(command))


def task(command: str) -> dict[str, Any]:
    """In a process of the pool: what its first call told, and this one."""
    return {"began": {name: _began.get(name) for name in ("exit_code", "stdout")}, "answer": calls.run(command)}


def pooled(method: str, first: str, commands: list[str]) -> list[Any]:
    """In the worker: the tasks of a pool of two, which is closed as it should be: its processes end by themselves."""
    with multiprocessing.get_context(method).Pool(2, begin, (first,)) as pool:
        told = pool.map(task, commands, chunksize=1)
        pool.close()
        pool.join()
    return told


@pytest.mark.parametrize("method", METHODS)
def test_pool_of_two(method: str, worker: Worker, env: dict[str, str], venv: Path) -> None:
    """The processes change two environments; the parent sees it, and goes on."""
    other = make_venv(venv.with_name("other"), env)
    worker.call(calls.run, command=f"pip install --python {venv} lonely")
    commands = [
        f"pip install --python {place} alpha=={version}" for version in ("1.0", "2.0") for place in (venv, other)
    ]
    told = worker.call(pooled, method=method, first=f"pip list --python {venv}", commands=commands)
    for one in told:
        assert one["began"]["exit_code"] == 0
        assert "lonely" in one["began"]["stdout"]
        assert one["answer"]["exit_code"] == 0, one
        assert one["answer"]["route"] == ("child" if method == "fork" else "resident"), one
    # Which of two tasks for one environment comes first is the pool's affair.
    assert installed(site_packages(other)).keys() == {"alpha"}
    answer = worker.call(calls.run, command=f"pip list --python {venv}")
    assert (answer["exit_code"], answer["route"]) == (0, "resident")
    there = installed(site_packages(venv))
    assert {one["name"]: one["version"] for one in answer["data"]} == there
    assert there.keys() == {"alpha", "lonely"}
