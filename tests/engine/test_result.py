"""Results: three to unpack, everything else by name, and the form that the schema promises."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Callable

import jsonschema
import pytest

from tests.support.environments import make_system_python
from tests.support.index import IndexServer
from tests.support.sdists import write_tree
from tests.support.worker import Worker

from . import calls
from .conftest import SCHEMA

pytestmark = pytest.mark.timeout(60)
Valid = Callable[[dict[str, Any]], dict[str, Any]]


def unpack(environment: str) -> list[Any]:
    """In the worker: a swap, seen through each side of the Result."""
    import pickle

    import uvffi

    uvffi.run(["pip", "install", "--python", environment, "alpha==1.0"])
    result = uvffi.run(["pip", "install", "--python", environment, "alpha==2.0"])
    rc, installed, removed = result
    (change,) = result.changes
    again = pickle.loads(pickle.dumps(result))
    return [
        [rc, installed, removed],
        [result.exit_code, result.ok, len(result), isinstance(result, tuple)],
        [[one.name, one.version, str(one)] for one in (*result.installed, *result.removed)],
        [change.name, change.previous_version, change.version, change.action, change.editable, change.url, str(change)],
        [result.route, result.reason, result.dry_run, result.stdout, result.error],
        [again == result, again.answer == result.answer, type(again) is type(result), result.check() is result],
        result.environment,
        result.stderr,
    ]


def test_unpacks(worker: Worker, venv: Path) -> None:
    three, size, names, change, rest, again, environment, stderr = worker.call(unpack, environment=str(venv))
    assert three == [0, [["alpha", "2.0"]], [["alpha", "1.0"]]]
    assert size == [0, True, 3, True]
    assert names == [["alpha", "2.0", "alpha==2.0"], ["alpha", "1.0", "alpha==1.0"]]
    assert change == ["alpha", "1.0", "2.0", "upgraded", False, None, "upgraded alpha 1.0 -> 2.0"]
    assert rest == ["resident", None, False, "", None]
    assert again == [True] * 4
    assert Path(environment["prefix"]) == venv
    assert " - alpha==1.0\n + alpha==2.0\n" in stderr


def fail(environment: str) -> list[Any]:
    """In the worker: `run` doesn't raise; `check` does, with all of it in the error."""
    import uvffi

    result = uvffi.run(f"pip install --python {environment} no-such-thing")
    rc, installed, removed = result
    try:
        result.check()
    except uvffi.ResolutionError as error:
        same = error.result is result
        return [[rc, installed, removed, result.ok], same, error.code, error.explanation, str(error), result.stderr]
    return []


def test_failure_is_a_result(worker: Worker, venv: Path) -> None:
    three, same, code, explanation, text, stderr = worker.call(fail, environment=str(venv))
    assert three == [1, [], [], False]
    assert same
    assert code == "no-solution"
    assert explanation.strip() in stderr
    assert explanation.strip() in text


REPLIES = {
    "install": "pip install {at} alpha==1.0",
    "no-op": "pip install {at} alpha==1.0",
    "upgrade": "pip install {at} alpha==2.0",
    "downgrade": "pip install {at} alpha==1.1",
    "reinstall": "pip install {at} --reinstall alpha==1.1",
    "from-a-file": "pip install {at} {wheels}/kinds-1.0-py3-none-any.whl",
    "from-a-url": "pip install {at} {base}/main/files/lonely-1.0-py3-none-any.whl",
    "dry": "pip install {at} --dry-run beta",
    "target": "pip install {at} --target out alpha",
    "prefix": "pip install {at} --prefix pre alpha",
    "editable": "pip install {at} -e ./tree",
    "build": "pip install {at} source",
    "uninstall": "pip uninstall {at} alpha kinds",
    "uninstall-nothing": "pip uninstall {at} alpha",
    "uninstall-dry": "pip uninstall {at} --dry-run lonely",
    "no-solution": "pip install {at} no-such-thing",
    "conflict": "pip install {at} left right",
    "status": "pip install {at} --index-url {base}/main~500/simple/ pre",
    "hash": "pip install {at} --require-hashes pre",
    "requirement": "pip install {at} @@@",
    "missing-file": "pip install {at} -r nowhere.txt",
    "no-environment": "pip install --python nowhere alpha",
    "managed": "pip install --python {system}/bin/python alpha",
    "broken": "pip install {at} broken-no-metadata",
    "failing-build": "pip install {at} never-builds",
    "usage": "pip install {at} --no-such-flag",
    "nothing": "",
    "version": "--version",
    "help": "help pip install",
    "list": "pip list {at}",
    "venv": "venv {case}/fresh",
    "program": "run --no-project {at} python -c 'raise SystemExit(3)'",
    "quoting": "pip install 'alpha",
}


def raw(command: str) -> dict[str, Any]:
    """In the worker: the answer as it crossed the ABI, whatever it is."""
    from uvffi import _native

    answer: dict[str, Any] = _native.call(_native.lib.uvffi_run, command.encode() or b" ")
    return answer


def test_every_reply_has_the_form(
    worker: Worker, venv: Path, server: IndexServer, wheels: Path, tmp_path: Path, valid: Valid
) -> None:
    write_tree(tmp_path / "tree", "tree", "1.0")
    make_system_python(tmp_path / "system", managed=True)
    places = {
        "at": f"--python {venv}",
        "wheels": wheels,
        "base": server.base,
        "case": tmp_path,
        "system": tmp_path / "system",
    }
    replies = {}
    for name, command in REPLIES.items():
        answer = replies[name] = valid(worker.call(raw, command=command.format(**places)))
        assert (answer["exit_code"] == 0) == (answer["error"] is None), (name, answer)
        assert (answer["reason"] is None) == (answer["route"] == "resident"), name
        assert_consistent(answer)
    codes = {name: answer["error"]["code"] for name, answer in replies.items() if answer["error"]}
    assert codes == {
        "no-solution": "no-solution",
        "conflict": "no-solution",
        "status": "network",
        "hash": codes["hash"],
        "requirement": "bad-requirement",
        "missing-file": "file-not-found",
        "no-environment": "environment-not-found",
        "managed": "externally-managed",
        "broken": codes["broken"],
        "failing-build": "build-failed",
        "usage": "usage",
        "nothing": codes["nothing"],
        "program": "failed",
        "quoting": "bad-quoting",
    }
    actions = {name: [change["action"] for change in answer["changes"]] for name, answer in replies.items()}
    assert [actions[name] for name in ("install", "no-op", "upgrade", "downgrade", "reinstall")] == [
        ["installed"],
        [],
        ["upgraded"],
        ["downgraded"],
        ["reinstalled"],
    ]
    assert replies["from-a-file"]["changes"][0]["url"] == (wheels / "kinds-1.0-py3-none-any.whl").as_uri()
    assert [one["name"] for one in replies["target"]["installed"]] == ["alpha"]
    assert [one["name"] for one in replies["prefix"]["installed"]] == ["alpha"]
    assert replies["uninstall-dry"]["dry_run"]
    assert actions["uninstall-dry"] == ["uninstalled"]


def assert_consistent(answer: dict[str, Any]) -> None:
    """`installed` and `removed` say what `changes` says."""
    put = [one for one in answer["changes"] if one["action"] != "uninstalled" and not answer["dry_run"]]
    gone = [one for one in answer["changes"] if one["action"] != "installed" and not answer["dry_run"]]
    assert answer["installed"] == [{"name": one["name"], "version": one["version"]} for one in put]
    assert answer["removed"] == [{"name": one["name"], "version": one["previous_version"]} for one in gone]
    for one in answer["changes"]:
        assert (one["version"] is None) == (one["action"] == "uninstalled"), one
        assert (one["previous_version"] is None) == (one["action"] == "installed"), one


@pytest.mark.parametrize("wrong", [{"schema": 2}, {"more": 1}, {"exit_code": "0"}, {"route": "other"}, {"error": {}}])
def test_the_schema_refuses(wrong: dict[str, Any], worker: Worker) -> None:
    """A schema that took anything would show nothing."""
    answer = worker.call(calls.run, command="--version")
    jsonschema.validate(answer, SCHEMA)
    for key in SCHEMA["required"]:
        less = copy.copy(answer)
        del less[key]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(less, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**answer, **wrong}, SCHEMA)
