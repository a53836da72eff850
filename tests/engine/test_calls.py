"""Long calls: their events, their end, cancellation and deadlines."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import site_packages
from tests.support.index import IndexServer
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls, waiting
from .waiting import install, told

pytestmark = pytest.mark.timeout(90)


def events_of(command: str) -> list[Any]:
    """In the worker: every event of a command, and after that those that another look finds."""
    import uvffi

    with uvffi.start(command) as call:
        seen = [told(event) for event in call]
        assert list(call) == []
    return seen


def progress_of(command: str, limit: float | None = None) -> list[Any]:
    """In the worker: every event as a progress callable is given it, and the thread's own result."""
    import uvffi

    seen: list[Any] = []
    own = threading.get_ident()

    def progress(event: Any) -> None:
        assert threading.get_ident() == own
        seen.append(told(event))

    result = uvffi.run(command, progress=progress, timeout=limit)
    assert seen[-1][1]["result"] == (result.error and result.error.code)
    return seen


@pytest.mark.parametrize("way", [events_of, progress_of])
def test_events_of_an_install(way: Callable[..., Any], worker: Worker, venv: Path, server: IndexServer) -> None:
    """In this order, with every byte of the files, and one final event."""
    seen = worker.call(way, command=install(venv, server.simple("main"), "beta", "lonely"))
    kinds = [kind for kind, _ in seen]
    once = [kind for kind in kinds if kind in ("resolving", "resolved", "prepared", "staged", "committed", "finished")]
    assert once == ["resolving", "resolved", "prepared", "staged", "committed", "finished"]
    assert kinds[-1] == "finished"
    first, last = kinds.index("downloading"), len(kinds) - 1 - kinds[::-1].index("downloaded")
    assert kinds.index("resolved") < first < last < kinds.index("prepared")
    assert dict(map(tuple, seen))["resolved"] == {"packages": 3}

    names = {fields["id"]: fields["name"] for kind, fields in seen if kind == "downloading"}
    assert sorted(names.values()) == ["alpha", "beta", "lonely"]
    assert {fields["id"]: fields["name"] for kind, fields in seen if kind == "downloaded"} == names
    for number, name in names.items():
        size = next(fields["size"] for kind, fields in seen if kind == "downloading" and fields["id"] == number)
        came = sum(fields["bytes"] for kind, fields in seen if kind == "progress" and fields["id"] == number)
        assert came == size == [len(dist.data) for dist in server.dists["main"][name]][-1]
    assert installed(site_packages(venv)) == {"alpha": "2.0", "beta": "2.0", "lonely": "1.0"}


def test_a_remembered_answer_has_one_event(worker: Worker, venv: Path) -> None:
    command = f"pip install --python {venv} alpha==1.0"
    worker.call(calls.run, command=command)
    worker.call(calls.run, command=command)
    assert worker.call(events_of, command=command) == [["finished", {"result": None}]]
    assert worker.call(progress_of, command=command, limit=0) == [["finished", {"result": None}]]


def test_output_of_the_child_comes_line_by_line(worker: Worker, venv: Path) -> None:
    script = "import sys, time; print('one', flush=True); time.sleep(1); sys.stderr.write('two'); sys.exit(7)"
    command = f'run --no-project --python {venv} python -c "{script}"'
    seen = worker.call(progress_of, command=command)
    lines = [fields for kind, fields in seen if kind == "output"]
    assert [(line["stream"], line["text"].strip()) for line in lines] == [("stdout", "one"), ("stderr", "two")]
    assert [kind for kind, _ in seen].count("finished") == 1


def wrong() -> list[Any]:
    """In the worker: what is no request, no progress and no time to wait."""
    import uvffi

    works: list[Callable[[], object]] = [
        lambda: uvffi.start("pip install 'alpha").result(),
        lambda: uvffi.run("pip install 'alpha", timeout=5),
        lambda: uvffi.start(["pip", "\udcff"]),
        lambda: uvffi.run("--version", timeout=-1),
        lambda: uvffi.run("--version", progress=5),  # type: ignore[arg-type]
    ]
    found = []
    for work in works:
        try:
            work()
        except Exception as error:
            found.append([type(error).__name__, getattr(error, "code", None)])
    with uvffi.start("pip install 'alpha") as call:
        (event,) = call
        assert isinstance(event, uvffi.Finished)
        found.append([type(event.result.error).__name__, event.result.exit_code])
    return found


def test_wrong_requests(worker: Worker) -> None:
    assert worker.call(wrong) == [
        ["RequestError", "bad-quoting"],
        ["RequestError", "bad-quoting"],
        ["RequestError", "bad-utf8"],
        ["RequestError", "bad-request"],
        ["TypeError", None],
        ["RequestError", 2],
    ]


def test_events_of_a_newer_library() -> None:
    from uvffi._event import Downloaded, Resolving, UnknownEvent, event_of

    assert event_of({"event": "resolving", "depth": 3}) == Resolving()
    assert event_of({"event": "downloaded", "id": 4, "name": "x", "new": 1}) == Downloaded(4, "x")
    for data in ({"event": "verified", "count": 2}, {"event": "downloaded", "name": "x"}):
        event = event_of(data)
        assert isinstance(event, UnknownEvent)
        assert (event.kind, event.data, str(event)) == (data["event"], data, data["event"])
    with pytest.raises(TypeError, match="id, name"):
        Downloaded(4)


def late(command: str, limit: float) -> list[Any]:
    """In the worker: what becomes of a command that isn't done in time: seconds, code, kind of error, and changes."""
    import uvffi

    before = time.monotonic()
    result = uvffi.run(command, timeout=limit)
    error = result.error
    seconds = time.monotonic() - before
    return [
        seconds,
        error and error.code,
        isinstance(error, TimeoutError) and isinstance(error, uvffi.TimedOutError),
        result.exit_code,
        len(result.changes),
    ]


@pytest.mark.parametrize("mode", ["hang", "stall"])
def test_timeout(mode: str, worker: Worker, venv: Path, server: IndexServer) -> None:
    """While it resolves, and while it downloads."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    since = len(server.requests)
    seconds, *found = worker.call(late, command=install(venv, server.simple("main", mode), "lonely"), limit=3.0)
    assert found == ["timed-out", True, 130, 0]
    assert 3 <= seconds < 3.5
    assert waiting.asked_for(server, since, ".whl") == (mode == "stall")
    assert installed(site_packages(venv)) == {"alpha": "1.0"}
    assert worker.call(calls.run, command=f"pip install --python {venv} lonely")["exit_code"] == 0


def test_timeout_of_the_child(worker: Worker, venv: Path) -> None:
    """Its process is gone with it."""
    command = f'run --no-project --python {venv} python -c "import time; time.sleep(60)"'
    worker.call(calls.run, command="--version")
    before = worker.call(waiting.children)
    seconds, *found = worker.call(late, command=command, limit=1.0)
    assert found == ["timed-out", True, 130, 0]
    assert seconds < 2
    waiting.until(lambda: len(worker.call(waiting.children)) <= max(1, len(before)), 2)


def typed(environment: str, index: str) -> list[Any]:
    """In the worker: the typed side raises at its deadline."""
    import uvffi

    env = uvffi.Environment(environment)
    plan = env.plan("lonely")
    works: list[Callable[[], object]] = [
        lambda: env.install("lonely", index_url=index, no_cache=True, timeout=0.2),
        lambda: env.install("alpha", timeout=0.0, no_cache=True, index_url=index),
    ]
    for work in works:
        with pytest.raises(uvffi.TimedOutError) as caught:
            work()
        assert caught.value.result is not None
        assert caught.value.result.changes == ()
    kinds: list[str] = []
    plan.apply(progress=lambda event: kinds.append(event.kind), timeout=60)
    env.uninstall("lonely", progress=lambda event: kinds.append(event.kind), timeout=60)
    return kinds


def test_typed_side(worker: Worker, venv: Path, server: IndexServer) -> None:
    kinds = worker.call(typed, environment=str(venv), index=server.simple("main", "hang"))
    assert kinds.count("finished") == 2
    assert kinds[-1] == "finished"
    assert installed(site_packages(venv)) == {}


def raising(command: str, at: str) -> dict[str, Any]:
    """In the worker: a progress callable that raises at an event of this kind."""
    import uvffi

    kinds: list[str] = []

    def progress(event: Any) -> None:
        kinds.append(event.kind)
        if event.kind == at:
            raise KeyError("from the callable")

    try:
        uvffi.run(command, progress=progress)
    except KeyError as error:
        return {"kinds": kinds, "raised": str(error), "cause": repr(error.__context__)}
    return {"kinds": kinds}


@pytest.mark.parametrize("at", ["resolving", "resolved", "downloading", "progress", "committed", "finished"])
def test_progress_raises(at: str, worker: Worker, venv: Path, server: IndexServer) -> None:
    """It is called no more, nothing was changed unless that was done by then, and the next call works."""
    mode = "stall" if at in ("downloading", "progress") else "max-age-5"
    found = worker.call(raising, command=install(venv, server.simple("main", mode), "lonely"), at=at)
    assert found["raised"] == "'from the callable'"
    assert found["cause"] == "None"
    assert found["kinds"][-1] == at
    assert found["kinds"].count(at) == 1
    there = installed(site_packages(venv))
    if at in ("committed", "finished"):
        assert there == {"lonely": "1.0"}
    elif at not in ("resolved", "resolving"):
        # Nothing but a cancellation can have ended it.
        assert there == {}
    assert worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")["exit_code"] == 0
    assert installed(site_packages(venv)) == {**there, "alpha": "1.0"}


def patience(command: str) -> list[Any]:
    """In the worker: `result` with a time to wait, a cancellation from another thread, and what comes after it."""
    import uvffi

    call = uvffi.start(command)
    assert not call.done
    with pytest.raises(uvffi.StillRunningError) as caught:
        call.result(timeout=0.3)
    assert isinstance(caught.value, TimeoutError)
    moments: list[Any] = []
    timer = threading.Timer(0.3, lambda: moments.extend([time.monotonic(), call.cancel()]))
    timer.start()
    result = call.result()
    ended = time.monotonic()
    timer.join()
    seconds = ended - moments[0]
    error = result.error
    assert isinstance(error, uvffi.CancelledError)
    assert isinstance(error, InterruptedError)
    assert call.done
    kinds = [event.kind for event in call]
    return [seconds, moments[1:], error.code, result.exit_code, kinds, call.cancel(), call.result().exit_code]


def test_cancel_from_another_thread(worker: Worker, venv: Path, server: IndexServer) -> None:
    seconds, *found = worker.call(patience, command=install(venv, server.simple("main", "hang"), "lonely"))
    kinds = found.pop(3)
    assert found == [[True], "cancelled", 130, False, 130]
    assert kinds[-1] == "finished"
    assert kinds.count("finished") == 1
    assert seconds < 0.3
    assert installed(site_packages(venv)) == {}


def left_behind(command: str) -> dict[str, Any]:
    """In the worker: calls that are left by an exception, dropped, and waited for by the end of their block."""
    import gc

    import uvffi

    seconds = []
    before = time.monotonic()
    with pytest.raises(ZeroDivisionError), uvffi.start(command) as call:
        raise ZeroDivisionError
    seconds.append(time.monotonic() - before)
    left = call.result(0).exit_code
    before = time.monotonic()
    dropped = uvffi.start(command)
    time.sleep(0.2)
    del dropped
    gc.collect()
    seconds.append(time.monotonic() - before - 0.2)
    with uvffi.start("--version") as waited:
        pass
    return {"seconds": seconds, "left": left, "waited": waited.done, "version": waited.result(0).stdout}


def test_calls_that_nobody_waits_for(worker: Worker, venv: Path, server: IndexServer) -> None:
    command = install(venv, server.simple("main", "hang"), "lonely")
    worker.call(late, command=command, limit=0.1)
    threads = len(worker.call(waiting.thread_names, rest=2))
    found = worker.call(left_behind, command=command)
    assert (found["left"], found["waited"], found["version"][:3]) == (130, True, "uv ")
    assert max(found["seconds"]) < 0.5
    assert len(worker.call(waiting.thread_names, rest=2, at_most=threads)) <= threads
    assert installed(site_packages(venv)) == {}


def many_readers(command: str) -> dict[str, Any]:
    """In the worker: some threads iterate over one call while others wait for its result."""
    import uvffi

    call = uvffi.start(command)
    readers: list[Callable[[], Any]] = [lambda: [told(event) for event in call]] * 4
    waiters: list[Callable[[], Any]] = [lambda: call.result().exit_code] * 4
    values = calls.together(readers + waiters)
    return {"events": sum(values[:4], []), "codes": values[4:]}


def test_many_threads_wait_for_one_call(worker: Worker, venv: Path, server: IndexServer) -> None:
    """Each event goes to one of them, and the result to all."""
    command = install(venv, server.simple("main", "slow"), "beta", "lonely")
    found = worker.call(many_readers, command=command)
    assert found["codes"] == [0, 0, 0, 0]
    kinds = sorted(kind for kind, _ in found["events"] if kind != "progress")
    assert kinds == sorted(
        ["resolving", "resolved", "prepared", "staged", "committed", "finished"] + ["downloading", "downloaded"] * 3
    )


def forked(command: str) -> list[Any]:
    """In the worker: a call is its process's own; a child of it is told so, and leaves it alone."""
    import uvffi

    call = uvffi.start(command)
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            try:
                call.result(5)
            except uvffi.RequestError as error:
                os.write(writing, f"{error.code} {call.cancel()}".encode())
            del call
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    running = not call.done
    call.cancel()
    return [said, running, call.result(5).exit_code]


def test_a_forked_child_leaves_it_alone(worker: Worker, venv: Path, server: IndexServer) -> None:
    command = install(venv, server.simple("main", "hang"), "lonely")
    assert worker.call(forked, command=command) == ["no-such-call False", True, 130]
