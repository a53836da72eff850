"""What is told of calls in a file: nothing unless asked, the phases of a real install, no secrets."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.index import IndexServer
from tests.support.worker import Worker

from . import calls
from .tracing import SLACK, calls_of, load, named, nested, spans

pytestmark = pytest.mark.timeout(60)

PHASES = ["route", "settings", "requirements", "interpreter", "lock", "inventory", "resolve", "plan", "prepare"]
PHASES += ["stage", "commit", "settle"]
"""Of an install that downloads something, in order of their beginning."""


def traced(commands: list[str], path: str | None, filter: str | None = None) -> list[dict[str, Any]]:
    """In the worker: commands while a file is written."""
    import uvffi

    with uvffi.trace(path, log=False, filter=filter):
        return calls.run_all(commands)


def threads() -> list[str]:
    """The names of the worker's threads."""
    return [Path(f"/proc/self/task/{number}/comm").read_text().strip() for number in os.listdir("/proc/self/task")]


def test_off(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """Nothing is kept and nothing is begun."""
    command = f"pip install --python {venv} alpha==1.0"
    plain = worker.call(calls.run, command=command)
    assert plain["notices"] == []
    assert worker.call(calls.query, request={"query": "spans"}) == {"schema": 1, "spans": [], "lost": 0}
    told = worker.call(calls.query, request={"query": "trace"})
    assert (told["file"], told["records"], told["waiting"], told["trouble"]) == (None, False, 0, None)
    assert "uvffi-trace" not in worker.call(threads)
    # The same call tells while somebody asks, and no longer.
    worker.call(traced, commands=[command], path=str(tmp_path / "t.json"))
    count = len(load(tmp_path / "t.json"))
    assert count > 3
    worker.call(calls.run, command=f"pip install --python {venv} alpha==2.0")
    assert len(load(tmp_path / "t.json")) == count


def test_an_install(library: Path, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    env = {**env, "UVFFI_TRACE": path.name, "UV_CACHE_DIR": str(tmp_path / "cache")}
    with Worker(env, tmp_path) as worker:
        answer = worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0 beta")
    assert (answer["exit_code"], answer["route"], answer["notices"]) == (0, "resident", [])
    events = load(path)
    found = spans(events)
    nested(found)
    assert all(span.end is not None for span in found)
    (call,) = calls_of(events)
    assert call.end is not None
    assert call.args["request"] == f"pip install --python {venv} 'alpha==1.0' beta"
    (resident,) = named(found, "resident")
    ours = [span for span in found if span.args.get("call") == call.args["call"]]
    assert all(call.start - SLACK <= span.start and (span.end or 0) <= call.end + SLACK for span in ours)
    phases = [named(ours, name)[0] for name in PHASES]
    assert [span.start for span in phases] == sorted(span.start for span in phases)
    # They follow each other in one thread: together they are no longer than what they are parts of, and most of it.
    took = sum((span.end or 0) - span.start for span in phases)
    whole = (resident.end or 0) - resident.start
    assert 0.5 * whole < took <= whole + SLACK
    assert named(ours, "resolve")[0].args["call"] == call.args["call"]
    assert len(named(ours, "tree")) == named(ours, "stage")[0].args["packages"] == 2
    # uv's own come along.
    assert {"process_request", "install_wheel", "get_wheel"} <= {event["name"] for event in events}
    names = {event["args"]["name"] for event in events if event["name"] == "thread_name"}
    assert {"uvffi-call", "uv-resolver"} <= names


def test_lines(worker: Worker, venv: Path, tmp_path: Path) -> None:
    path = tmp_path / "trace.log"
    commands = [f"pip install --python {venv} alpha=={version}.0" for version in (1, 2)]
    worker.call(traced, commands=commands, path=str(path))
    lines = path.read_text().splitlines()
    form = re.compile(
        r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z [A-Z]+ (\d+)/(\S+)(?: call (\d+))? (\w+)(?: \S+ (\d+\.\d{3}) ms.*|: .*)"
    )
    found = [form.fullmatch(line) for line in lines]
    assert None not in found, lines
    (first, second) = [line for line in lines if " uvffi call " in line]
    assert f"request=\"pip install --python {venv} 'alpha==1.0'\"" in first and "alpha==2.0" in second
    assert {match[1] for match in found if match} == {str(worker.process.pid)}
    assert any(" uvffi commit " in line for line in lines) and any(" uv_resolver " in line for line in lines)


def test_filter(worker: Worker, venv: Path, tmp_path: Path) -> None:
    command = f"pip install --python {venv} alpha==1.0 --reinstall"
    for filter, present, absent in (
        ("uvffi=debug", {"resolve", "commit"}, {"install_wheel"}),
        ("uv_install_wheel=info", {"install_wheel"}, {"resolve", "process_request"}),
    ):
        path = tmp_path / f"{len(filter)}.json"
        worker.call(traced, commands=[command], path=str(path), filter=filter)
        names = {event["name"] for event in load(path)}
        assert present <= names and not absent & names
    told = worker.call(calls.query, request={"query": "trace", "filter": "uv=loud"})
    assert told["error"]["code"] == "bad-request" and "`uv=loud` is no filter" in told["error"]["message"]


def secrets() -> dict[str, Any]:
    """In the worker: all that is told for `logging`, of a command with a secret variable of its own."""
    import uvffi

    drained = calls.query({"query": "spans"})
    with uvffi.trace(log=False, filter="trace"):
        calls.query({"query": "trace", "records": True})
        uvffi.run("pip list", env={**os.environ, "MY_TOKEN": "s3cr3t-of-a-call"})
        uvffi.run(["publish", "--token", "s3cr3t-of-a-word"])
        uvffi.run("pip install nothing --index-url http://s3cr3t-user:s3cr3t-word@127.0.0.1:1/simple/")
        uvffi.run(["pip", "install", "direct @ http://s3cr3t-user:s3cr3t-word@127.0.0.1:1/direct-1-py3-none-any.whl"])
        drained["spans"] += calls.query({"query": "spans"})["spans"]
    return drained


def test_no_secrets(library: Path, server: IndexServer, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """With everything told that can be: of an index with a password, and of a marker in the variables."""
    index = server.simple("main", "auth").replace("http://", "http://user:secret@")
    variables = {"UV_INDEX_URL": index, "MY_TOKEN": "s3cr3t-of-all", "UV_CACHE_DIR": str(tmp_path / "cache")}
    told = {"UVFFI_TRACE": str(tmp_path / "trace.json"), "UVFFI_TRACE_FILTER": "trace"}
    with Worker({**env, **variables, **told}, tmp_path) as worker:
        command = f"pip install --python {venv} alpha==1.0"
        assert worker.call(calls.run, command=command)["exit_code"] == 0
        assert worker.call(calls.run, command=f"{command} beta --index-url {index}")["exit_code"] == 0
        drained = json.dumps(worker.call(secrets))
    text = (tmp_path / "trace.json").read_text()
    # It did tell of those requests, in full detail.
    assert "/main~auth/simple/alpha/" in text and "****@127.0.0.1" in text
    assert '"ph":"i"' in text and all(word in drained for word in ("publish", "nothing", "direct"))
    for secret in ("s3cr3t", "user:secret", "dXNlcjpzZWNyZXQ"):
        assert secret not in text and secret not in drained, secret


@pytest.mark.parametrize("named", ["missing/trace.json", ".", "package.json"])
def test_unwritable(named: str, library: Path, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """It is told once, beside the answer; the command is none the worse."""
    (tmp_path / "package.json").write_text('{"mine": 1}')
    with Worker({**env, "UVFFI_TRACE": named}, tmp_path) as worker:
        command = f"pip install --python {venv} alpha==1.0"
        first, *others = worker.call(calls.run_all, commands=[command] * 3)
        told = worker.call(calls.query, request={"query": "status"})["trace"]
    assert (first["exit_code"], first["error"]) == (0, None)
    (notice,) = first["notices"]
    assert notice["code"] == "trace-not-written" and str(tmp_path / named) in notice["message"]
    assert [other["notices"] for other in others] == [[], []]
    assert told["file"] is None and str(tmp_path / named) in told["trouble"]
    assert (tmp_path / "package.json").read_text() == '{"mine": 1}'


def refused(path: str) -> list[Any]:
    """In the worker: the error of a file that can't be written, and what is asked afterwards."""
    import uvffi

    try:
        uvffi.trace(path)
    except uvffi.TraceError as error:
        return [error.code, isinstance(error, OSError), str(error), uvffi.status()["trace"]["file"]]
    return []


def test_unwritable_by_name(worker: Worker, tmp_path: Path) -> None:
    code, is_builtin, text, file = worker.call(refused, path=str(tmp_path / "missing" / "trace.json"))
    assert (code, is_builtin, file) == ("trace-unwritable", True, None)
    assert str(tmp_path / "missing") in text and "hint:" in text


def told_nowhere() -> list[str]:
    """In the worker: the errors of a `log` that is a logger, and of a trace that would tell nobody."""
    import logging

    import uvffi

    texts = []
    for log in (logging.getLogger("mine"), 1, False):
        try:
            uvffi.trace(log=log)  # type: ignore[arg-type]
        except (TypeError, uvffi.RequestError) as error:
            texts.append(str(error))
    return texts


def test_log_is_yes_or_no(worker: Worker) -> None:
    logger, number, nobody = worker.call(told_nowhere)
    assert logger.startswith("log must be True, False or None, not Logger") and "the logger `uvffi`" in logger
    assert number.startswith("log must be True, False or None, not int")
    assert "`log=False` without a `path`" in nobody and "hint:" in nobody


def one_file(first: str, second: str, command: str) -> list[str | None]:
    """In the worker: the file that is written to, before, during and after a second trace."""
    import uvffi

    told = []
    with uvffi.trace(first):
        with uvffi.trace(second):
            uvffi.run(command)
            told.append(uvffi.status()["trace"]["file"])
        told.append(uvffi.status()["trace"]["file"])
    return [*told, uvffi.status()["trace"]["file"]]


def test_a_second_file_takes_over(library: Path, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Until it is closed; from the variable's file too."""
    files = [str(tmp_path / name) for name in ("variable.json", "first.json", "second.json")]
    with Worker({**env, "UVFFI_TRACE": files[0]}, tmp_path) as worker:
        command = f"pip install --python {venv} alpha==1.0"
        told = worker.call(one_file, first=files[1], second=files[2], command=command)
    assert told == [files[2], files[1], files[0]]
    assert named(spans(load(tmp_path / "second.json")), "commit")


def test_a_filter_that_is_none(
    library: Path, env: dict[str, str], venv: Path, tmp_path: Path, valid: Callable[[Any], Any]
) -> None:
    told = {"UVFFI_TRACE": "trace.json", "UVFFI_TRACE_FILTER": "uv=loud"}
    with Worker({**env, **told}, tmp_path) as worker:
        answer = valid(worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0"))
    (notice,) = answer["notices"]
    assert "UVFFI_TRACE_FILTER is not used: `uv=loud` is no filter" in notice["message"]
    assert named(spans(load(tmp_path / "trace.json")), "commit")
