"""Deltas: names that are looked at again, never believed, and everything forgotten on request."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.judge import must_uv
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls, outside, readers

pytestmark = pytest.mark.timeout(60)


def patch(
    installed: list[Any] | None = None, removed: list[Any] | None = None, site_packages: str | None = None
) -> list[str]:
    """In the worker. Pairs arrive as lists, as JSON has no others."""
    import uvffi

    return list(uvffi.patch(installed or (), removed or (), site_packages=site_packages))


def invalidate(site_packages: str | None = None) -> None:
    import uvffi

    uvffi.invalidate(site_packages)


def status() -> dict[str, Any]:
    import uvffi

    return dict(uvffi.status())


def test_marks_names(worker: Worker, venv: Path) -> None:
    """Told in any form, normalised, sorted and once each."""
    assert worker.call(patch, installed=["alpha"]) == ["alpha"], "with no environment known yet"
    worker.call(readers.versions, environment=str(venv))
    told = worker.call(
        patch,
        installed=["Mixed_Case.Name", ["Zeta", "1.0rc1"], "alpha"],
        removed=["ALPHA", ["beta", "2!1.0+local"]],
        site_packages=str(site_packages(venv)),
    )
    assert told == ["alpha", "beta", "mixed-case-name", "zeta"]
    assert worker.call(patch) == []


def hand_on(environment: str, changes: list[str]) -> list[list[str]]:
    """In the worker: what calls give, given to `patch` as it is."""
    import uvffi

    told = []
    for change in changes:
        result = uvffi.run(f"{change} --python {environment}")
        told.append(list(uvffi.patch(result.installed, result.removed)))
    told.append(list(uvffi.patch(uvffi.Environment(environment).packages)))
    told.append(list(uvffi.patch(name for name in ("b", "a"))))
    return told


def test_takes_what_results_hold(worker: Worker, venv: Path) -> None:
    commands = ["pip install alpha==1.0 lonely", "pip install alpha==2.0", "pip uninstall lonely"]
    told = worker.call(hand_on, environment=str(venv), changes=commands)
    assert told == [["alpha", "lonely"], ["alpha"], ["lonely"], ["alpha"], ["a", "b"]]


def refusals(environment: str) -> dict[str, list[Any]]:
    """In the worker: what each wrong Delta raises, and what the engine counts after it."""
    import uvffi

    root = os.path.join(environment, "lib")
    works: dict[str, Callable[[], object]] = {
        "name": lambda: uvffi.patch(["alpha", "no such name"]),
        "empty-name": lambda: uvffi.patch(removed=[""]),
        "version": lambda: uvffi.patch([("alpha", "one")]),
        "relative": lambda: uvffi.patch(["alpha"], site_packages="lib"),
        "no-path": lambda: uvffi.patch(["alpha"], site_packages=""),
        "forget-relative": lambda: uvffi.invalidate("lib"),
        "surrogate": lambda: uvffi.patch(["\udcff"]),
        "one-text": lambda: uvffi.patch("alpha"),
        "one-bytes": lambda: uvffi.patch(b"alpha"),  # type: ignore[arg-type]
        "bytes": lambda: uvffi.patch([b"alpha"]),  # type: ignore[list-item]
        "number": lambda: uvffi.patch(1),  # type: ignore[arg-type]
        "three": lambda: uvffi.patch([("alpha", "1", "2")]),  # type: ignore[list-item]
        "not-text": lambda: uvffi.patch([("alpha", 1)]),  # type: ignore[list-item]
        "path": lambda: uvffi.patch(["alpha"], site_packages=1),  # type: ignore[arg-type]
        "path-bytes": lambda: uvffi.patch(["alpha"], site_packages=root.encode()),  # type: ignore[arg-type]
    }
    told = {}
    before = uvffi.status()
    for name, work in works.items():
        try:
            work()
        except Exception as error:
            told[name] = [type(error).__name__, getattr(error, "code", None), isinstance(error, ValueError)]
    after = uvffi.status()
    told["counts"] = [[before[key], after[key]] for key in ("epoch", "generation", "answers", "roots")]
    return told


def test_malformed_changes_nothing(worker: Worker, venv: Path) -> None:
    worker.call(readers.versions, environment=str(venv))
    told = worker.call(refusals, environment=str(venv))
    for before, after in told.pop("counts"):
        assert before == after
    bad = ["RequestError", "bad-request", True]
    wrong = ["TypeError", None, False]
    assert told == {
        "name": bad,
        "empty-name": bad,
        "version": bad,
        "relative": bad,
        "no-path": bad,
        "forget-relative": bad,
        "surrogate": ["RequestError", "bad-utf8", True],
        "one-text": wrong,
        "one-bytes": wrong,
        "bytes": wrong,
        "number": wrong,
        "three": wrong,
        "not-text": wrong,
        "path": wrong,
        "path-bytes": wrong,
    }


LIES: dict[str, dict[str, Any]] = {
    "gone": {"removed": ["alpha"]},
    "other-version": {"installed": [["alpha", "77"]]},
    "never-there": {"installed": [["no-such-thing", "1"]], "removed": ["lonely"]},
    "elsewhere": {"installed": ["alpha"], "site_packages": "/no/such/place"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_costs_time_and_no_truth(worker: Worker, venv: Path, lie: str) -> None:
    install = f"pip install --python {venv} alpha==1.0"
    assert worker.call(calls.run, command=install)["exit_code"] == 0
    for _ in range(3):
        worker.call(patch, **LIES[lie])
        answer = worker.call(calls.run, command=install)
        assert (answer["exit_code"], answer["changes"]) == (0, []), answer
        assert worker.call(readers.versions, environment=str(venv)) == {"alpha": "1.0"}
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def test_a_change_is_seen_with_and_without(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """A Delta that comes late, early, doubled or not at all: the same answers."""
    install = f"pip install --python {venv} alpha==2.0"
    worker.call(calls.run, command=install)
    for told in ([], ["alpha"], ["alpha", "alpha"], ["lonely"]):
        worker.call(patch, installed=told)
        must_uv(["pip", "install", "--python", str(venv), "alpha==1.0"], env, tmp_path)
        if len(told) > 1:
            worker.call(patch, installed=told)
        answer = worker.call(calls.run, command=install)
        assert [(one["previous_version"], one["version"]) for one in answer["changes"]] == [("1.0", "2.0")], told


def test_a_marked_name_is_read_again(worker: Worker, venv: Path) -> None:
    """What is marked is looked at anew, whatever its times say; nothing else is."""
    root = site_packages(venv)
    for name in ("one", "two", "three"):
        outside.put(root, name, "1.0")
    ask = f"pip install --python {venv} one two three"
    for _ in range(3):
        assert worker.call(calls.run, command=ask)["changes"] == []
        time.sleep(0.1)
    before = worker.call(status)["answers"]
    worker.call(patch, installed=["Two"], site_packages=str(root))
    assert worker.call(calls.run, command=ask)["changes"] == []
    after = worker.call(status)["answers"]
    assert after["remembered"] == before["remembered"], "the answer was given without a look at what was marked"
    assert after["resident"] + after["proved"] == before["resident"] + before["proved"] + 1
    assert after["reread"] - before["reread"] <= 1


def test_of_one_directory_alone(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """Forgetting one leaves the other's epoch; forgetting all leaves none."""
    other = make_venv(tmp_path / "other", env)
    for place in (venv, other):
        worker.call(calls.run, command=f"pip install --python {place} alpha==1.0")

    def epochs() -> dict[str, int]:
        return {root["path"]: root["epoch"] for root in worker.call(status)["roots"]}

    one, two = str(site_packages(venv)), str(site_packages(other))
    first = epochs()
    assert set(first) == {one, two}
    worker.call(invalidate, site_packages=one)
    second = epochs()
    assert (second[one], second[two]) == (first[one] + 1, first[two])
    worker.call(invalidate)
    third = epochs()
    assert (third[one], third[two]) == (second[one] + 1, second[two] + 1)
    whole = worker.call(status)
    assert whole["epoch"] >= max(third.values())
    for place in (venv, other):
        assert worker.call(readers.versions, environment=str(place)) == {"alpha": "1.0"}
        assert worker.call(calls.run, command=f"pip install --python {place} alpha==1.0")["changes"] == []


def time_patches(names: list[str], rounds: int) -> float:
    """In the worker: the median of one `patch` of one name, in microseconds."""
    import uvffi

    took = []
    for turn in range(rounds):
        began = time.perf_counter()
        uvffi.patch([names[turn % len(names)]])
        took.append(time.perf_counter() - began)
    return sorted(took)[rounds // 2] * 1e6


def test_is_cheap_at_any_size(worker: Worker, venv: Path) -> None:
    """Flat in the number of distributions; the bound has room for a busy machine."""
    root = site_packages(venv)
    names = [f"some-{at}" for at in range(600)]
    for name in names[:6]:
        outside.put(root, name, "1.0")
    worker.call(readers.versions, environment=str(venv))
    few = worker.call(time_patches, names=names[:6], rounds=2000)
    for name in names[6:]:
        outside.put(root, name, "1.0")
    assert len(worker.call(readers.versions, environment=str(venv))) == 600
    many = worker.call(time_patches, names=names, rounds=2000)
    assert few < 100
    assert many < 100
