"""Plans that are carried out as they were shown, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import site_packages
from tests.support.snapshot import installed
from tests.support.worker import Worker

from .broken import files

pytestmark = pytest.mark.timeout(60)


def confirm(environment: str, answers: list[Any]) -> list[Any]:
    """In the worker: one installation for each answer that `confirm` gives; what it was shown, and how it went."""
    import uvffi

    env = uvffi.Environment(environment)
    told: list[Any] = []
    for answer in answers:
        shown: list[str] = []

        def ask(plan: uvffi.Plan, shown: list[str] = shown, answer: Any = answer) -> Any:
            shown += [str(change) for change in plan.changes]
            if answer == "raise":
                raise KeyError("the host's own")
            return answer

        try:
            result = env.install("alpha==1.0", "lonely", confirm=ask)
            told.append([shown, [str(change) for change in result.changes], result.dry_run])
        except uvffi.PlanRefusedError as error:
            assert error.plan is not None
            told.append([shown, error.code, [str(change) for change in error.plan.changes] == shown])
        except KeyError as error:
            told.append([shown, error.args[0]])
    return told


def test_confirm(worker: Worker, venv: Path) -> None:
    """False, and None of a callable that gives nothing back, refuse; what it raises goes on.

    Where there is nothing to do nobody is asked.
    """
    shown = ["installed alpha 1.0", "installed lonely 1.0"]
    told = worker.call(confirm, environment=str(venv), answers=[False, None, "raise"])
    assert told == [[shown, "plan-refused", True], [shown, "plan-refused", True], [shown, "the host's own"]]
    assert installed(site_packages(venv)) == {}
    told = worker.call(confirm, environment=str(venv), answers=[True, False])
    assert told == [[shown, shown, False], [[], [], False]]
    assert installed(site_packages(venv)) == {"alpha": "1.0", "lonely": "1.0"}


def uninstall(environment: str) -> list[Any]:
    """In the worker: refused, then confirmed."""
    import uvffi

    env = uvffi.Environment(environment)
    env.install("alpha==1.0", "lonely")
    told: list[Any] = []
    answers = [False, True]
    for _ in range(2):
        try:
            result = env.uninstall("alpha", "not-there", confirm=lambda plan: answers.pop(0))
            told.append([str(change) for change in result.changes])
        except uvffi.PlanRefusedError as error:
            told.append(str(error))
        told.append(sorted(env.packages))
    return told


def test_confirm_uninstall(worker: Worker, venv: Path) -> None:
    assert worker.call(uninstall, environment=str(venv)) == [
        "The plan was refused: uninstalled alpha 1.0",
        ["alpha", "lonely"],
        ["uninstalled alpha 1.0"],
        ["lonely"],
    ]


def overtaken(environment: str, before: list[str], wanted: list[str], meanwhile: list[str]) -> list[Any]:
    """In the worker: a plan is made, something else is installed, the plan is applied."""
    import uvffi

    env = uvffi.Environment(environment)
    if before:
        env.install(*before)
    plan = env.plan(*wanted)
    uvffi.run(["pip", "install", "--python", environment, "-v", *meanwhile]).check()
    try:
        return [[str(change) for change in plan.apply().changes]]
    except uvffi.PlanChangedError as error:
        again = env.plan(*wanted)
        result = error.result
        assert result is not None
        return [error.code, [*result.installed, *result.removed], plan.digest == again.digest, str(again)]


@pytest.mark.parametrize(
    ("before", "wanted", "meanwhile"),
    [
        ([], ["alpha==1.0"], ["alpha==2.0"]),
        ([], ["alpha==1.0"], ["alpha==1.0"]),
        (["alpha==1.0"], ["alpha==2.0"], ["alpha==1.1"]),
        (["alpha==1.0"], ["alpha"], ["alpha==1.0", "--reinstall", "lonely"]),
        ([], ["beta"], ["alpha==2.0"]),
    ],
)
def test_changed_meanwhile(
    worker: Worker, venv: Path, before: list[str], wanted: list[str], meanwhile: list[str]
) -> None:
    """By uv, in a process of its own. Where what would be done is the same all the same, it is done."""
    told = worker.call(overtaken, environment=str(venv), before=before, wanted=wanted, meanwhile=meanwhile)
    if wanted == ["alpha"]:
        assert told == [[]]
        return
    code, changed, same, _ = told
    assert (code, changed, same) == ("plan-changed", [], False)
    expected = {"alpha": meanwhile[0].partition("==")[2]}
    assert installed(site_packages(venv)) == expected


def twice(environment: str) -> list[Any]:
    """In the worker: equal plans have equal digests; one that was carried out can't be carried out again."""
    import uvffi

    env = uvffi.Environment(environment)
    first, second = env.plan("alpha==1.0"), env.plan("alpha==1.0", no_deps=True)
    other = env.plan("alpha==2.0")
    told: list[Any] = [first.digest == second.digest, first.digest == other.digest, bool(first.digest)]
    first.apply()
    try:
        second.apply()
    except uvffi.PlanChangedError as error:
        told.append(error.code)
    nothing = env.plan("alpha==1.0")
    told += [bool(nothing), [str(change) for change in nothing.apply(durable=True).changes]]
    return told


def test_digest(worker: Worker, venv: Path) -> None:
    assert worker.call(twice, environment=str(venv)) == [True, False, True, "plan-changed", False, []]


def test_looking_changes_nothing(worker: Worker, venv: Path) -> None:
    before = files(venv)
    worker.call(confirm, environment=str(venv), answers=[False, "raise", None])
    assert files(venv) == before
    assert not (venv / ".uvffi" / "journal").exists()
