"""What the engine says of itself, as data and to people."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import site_packages
from tests.support.worker import Worker

from . import calls, outside, readers

pytestmark = pytest.mark.timeout(60)
FIGURES = {
    "answers": {"resident", "child", "remembered", "proved", "relisted", "reread"},
    "child": {"plain", "forks", "server", "process", "begun", "trouble"},
    "verdicts": {"held", "bytes", "evicted"},
    "descriptors": {"held", "limit", "lost"},
    "memory": {"resident_bytes"},
    "trace": {"file", "filter", "records", "waiting", "lost", "trouble"},
    "paranoid": {"on", "compared", "differences", "last"},
    "watcher": {"state", "roots", "reason", "debounce_ms", "readers", "batches", "last_trouble"},
}
"""Members that have members, and these."""


def status() -> dict[str, Any]:
    """In the worker: the data, and what a person sees of it."""
    import uvffi

    found = uvffi.status()
    return {**found, "shown": str(found), "class": [type(found) is uvffi.Status, isinstance(found, dict)]}


def test_data(worker: Worker, venv: Path) -> None:
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    told = worker.call(status)
    assert told["class"] == [True, True]
    for key, members in FIGURES.items():
        assert members <= set(told[key]), key
    assert told["process"] == worker.process.pid
    assert told["child_only"] is None
    assert told["last_trouble"] is None
    assert told["mounts"] in ("watched", "unknown")
    assert told["answers"]["resident"] == 1
    (root,) = told["roots"]
    assert root["path"] == str(site_packages(venv))
    assert root["distributions"] == 1
    assert 1_000_000 < told["memory"]["resident_bytes"] < 1_000_000_000
    assert told["watcher"]["state"] == "off"


def test_counts_answers(worker: Worker, venv: Path) -> None:
    """Each answer is counted once, where it belongs."""
    command = f"pip install --python {venv} alpha==1.0"
    worker.call(calls.run_all, commands=[command] * 3)
    before = worker.call(status)
    worker.call(calls.run_all, commands=[command] * 10)
    after = worker.call(status)
    given = {key: after["answers"][key] - before["answers"][key] for key in ("remembered", "proved", "resident")}
    assert given["remembered"] + given["proved"] == 10, given
    assert after["verdicts"]["held"] >= 1
    assert after["verdicts"]["bytes"] > 100
    assert 0 < after["descriptors"]["held"] <= after["descriptors"]["limit"]
    assert (after["epoch"], after["generation"]) == (before["epoch"], before["generation"])
    worker.call(calls.run, command="--version")
    assert worker.call(status)["answers"]["child"] == after["answers"]["child"] + 1


def test_counts_changes(worker: Worker, venv: Path) -> None:
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    before = worker.call(status)
    outside.put(site_packages(venv), "other", "1.0")
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    after = worker.call(status)
    assert after["generation"] > before["generation"]
    assert after["epoch"] == before["epoch"]
    assert after["answers"]["relisted"] > before["answers"]["relisted"]
    assert after["roots"][0]["distributions"] == 2


def columns(text: str) -> dict[str, str]:
    """Title and text of each line; a line without a title goes with the one before."""
    rows: dict[str, str] = {}
    title = ""
    for line in text.splitlines():
        match = re.fullmatch(r"(\w* +)(\S.*)", line)
        assert match, f"not a title and a text: {line!r}"
        title = match[1].strip() or title
        rows[title] = rows.get(title, "") + match[2] + "\n"
    return rows


def test_readable(worker: Worker, venv: Path) -> None:
    worker.call(calls.run_all, commands=[f"pip install --python {venv} alpha==1.0"] * 3)
    worker.call(readers.begin, names=["one", "two"], environment=str(venv))
    told = worker.call(status)
    text = told["shown"]
    starts = {len(line) - len(line[len(re.match(r"\w* +", line)[0]) :]) for line in text.splitlines()}  # type: ignore[index]
    assert len(starts) == 1, f"not aligned:\n{text}"
    rows = columns(text)
    assert list(rows) == [
        "engine",
        "answers",
        "child",
        "verdicts",
        "descriptors",
        "roots",
        "watcher",
        "memory",
        "trouble",
    ]
    assert str(worker.process.pid) in rows["engine"]
    assert str(site_packages(venv)) in rows["roots"]
    assert f"of at most {told['descriptors']['limit']}" in rows["descriptors"]
    assert "watching" in rows["watcher"] and "2 readers" in rows["watcher"]
    assert re.search(r"\d+\.\d MB", rows["memory"])
    assert rows["trouble"] == "none\n"


def test_says_what_happened(worker: Worker, venv: Path) -> None:
    """A watcher that died is shown to people too."""
    worker.call(readers.begin, names=["one"], environment=str(venv), options={"timeout": 0.1})
    assert worker.call(readers.ended, name="one") == "over"
    worker.call(readers.start)
    assert worker.call(readers.kill) == 1
    assert worker.call(readers.watcher_in, state="dead")["reason"] == "SystemExit"
    rows = columns(worker.call(status)["shown"])
    assert rows["watcher"] == "dead\nSystemExit\n"


def forked_status() -> Any:
    """In the worker: the same in a process forked off it."""
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tell, str(status()["shown"]).encode())
        os._exit(0)
    os.close(tell)
    with os.fdopen(hear) as heard:
        text = heard.read()
    os.waitpid(child, 0)
    return text


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_in_a_forked_process(worker: Worker, venv: Path) -> None:
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    worker.call(readers.start)
    rows = columns(worker.call(forked_status))
    assert "fork" in rows["engine"] + rows["trouble"]
    assert rows["watcher"] == "off\n"
    assert worker.call(readers.watcher)["state"] == "watching"
