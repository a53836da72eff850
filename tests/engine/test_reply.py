"""Replies that come again: each Result is its own, whatever was decoded before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)


def again(environment: str) -> list[Any]:
    """In the worker: the same answers, one spoilt by its owner, one pickled, one never looked at."""
    import pickle

    import uvffi

    def ask() -> Any:
        return uvffi.run(f"pip install --python {environment} alpha==1.0")

    ask()
    one, two, three = ask(), ask(), ask()
    told: list[Any] = [[tuple(one) == tuple(two), one == two, one.answer == two.answer, one.answer is two.answer]]
    one.answer["stderr"] = "spoilt"
    one.answer["environment"]["prefix"] = "spoilt"
    told.append([one.stderr, two.stderr == ask().stderr, two.environment == ask().environment])
    told.append([pickle.loads(pickle.dumps(one)).stderr, pickle.loads(pickle.dumps(three)).answer == two.answer])
    told.append([one.answer is one.answer, three.check() is three, three.error, three.route])
    return told


def test_each_its_own(worker: Worker, venv: Path) -> None:
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    assert worker.call(again, environment=str(venv)) == [
        [True, True, True, False],
        ["spoilt", True, True],
        ["spoilt", True],
        [True, True, None, "resident"],
    ]


def failures(environment: str) -> list[Any]:
    """In the worker: errors that come again are new errors with their own result, in each form of the command."""
    import uvffi

    told = []
    for command in (f"pip install --python {environment} no-such-thing", ["pip", "uninstall", "--no-such-flag"]):
        results = [uvffi.run(command) for _ in range(3)]
        errors = [result.error for result in results]
        told.append([len(set(map(id, errors))), len({str(error) for error in errors}), errors[0].code])  # type: ignore[union-attr]
        told.append([error.result is result for error, result in zip(errors, results)])  # type: ignore[union-attr]
    for _ in range(2):
        try:
            uvffi.run("pip install 'alpha")
        except uvffi.RequestError as error:
            told.append([error.code])
    return told


def test_failures(worker: Worker, venv: Path) -> None:
    assert worker.call(failures, environment=str(venv)) == [
        [3, 1, "no-solution"],
        [True] * 3,
        [3, 1, "usage"],
        [True] * 3,
        ["bad-quoting"],
        ["bad-quoting"],
    ]


def swap(environment: str, rounds: int) -> list[Any]:
    """In the worker: two threads put one version and the other in place by the same two requests."""

    def work(version: str) -> list[Any]:
        import uvffi

        told = []
        for _ in range(rounds):
            result = uvffi.run(["pip", "install", "--python", environment, f"alpha=={version}"])
            data = result.answer
            same = [list(pair) for pair in result.installed] == [
                [one["name"], one["version"]] for one in data["installed"]
            ]
            told.append([result.exit_code, same, {one["version"] for one in data["installed"]} <= {version}])
        return told

    return calls.together([lambda: work("1.0"), lambda: work("2.0")])


def test_from_two_threads(worker: Worker, venv: Path) -> None:
    for answers in worker.call(swap, environment=str(venv), rounds=25):
        assert answers == [[0, True, True]] * 25


def fill(environment: str, requests: int) -> list[int]:
    """In the worker: more requests than are kept, and one that is too long to keep."""
    import uvffi
    from uvffi import _reply

    most = 0
    for at in range(requests):
        assert uvffi.run(f"pip uninstall --python {environment} no-such-{at}").ok
        most = max(most, len(_reply._known))
    long = "pip uninstall --python " + environment + " lonely" * 2000
    assert uvffi.run(long).ok and uvffi.run(long).ok
    return [most, int(long in _reply._known)]


def test_is_bounded(worker: Worker, venv: Path) -> None:
    assert worker.call(fill, environment=str(venv), requests=600) == [512, 0]
