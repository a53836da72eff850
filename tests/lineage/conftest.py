"""What these tests share: an environment, and one call of which everything is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import make_venv
from tests.support.worker import Worker
from tests.twin.sides import run_here

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def venv(env: dict[str, str], tmp_path: Path) -> Path:
    return make_venv(tmp_path / "environment", env)


@pytest.fixture
def run(worker: Worker, venv: Path) -> Run:
    """`uv pip` with these words in the environment, or in `python`'s; it must end with `exit`."""

    def run(words: str, *more: str, exit: int = 0, python: Path = venv) -> dict[str, Any]:
        argv = ["pip", *words.split(), *more, "--python", str(python)]
        answer: dict[str, Any] = worker.call(run_here, timeout=120, argv=argv)
        assert answer["exit_code"] == exit, answer["stderr"]
        return answer

    return run


def told(answer: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Name, version before, version after of each change."""
    return [(change["name"], change["previous_version"], change["version"]) for change in answer["changes"]]
