"""Half-installed distributions: told as broken, and installed anew by the next install that needs them.

uv fails at one without METADATA, takes one without RECORD for satisfied, and leaves it as a second distribution when
another version comes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.calls import query, run
from tests.support.environments import site_packages
from tests.support.worker import Worker


def dist_info(venv: Path, name: str) -> Path:
    (found,) = site_packages(venv).glob(f"{name}-*.dist-info")
    return found


@pytest.mark.parametrize("missing", ["METADATA", "RECORD"])
@pytest.mark.parametrize("wanted", ["alpha", "alpha==1.0", "alpha==2.0"])
def test_installs_anew(worker: Worker, venv: Path, missing: str, wanted: str) -> None:
    """Whatever is asked for: its own version, another one, or any."""
    install = f"pip install --python {venv} {wanted}"
    worker.call(run, command=f"pip install --python {venv} alpha==2.0")
    whole = {path.name for path in dist_info(venv, "alpha").iterdir()}
    (dist_info(venv, "alpha") / missing).unlink()
    (told,) = worker.call(query, request={"query": "packages", "environment": {"python": str(venv)}})["packages"]
    assert told["broken"] == f"it has no {missing}"
    repaired = worker.call(run, command=install)
    assert repaired["exit_code"] == 0, repaired["stderr"]
    assert [change["name"] for change in repaired["changes"]] == ["alpha"]
    assert {path.name for path in dist_info(venv, "alpha").iterdir()} == whole
    again = worker.call(run, command=install)
    assert (again["exit_code"], again["changes"]) == (0, [])
    (told,) = worker.call(query, request={"query": "packages", "environment": {"python": str(venv)}})["packages"]
    assert told["broken"] is None


def test_leaves_alone_what_was_not_asked_for(worker: Worker, venv: Path) -> None:
    worker.call(run, command=f"pip install --python {venv} alpha lonely")
    (dist_info(venv, "alpha") / "RECORD").unlink()
    told = worker.call(run, command=f"pip install --python {venv} lonely")
    assert (told["exit_code"], told["changes"]) == (0, [])
    assert not (dist_info(venv, "alpha") / "RECORD").exists()


def test_leaves_alone_what_a_system_keeps(worker: Worker, venv: Path) -> None:
    """Debian and others take RECORD away and say in INSTALLER who keeps the package."""
    worker.call(run, command=f"pip install --python {venv} alpha==2.0")
    (dist_info(venv, "alpha") / "RECORD").unlink()
    (dist_info(venv, "alpha") / "INSTALLER").write_text("debian\n")
    told = worker.call(run, command=f"pip install --python {venv} alpha")
    assert (told["exit_code"], told["changes"]) == (0, [])
