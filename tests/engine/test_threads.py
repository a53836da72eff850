"""Many threads, many environments, one engine."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.interpreters import interpreters
from tests.support.snapshot import installed, snapshot
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(120)
OWN = ("single", "local", "post", "shared", "lonely", "modern", "clash-a", "ns-one")
"""A package for each of the eight threads."""


@pytest.fixture
def two(env: dict[str, str], tmp_path: Path) -> dict[str, Path]:
    """Environments of the oldest and the newest Python there is, by version."""
    versions = sorted(interpreters(), key=lambda version: int(version.split(".")[1]))
    if len(versions) < 2:
        pytest.skip(f"two Python versions are needed, found {versions}; name more in UVFFI_PYTHONS")
    return {version: make_venv(tmp_path / f"env-{version}", env, version) for version in (versions[0], versions[-1])}


def expected(version: str) -> dict[str, str]:
    """What `marked` and `modern` bring to a Python of this version."""
    minor = int(version.split(".")[1])
    return {
        "marked": "1.0",
        "alpha" if minor >= 9 else "lonely": "2.0" if minor >= 9 else "1.0",
        "modern": "2.0" if minor >= 12 else "1.0",
    }


def in_turn(environments: list[str], rounds: int) -> list[list[dict[str, Any]]]:
    """In the worker: installs into one and the other, and takes it all away again."""
    answers = []
    for _ in range(rounds):
        answers.append([calls.run(f"pip install --python {one} marked modern") for one in environments])
        for one in environments:
            calls.run(f"pip uninstall --python {one} marked alpha lonely modern")
    answers.append([calls.run(f"pip install --python {one} marked modern") for one in environments])
    return answers


def test_two_versions_in_turn(worker: Worker, two: dict[str, Path]) -> None:
    rounds = worker.call(in_turn, environments=[str(path) for path in two.values()], rounds=3)
    for answers in rounds:
        for version, answer in zip(two, answers):
            assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer
            assert {one["name"]: one["version"] for one in answer["installed"]} == expected(version)
            assert answer["environment"]["python_version"].startswith(version + ".")
    for version, path in two.items():
        assert installed(site_packages(path)) == expected(version)


def eight(environments: list[str], packages: list[str], rounds: int) -> list[list[dict[str, Any]]]:
    """In the worker: each of eight threads puts its own package into one of two environments, again and again."""

    def work(environment: str, package: str) -> list[dict[str, Any]]:
        answers = []
        for _ in range(rounds):
            answers.append(calls.run(f"pip install --no-deps --python {environment} {package}"))
            answers.append(calls.run(f"pip uninstall --python {environment} {package}"))
        answers.append(calls.run(f"pip install --no-deps --python {environment} {package}"))
        return answers

    return calls.together(
        [lambda at=at: work(environments[at % 2], packages[at]) for at in range(len(packages))]  # type: ignore[misc]
    )


def test_two_versions_from_eight_threads(worker: Worker, two: dict[str, Path]) -> None:
    environments = [str(path) for path in two.values()]
    everything = worker.call(eight, timeout=100, environments=environments, packages=list(OWN), rounds=4)
    for at, answers in enumerate(everything):
        assert isinstance(answers, list), answers
        for turn, answer in enumerate(answers):
            assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer
            assert answer["environment"]["prefix"] == environments[at % 2]
            done, other = ("installed", "removed") if turn % 2 == 0 else ("removed", "installed")
            assert [one["name"] for one in answer[done]] == [OWN[at]], answer
            assert answer[other] == []
    for at, path in enumerate(two.values()):
        assert set(installed(site_packages(path))) == set(OWN[at::2])
        assert_whole(path)


def one_environment(environment: str, rounds: int) -> list[Any]:
    """In the worker: two threads disagree about a version in one environment."""

    def work(version: str) -> list[dict[str, Any]]:
        return [calls.run(f"pip install --python {environment} alpha=={version}") for _ in range(rounds)]

    return calls.together([lambda: work("1.0"), lambda: work("2.0")])


def test_one_environment_from_two_threads(worker: Worker, venv: Path) -> None:
    first, second = worker.call(one_environment, timeout=100, environment=str(venv), rounds=15)
    seen: list[tuple[str | None, str]] = []
    for answers in (first, second):
        assert isinstance(answers, list), answers
        assert [answer["exit_code"] for answer in answers] == [0] * 15, answers
        seen += [(one["previous_version"], one["version"]) for answer in answers for one in answer["changes"]]
    assert seen.count((None, "1.0")) + seen.count((None, "2.0")) == 1, "only one call found nothing there"
    ups, downs = seen.count(("1.0", "2.0")), seen.count(("2.0", "1.0"))
    assert ups + downs == len(seen) - 1
    assert abs(ups - downs) <= 1, "each swap starts from what the swap before left"
    assert installed(site_packages(venv)) in ({"alpha": "1.0"}, {"alpha": "2.0"})
    assert_whole(venv)


def assert_whole(prefix: Path) -> None:
    """Every RECORD is true, and every file belongs to one."""
    root = site_packages(prefix)
    records = list(root.glob("*.dist-info/RECORD"))
    assert records
    named = set()
    for record in records:
        named |= {(root / row.split(",")[0]).resolve() for row in record.read_text().splitlines()}
    for path, content in snapshot(root, str).items():
        if path.endswith("RECORD"):
            assert "missing" not in content and "says" not in content, content
        if not path.startswith("_virtualenv"):
            assert (root / path).resolve() in named, f"{path} belongs to nothing that is installed"


def ticking(command: str) -> dict[str, Any]:
    """In the worker: a thread counts while the command runs; the longest it had to wait is what is told."""
    gaps = []
    stop = threading.Event()

    def tick() -> None:
        last = time.monotonic()
        while not stop.is_set():
            time.sleep(0.001)
            now = time.monotonic()
            gaps.append(now - last)
            last = now

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.monotonic()
    answer = calls.run(command)
    took = time.monotonic() - began
    stop.set()
    thread.join()
    return {"answer": answer, "took": took, "ticks": len(gaps), "longest": max(gaps)}


def test_other_threads_keep_running(worker: Worker, venv: Path, server: IndexServer) -> None:
    command = f"pip install --no-cache --python {venv} --index-url {server.simple('main', 'slow')} chain-5"
    told = worker.call(ticking, command=command)
    assert (told["answer"]["exit_code"], told["answer"]["route"]) == (0, "resident"), told
    assert told["took"] > 1, "the index did not answer slowly: this shows nothing"
    assert told["longest"] < told["took"] / 3
    assert told["ticks"] > 50 * told["took"]
