"""The example that this project comes from: a version that others took away is put in place again. Every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine import calls
from tests.support.environments import make_venv, site_packages, variables
from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.snapshot import installed
from tests.support.wheels import build_wheel
from tests.support.worker import Worker

pytestmark = pytest.mark.timeout(120)
TIMES = 100
NEEDS = ("markdown-it-py>=2.2.0", "pygments>=2.13.0,<3.0.0")
BESIDE = {"markdown-it-py": "3.0.0", "pygments": "2.19.1"}


@pytest.fixture
def place(session_dir: Path, server: IndexServer) -> dict[str, str]:
    """Variables of a call that finds two releases of `rich`."""
    if "lineage" not in server.dists:
        server.add("lineage", [build_wheel("rich", version, NEEDS) for version in ("14.3.2", "14.3.3")])
        server.add("lineage", [build_wheel(name, version) for name, version in BESIDE.items()])
    return variables(session_dir, session_dir / "cache", server.simple("lineage"))


@pytest.mark.parametrize("remembered", [False, True], ids=["installed once", "asked twice"])
def test_lineage(library: Path, place: dict[str, str], tmp_path: Path, remembered: bool) -> None:
    venv = make_venv(tmp_path / "environment", place)
    command = f"pip install --python {venv} rich==14.3.3"
    outside = ["pip", "install", "-q", "--python", str(venv), "rich==14.3.2"]
    with Worker(place, tmp_path) as worker:
        worker.call(calls.run, command=command)
        for turn in range(TIMES // 2):
            if remembered:
                again = worker.call(calls.run, command=command)
                assert (again["exit_code"], again["changes"]) == (0, []), f"turn {turn}: {again}"
            must_uv(outside, place, tmp_path)
            assert installed(site_packages(venv)) == {"rich": "14.3.2", **BESIDE}
            answer = worker.call(calls.run, command=command)
            changed = [(change["name"], change["previous_version"], change["version"]) for change in answer["changes"]]
            assert changed == [("rich", "14.3.2", "14.3.3")], f"turn {turn}: {answer}"
            assert installed(site_packages(venv)) == {"rich": "14.3.3", **BESIDE}
