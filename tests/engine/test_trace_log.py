"""What is told of calls as records of Python's `logging`."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.support.worker import Worker

from . import calls
from .tracing import load, named, spans

pytestmark = pytest.mark.timeout(60)


class Kept(logging.Handler):
    """Keeps what can cross to the tests."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        told = {
            key: getattr(record, key) for key in ("name", "levelname", "created", "threadName", "thread", "process")
        }
        self.kept.append({**told, "text": record.getMessage(), **getattr(record, "uvffi", {"span": None})})
        self.kept[-1]["logger"] = told["name"]


def logged(commands: list[str], level: int = logging.DEBUG, path: str | None = None) -> list[dict[str, Any]]:
    """In the worker: the records of commands."""
    import uvffi

    logger, handler = logging.getLogger("uvffi"), Kept()
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        with uvffi.trace(path, log=True):
            for command in commands:
                uvffi.run(command)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    return handler.kept


def test_records(worker: Worker, venv: Path) -> None:
    import time

    before = time.time()
    kept = worker.call(logged, commands=[f"pip install --python {venv} alpha==1.0"])
    by_logger = {one["logger"]: one for one in kept}
    assert {"uvffi.call", "uvffi.resolve", "uvffi.commit", "uvffi.uv_resolver"} <= by_logger.keys()
    call, resolve = by_logger["uvffi.call"], by_logger["uvffi.resolve"]
    assert call["levelname"] == "DEBUG" and call["fields"]["request"].startswith("pip install")
    assert 0 < resolve["duration"] < call["duration"] < 30
    assert resolve["text"].startswith(f"resolve {resolve['duration'] * 1000:.3f} ms")
    assert resolve["call"] == call["call"] is not None
    assert (resolve["threadName"], resolve["process"]) == ("uvffi-call", worker.process.pid)
    assert before - 1 < resolve["created"] <= call["created"] + 0.01 < time.time() + 1
    # Once it is closed nothing is told, nor kept.
    worker.call(calls.run, command=f"pip install --python {venv} alpha==2.0")
    assert worker.call(calls.query, request={"query": "spans"})["spans"] == []


def test_levels(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """uv's warnings are warnings, those of its crates too; where nobody wants more, there is nothing else."""
    (tmp_path / "empty.txt").write_text("")
    commands = ["install alpha==1.0 -r empty.txt", "install alpha[nonsense]==2.0", "uninstall nothing-at-all"]
    commands = [f"pip {words} --python {venv}" for words in commands]
    kept = worker.call(logged, commands=commands, level=logging.WARNING)
    assert {(one["levelname"], one["logger"]) for one in kept} == {("WARNING", "uvffi.uv")}
    assert [
        word for word in ("empty.txt", "nonsense", "nothing-at-all") if word in " ".join(o["text"] for o in kept)
    ] == [
        "empty.txt",
        "nonsense",
        "nothing-at-all",
    ]


def both(command: str, path: str) -> list[list[str]]:
    """In the worker: the loggers of a command in each state: two open, the file's closed, the other one's too."""
    import uvffi

    logger, handler = logging.getLogger("uvffi"), Kept()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    told = []
    outer = uvffi.trace()
    inner = uvffi.trace(path)
    for close in (inner.close, outer.close, outer.close):
        uvffi.run(command)
        told.append([one["logger"] for one in handler.kept])
        handler.kept.clear()
        close()
        handler.kept.clear()
    return told


def test_both_at_once(worker: Worker, venv: Path, tmp_path: Path) -> None:
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    path = tmp_path / "t.json"
    told = worker.call(both, command=f"pip install --python {venv} alpha==1.0", path=str(path))
    assert ["uvffi.call" in loggers for loggers in told] == [True, True, False]
    assert [event["name"] for event in load(path) if event["ph"] == "b"] == ["call"]


def parallel(commands: list[str], path: str, way: str) -> list[dict[str, Any]]:
    """In the worker: commands at the same time, from threads or from tasks of one."""
    import uvffi
    import uvffi.aio

    async def tasks() -> list[Any]:
        return list(await asyncio.gather(*[uvffi.aio.run(command) for command in commands]))

    with uvffi.trace(path):
        if way == "threads":
            return calls.together([lambda command=command: calls.run(command) for command in commands])  # type: ignore[misc]
        if way == "tasks":
            return [result.answer for result in asyncio.run(tasks())]
        begun = [uvffi.start(command) for command in commands]
        return [call.result().answer for call in begun]


@pytest.mark.parametrize("way", ["threads", "tasks", "started"])
def test_calls_are_told_apart(way: str, worker: Worker, venv: Path, tmp_path: Path) -> None:
    commands = [f"pip install --dry-run --python {venv} {name} --refresh" for name in ("alpha", "beta", "lonely")]
    path = tmp_path / "t.json"
    answers = worker.call(parallel, commands=commands, path=str(path), way=way)
    assert [answer["exit_code"] for answer in answers] == [0, 0, 0]
    events = load(path)
    found = spans(events)
    asked = {e["args"]["call"]: e["args"]["request"] for e in events if e["name"] == "call" and e["ph"] == "b"}
    assert sorted(asked.values()) == sorted(commands)
    resolves = named(found, "resolve")
    assert {span.args["call"] for span in resolves} == asked.keys()
    # Each on a thread of its own, and two of them at the same time.
    assert len({span.thread for span in resolves}) == 3
    # What uv looks up belongs to the call that wants it.
    for number, request in asked.items():
        (name,) = [word for word in ("alpha", "beta", "lonely") if word in request.split()]
        looked = [
            e["args"]["package"] for e in events if e["name"] == "simple_detail" and e["args"].get("call") == number
        ]
        assert name in looked
