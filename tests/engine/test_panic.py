"""A panic inside a call: an error result, silence, and uv's own process from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import site_packages
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)
Valid = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def panicked(env: dict[str, str], venv: Path, worker: Worker, valid: Valid) -> dict[str, Any]:
    """The answer of a call that panicked; the cause is gone afterwards."""
    worker.call(calls.set_variable, name="UVFFI_TEST_PANIC", value="1")
    answer = valid(worker.call(calls.run, command=f"pip install --python {venv} alpha"))
    worker.call(calls.set_variable, name="UVFFI_TEST_PANIC", value=None)
    return answer


def test_is_an_error_result(panicked: dict[str, Any], worker: Worker, venv: Path) -> None:
    assert panicked["error"]["code"] == "internal"
    assert panicked["exit_code"] == 2
    assert "UVFFI_TEST_PANIC is set" in panicked["error"]["message"]
    assert panicked["error"]["hints"]
    assert panicked["changes"] == []
    assert (panicked["stdout"], panicked["stderr"]) == ("", "")
    assert installed(site_packages(venv)) == {}
    assert worker.printed() == ""


def test_next_call_works(panicked: dict[str, Any], worker: Worker, venv: Path) -> None:
    for command, left in (("install", {"alpha": "2.0"}), ("uninstall", {})):
        answer = worker.call(calls.run, command=f"pip {command} --python {venv} alpha")
        assert (answer["exit_code"], answer["route"]) == (0, "child"), answer
        assert "panicked" in answer["reason"]
        assert len(answer["changes"]) == 1
        assert installed(site_packages(venv)) == left
    assert "panicked" in worker.call(calls.child_only)


def test_packages_can_still_be_asked_for(panicked: dict[str, Any], worker: Worker, venv: Path) -> None:
    worker.call(calls.run, command=f"pip install --python {venv} alpha")
    answer = worker.call(calls.query, request={"query": "packages", "environment": {"prefix": str(venv)}})
    assert [(one["name"], one["version"]) for one in answer["packages"]] == [("alpha", "2.0")], answer


def test_after_resident_calls(worker: Worker, venv: Path) -> None:
    """Warm or not, with other calls under way or not: only the call that panicked fails."""
    assert worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")["route"] == "resident"
    worker.call(calls.set_variable, name="UVFFI_TEST_PANIC", value="1")
    answers = worker.call(calls.run_all, commands=[f"pip install --python {venv} alpha==2.0"] * 3)
    assert [answer["error"] and answer["error"]["code"] for answer in answers] == ["internal", None, None]
    assert [answer["route"] for answer in answers[1:]] == ["child", "child"]
    assert installed(site_packages(venv)) == {"alpha": "2.0"}


def panic_is_raised(environment: str) -> list[str]:
    """In the worker: the typed side of the same."""
    import uvffi

    calls.set_variable("UVFFI_TEST_PANIC", "1")
    try:
        uvffi.Environment(environment).install("alpha")
    except uvffi.InternalError as error:
        return [error.code, str(isinstance(error, RuntimeError))]
    return ["nothing was raised"]


def test_typed(worker: Worker, venv: Path) -> None:
    assert worker.call(panic_is_raised, environment=str(venv)) == ["internal", "True"]
