"""What the doctor finds, and how it mends what other tools or a power cut left: a package twice, or by half."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.judge import must_uv
from tests.support.sdists import write_tree
from tests.support.snapshot import installed
from tests.support.worker import Worker

from .broken import dist_infos, files, install, twice
from .test_cli import OURS, play

pytestmark = pytest.mark.timeout(60)


def consult(environment: str, fix: bool = False) -> list[dict[str, Any]]:
    """In the worker: what the doctor finds."""
    import uvffi

    findings = uvffi.Environment(environment).doctor(fix=fix)
    return [{name: getattr(finding, name) for name in finding.__slots__} for finding in findings]


def mended(worker: Worker, venv: Path) -> list[dict[str, Any]]:
    """What was found and mended; the doctor finds it before, changes nothing by looking, and nothing after."""
    before = files(venv)
    found = worker.call(consult, environment=str(venv))
    assert files(venv) == before
    told: list[dict[str, Any]] = worker.call(consult, environment=str(venv), fix=True)
    keys = ("code", "name", "path")
    assert [[one[key] for key in keys] for one in told] == [[one[key] for key in keys] for one in found]
    assert not any(one["fixed"] for one in found)
    return told


def test_finds_nothing(worker: Worker, env: dict[str, str], venv: Path) -> None:
    assert worker.call(consult, environment=str(venv)) == []
    install(venv, env, "kinds==1.0", "alpha", "ns-one")
    assert mended(worker, venv) == []


@pytest.mark.parametrize(("other", "there"), [("1.0", "2.0"), ("2.0", "1.0")])
@pytest.mark.parametrize("name", ["alpha", "kinds"])
def test_twice_keeps_what_is_there(
    worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path, name: str, other: str, there: str
) -> None:
    twice(venv, env, name, other, there)
    fresh = make_venv(tmp_path / "fresh" / "environment", env)
    install(fresh, env, f"{name}=={there}")
    told = mended(worker, venv)
    assert {(one["code"], one["name"], one["fixed"]) for one in told} == {("duplicate", name, True)}
    outcome = f"kept {there}, whose files are there, and took the metadata of {other} away"
    assert {one["outcome"] for one in told} == {outcome}
    assert files(venv) == files(fresh)
    must_uv(["pip", "check", "--python", str(venv)], env, tmp_path)
    assert worker.call(consult, environment=str(venv)) == []


def test_twice_takes_what_only_the_other_had(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """Its files go if they are as it says; what somebody edited or made stays, and what others have too."""
    site = site_packages(venv)
    twice(venv, env, "kinds", "1.0", "2.0")
    old = make_venv(venv.parent / "old" / "environment", env)
    install(old, env, "kinds==1.0")
    shutil.copytree(site_packages(old) / "kinds", site / "kinds", dirs_exist_ok=True)
    shutil.copy(site_packages(old) / "kinds_pure.py", site)
    shutil.copy(site_packages(old) / "kinds_plat.py", site)
    (site / "kinds_plat.py").write_text("edited\n")
    (site / "kinds" / "deep" / "mine.txt").write_text("mine\n")
    cache = site / "__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "kinds_pure.cpython-311.pyc").write_bytes(b"old")

    assert all(one["fixed"] for one in mended(worker, venv))
    left = {str(path.relative_to(site)) for path in site.rglob("kinds*/**/*") if path.is_file()}
    info = {path for path in left if ".dist-info" in path}
    assert left - info == {"kinds/__init__.py", "kinds/other.py", "kinds/deep/mine.txt"}
    assert (site / "kinds_plat.py").read_text() == "edited\n"
    assert not (site / "kinds_pure.py").exists()
    assert not (cache / "kinds_pure.cpython-311.pyc").exists()
    assert dist_infos(venv, "kinds") == ["kinds-2.0.dist-info"]


def test_twice_and_none_whole(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """The likelier version is installed anew; the other is gone with all it had."""
    twice(venv, env, "kinds", "2.0", "1.0")
    (site_packages(venv) / "kinds" / "run.sh").unlink()
    told = mended(worker, venv)
    assert {(one["fixed"], one["outcome"]) for one in told} == {(True, "installed kinds==1.0 anew")}
    assert installed(site_packages(venv)) == {"kinds": "1.0"}
    assert (site_packages(venv) / "kinds" / "run.sh").is_file()
    assert not (site_packages(venv) / "kinds" / "other.py").exists()


@pytest.mark.parametrize("missing", ["METADATA", "RECORD"])
def test_by_half(worker: Worker, env: dict[str, str], venv: Path, missing: str) -> None:
    install(venv, env, "alpha==1.0", "lonely")
    (site_packages(venv) / "alpha-1.0.dist-info" / missing).unlink()
    (told,) = mended(worker, venv)
    assert (told["code"], told["name"]) == ("half-installed", "alpha")
    assert (told["fixed"], told["outcome"]) == (True, "installed alpha==1.0 anew")
    assert (site_packages(venv) / "alpha-1.0.dist-info" / missing).is_file()
    assert installed(site_packages(venv)) == {"alpha": "1.0", "lonely": "1.0"}


def test_by_half_beside_a_whole_one(worker: Worker, env: dict[str, str], venv: Path) -> None:
    twice(venv, env, "alpha", "1.0", "2.0")
    (site_packages(venv) / "alpha-1.0.dist-info" / "METADATA").unlink()
    assert all(one["fixed"] for one in mended(worker, venv))
    assert dist_infos(venv, "alpha") == ["alpha-2.0.dist-info"]


def test_by_half_and_not_to_be_had(worker: Worker, env: dict[str, str], venv: Path, wheels: Path) -> None:
    """No index has this version: nothing is lost, and the outcome says what to do."""
    install(venv, env, "alpha==1.0")
    site = site_packages(venv)
    (site / "alpha-1.0.dist-info").rename(site / "alpha-1.7.dist-info")
    (site / "alpha-1.7.dist-info" / "METADATA").unlink()
    (told,) = mended(worker, venv)
    assert not told["fixed"]
    assert told["outcome"].startswith("`alpha==1.7` could not be installed anew: ")
    assert str(site / "alpha-1.7.dist-info") in told["outcome"]
    assert (site / "alpha" / "__init__.py").is_file()


def test_origin(worker: Worker, env: dict[str, str], venv: Path, wheels: Path, tmp_path: Path) -> None:
    """What came from a URL is never taken from an index instead."""
    install(venv, env, str(wheels / "alpha-1.0-py3-none-any.whl"))
    info = site_packages(venv) / "alpha-1.0.dist-info"
    (info / "RECORD").unlink()
    (told,) = mended(worker, venv)
    assert told["fixed"], told
    assert told["outcome"].startswith("installed alpha @ file://")
    assert (info / "direct_url.json").is_file()

    tree = write_tree(tmp_path / "tree", "tree", "1.0")
    install(venv, env, str(tree))
    info = site_packages(venv) / "tree-1.0.dist-info"
    (info / "RECORD").unlink()
    (told,) = mended(worker, venv)
    assert not told["fixed"]
    assert told["outcome"] == f"nothing was done: it came from `{tree.as_uri()}`; install it from there again"


def impatient(environment: str) -> list[dict[str, Any]]:
    """In the worker: mended by one who doesn't wait for locks."""
    from uvffi import _away

    patience, _away.PATIENCE = _away.PATIENCE, 0.2
    try:
        return consult(environment, fix=True)
    finally:
        _away.PATIENCE = patience


@pytest.mark.parametrize("where", [".lock", "site-packages"])
def test_waits_for_the_locks(worker: Worker, env: dict[str, str], venv: Path, where: str) -> None:
    twice(venv, env, "alpha", "1.0", "2.0")
    path = venv / ".lock" if where == ".lock" else site_packages(venv)
    held = os.open(path, os.O_RDWR | os.O_CREAT if where == ".lock" else os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        told = worker.call(impatient, environment=str(venv))
        assert not any(one["fixed"] for one in told)
        assert all(one["outcome"].startswith(f"nothing was done: `{path}` can't be locked") for one in told)
        assert len(dist_infos(venv, "alpha")) == 2
    finally:
        os.close(held)
    assert all(one["fixed"] for one in mended(worker, venv))


def test_several_at_once(worker: Worker, env: dict[str, str], venv: Path) -> None:
    twice(venv, env, "alpha", "1.0", "2.0")
    install(venv, env, "lonely", "single")
    (site_packages(venv) / "lonely-1.0.dist-info" / "RECORD").unlink()
    told = mended(worker, venv)
    assert {one["name"] for one in told} == {"alpha", "lonely"}
    assert all(one["fixed"] for one in told)
    assert installed(site_packages(venv)) == {"alpha": "2.0", "lonely": "1.0", "single": "1.0"}


@pytest.mark.usefixtures("library")
def test_command(env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    def doctor(*words: str) -> tuple[int, str, str]:
        done = play(OURS, ["doctor", "--python", str(venv), *words], env, tmp_path)
        return done.returncode, done.stdout, done.stderr

    assert doctor() == (0, "", "Found no problems\n")
    assert doctor("--fix") == (0, "", "Found no problems\n")
    install(venv, env, "alpha==1.0")
    info = site_packages(venv) / "alpha-1.0.dist-info"
    (info / "METADATA").unlink()
    code, out, err = doctor()
    assert (code, err) == (1, "Found 1 problem\n")
    assert out.startswith("half-installed alpha: ")
    assert f"  at {info}\n  hint: " in out
    code, out, err = doctor("--json")
    (finding,) = json.loads(out)["findings"]
    assert (code, finding["code"], finding["fixed"], finding["outcome"]) == (1, "half-installed", False, None)
    code, out, err = doctor("--fix")
    assert (code, err) == (0, "Found 1 problem, fixed 1\n")
    assert out.endswith("  fixed: installed alpha==1.0 anew\n")
    assert doctor()[0] == 0
