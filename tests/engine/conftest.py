"""What the tests of the engine share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import jsonschema
import pytest

from tests.support.environments import make_venv
from tests.support.worker import ROOT

SCHEMA: dict[str, Any] = json.loads((ROOT / "uvffi" / "schema" / "result.schema.json").read_text())


@pytest.fixture
def venv(env: dict[str, str], tmp_path: Path) -> Path:
    """A virtual environment in the worker's directory, under a name that no command finds by itself."""
    return make_venv(tmp_path / "environment", env)


@pytest.fixture(scope="session")
def valid() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Gives back an answer that has the form of the schema; any other fails the test."""

    def check(answer: dict[str, Any]) -> dict[str, Any]:
        jsonschema.validate(answer, SCHEMA)
        return answer

    return check
