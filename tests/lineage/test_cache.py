"""uv's cache: nothing is fetched or built twice, nothing half-done stays, and nobody gets what isn't theirs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support import interpreters
from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.sdists import write_tree
from tests.support.snapshot import installed
from tests.support.worker import Worker
from tests.twin.sides import run_here

from .conftest import Run, told


def fetched(server: IndexServer, name: str, since: int) -> list[str]:
    """The files with this in their name that were fetched since so many requests, metadata apart."""
    asked = [path for method, path in server.requests[since:] if method == "GET" and "/files/" in path]
    return [path for path in asked if name in path and not path.endswith(".metadata")]


def test_no_leftovers_of_a_failure(run: Run, tmp_path: Path) -> None:
    """Nothing zipped and nothing temporary, of what was whole and of what was broken."""
    cache = tmp_path / "cache"
    run("install needs-broken --cache-dir", str(cache), exit=1)
    left = [path for path in cache.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [path for path in left if path.suffix in (".whl", ".zip", ".gz")] == []
    assert list(cache.glob(".tmp*")) == []


def test_fetched_once(run: Run, env: dict[str, str], server: IndexServer, tmp_path: Path) -> None:
    """However many want it, in whatever environments."""
    cache, since = str(tmp_path / "cache"), len(server.requests)
    run("install big --cache-dir", cache)
    run("uninstall big")
    run("install big --cache-dir", cache)
    run("install big --cache-dir", cache, python=make_venv(tmp_path / "other", env))
    assert len(fetched(server, "big-1.0", since)) == 1


def test_fetched_once_by_two_processes(run: Run, env: dict[str, str], server: IndexServer, tmp_path: Path) -> None:
    """One after the other. (Of two at the same time, uv's cache lets each fetch what neither has yet.)"""
    cache, since = str(tmp_path / "cache"), len(server.requests)
    run("install big --cache-dir", cache)
    words = ["pip", "install", "big", "--cache-dir", cache, "--python", str(make_venv(tmp_path / "other", env))]
    with Worker(env, tmp_path) as another:
        assert another.call(run_here, argv=words)["exit_code"] == 0
    assert len(fetched(server, "big-1.0", since)) == 1


def test_cache_clean_from_a_warm_process(
    run: Run, env: dict[str, str], worker: Worker, server: IndexServer, tmp_path: Path
) -> None:
    """What is cleaned is fetched again, and is right."""
    cache, since = str(tmp_path / "cache"), len(server.requests)
    run("install big lonely --cache-dir", cache)
    answer = worker.call(run_here, argv=["cache", "clean", "big", "--cache-dir", cache])
    assert answer["exit_code"] == 0, answer["stderr"]
    # Elsewhere: where it is installed, or was, its tree is kept.
    other = make_venv(tmp_path / "other", env)
    answer = run("install big lonely --cache-dir", cache, python=other)
    assert told(answer) == [("big", None, "1.0"), ("lonely", None, "1.0")]
    assert (site_packages(other) / "big.bin").stat().st_size == 3_000_000
    assert len(fetched(server, "big-1.0", since)) == 2
    assert len(fetched(server, "lonely-1.0", since)) == 1


def test_built_once(run: Run, env: dict[str, str], tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    first = run("install source==1.0 --cache-dir", cache)
    assert "Built source==1.0" in first["stderr"] or "Building source==1.0" in first["stderr"]
    second = run("install source==1.0 --cache-dir", cache, python=make_venv(tmp_path / "other", env))
    assert "Buil" not in second["stderr"]
    assert second["route"] == "resident"


@pytest.mark.parametrize("file", ["pyproject.toml", "setup.py"])
def test_a_tree_is_built_again_when_it_changes(run: Run, tmp_path: Path, file: str) -> None:
    tree = write_tree(tmp_path / "tree", "mine", "1.0")
    (tree / "setup.py").write_text("# not used by the backend\n")
    assert told(run("install", str(tree))) == [("mine", None, "1.0")]
    # Of another length: Python knows its backend again by size and second.
    write_tree(tmp_path / "tree", "mine", "1.10")
    for path in ("pyproject.toml", "setup.py"):
        os.utime(tree / path, (1, 1) if path != file else None)
    assert told(run("install", str(tree))) == [("mine", "1.0", "1.10")]


def test_an_archive_is_read_again_when_its_time_changes(run: Run, wheels: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "alpha-1.0-py3-none-any.whl"
    wheel.write_bytes((wheels / wheel.name).read_bytes())
    run("install", str(wheel))
    assert told(run("install", str(wheel))) == []
    os.utime(wheel, (1, 1))
    assert told(run("install", str(wheel))) == [("alpha", "1.0", "1.0")]


def test_no_wheel_of_another_python(run: Run, env: dict[str, str], tmp_path: Path) -> None:
    """One cache for all: each Python gets the file that is made for it."""
    others = [version for version in ("3.12", "3.13") if version in interpreters.interpreters()]
    if "3.11" not in interpreters.interpreters() or not others:
        pytest.skip("needs CPython 3.11 and another")
    cache = str(tmp_path / "cache")
    tags = {}
    for version in ("3.11", others[0]):
        venv = make_venv(tmp_path / version, env, version)
        run("install tagged --cache-dir", cache, python=venv)
        tags[version] = (site_packages(venv) / "tagged-1.0.dist-info" / "WHEEL").read_text()
    assert "Tag: cp311" in tags["3.11"]
    assert "Tag: py3-none-any" in tags[others[0]]


def test_a_relative_cache(run: Run, tmp_path: Path, venv: Path) -> None:
    run("install alpha==1.0 --cache-dir cache-here")
    assert list((tmp_path / "cache-here").glob("wheels-v*"))
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def test_git_sources_by_commit(run: Run, env: dict[str, str], tmp_path: Path) -> None:
    """What was fetched of a commit isn't fetched again, though the repository be gone."""
    repository = write_tree(tmp_path / "repository", "mine", "1.0")
    identity = ["-c", "user.name=Tests", "-c", "user.email=tests@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "First"]):
        subprocess.run(["git", *words], cwd=repository, env=env, check=True, capture_output=True)
    told_commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, env=env, check=True, capture_output=True)
    requirement = f"mine @ git+file://{repository}@{told_commit.stdout.decode().strip()}"
    cache = str(tmp_path / "cache")
    assert told(run("install", requirement, "--cache-dir", cache)) == [("mine", None, "1.0")]
    repository.rename(tmp_path / "elsewhere")
    other = make_venv(tmp_path / "other", env)
    assert told(run("install", requirement, "--cache-dir", cache, python=other)) == [("mine", None, "1.0")]


def test_nothing_temporary_stays(run: Run, env: dict[str, str], tmp_path: Path, venv: Path) -> None:
    """In the system's directory, in the cache, and in the environment."""
    temporary, cache = Path(env["TMPDIR"]), tmp_path / "cache"
    before = set(temporary.iterdir())
    run("install source==2.0 kinds==1.0 --cache-dir", str(cache))
    run("install never-builds --cache-dir", str(cache), exit=1)
    run("uninstall kinds")
    assert set(temporary.iterdir()) == before
    assert list(cache.glob("**/.tmp*")) == []
    assert not list((venv / ".uvffi").glob("stage/*"))


def test_what_uv_left_in_the_cache(run: Run, env: dict[str, str], server: IndexServer, tmp_path: Path) -> None:
    """One cache for uv and uvffi."""
    cache = str(tmp_path / "cache")
    other = make_venv(tmp_path / "other", env)
    must_uv(["pip", "install", "-q", "big", "--cache-dir", cache, "--python", str(other)], env, tmp_path)
    since = len(server.requests)
    run("install big --cache-dir", cache)
    assert fetched(server, "big-1.0", since) == []
