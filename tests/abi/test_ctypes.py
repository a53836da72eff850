"""The C ABI through ctypes alone: the handshake, whole calls, and every request that must be refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.judge import wanted_version
from tests.support.snapshot import installed
from tests.support.worker import ROOT, Worker

from . import ctypes_user
from .refused import REFUSED, Refused

pytestmark = pytest.mark.timeout(60)
SCHEMA: dict[str, Any] = json.loads((ROOT / "uvffi" / "schema" / "result.schema.json").read_text())


def look(root: Path) -> dict[str, tuple[int, int, int]]:
    """Every path under a directory with its inode, size and time of change."""
    found = {}
    for folder, directories, files in os.walk(root):
        for name in [*directories, *files]:
            about = os.lstat(os.path.join(folder, name))
            found[os.path.join(folder, name)] = (about.st_ino, about.st_size, about.st_mtime_ns)
    return found


@pytest.fixture
def environment(env: dict[str, str], tmp_path: Path) -> Path:
    """An environment that a command in the worker's directory finds, and a cache that isn't there yet."""
    path = make_venv(tmp_path / ".venv", env)
    env["UV_CACHE_DIR"] = str(tmp_path / "cache")
    return path


def test_handshake(worker: Worker, library: Path) -> None:
    told = worker.call(ctypes_user.about, library=str(library))
    assert told["abi"] == 1
    assert told["version"].startswith("uvffi ")
    assert told["version"].endswith(f" (uv {wanted_version()})")
    assert told["again"] == told["version"]
    assert told["stays"]


@pytest.mark.parametrize("case", REFUSED, ids=[case.id for case in REFUSED])
def test_refused(case: Refused, environment: Path, worker: Worker, library: Path, tmp_path: Path) -> None:
    """An error result with the header's code, and nothing is changed on disk."""
    before = look(tmp_path)
    told = worker.call(
        ctypes_user.ask, library=str(library), entry=case.entry, request=case.request, length=case.length
    )
    assert told["status"] == -1, told
    answer = told["answer"]
    assert answer["error"]["code"] == case.code
    assert answer["exit_code"] == 2
    assert answer["error"]["message"]
    jsonschema.validate(answer, SCHEMA)
    assert look(tmp_path) == before
    assert not worker.call(ctypes_user.has_cffi)


@pytest.mark.parametrize("entry", ["uvffi_run", "uvffi_query"])
def test_nowhere_to_answer(entry: str, environment: Path, worker: Worker, library: Path, tmp_path: Path) -> None:
    before = look(tmp_path)
    request = '{"argv": ["pip", "install", "alpha"]}'
    told = worker.call(ctypes_user.ask_without_out, library=str(library), entry=entry, request=request)
    assert told == -2
    assert look(tmp_path) == before


def test_free_nothing(worker: Worker, library: Path) -> None:
    assert worker.call(ctypes_user.free_nothing, library=str(library))


def test_the_length_counts(worker: Worker, library: Path) -> None:
    """And not the NUL that ctypes puts behind the bytes."""
    request = "--version and what is behind the length"
    told = worker.call(ctypes_user.ask, library=str(library), entry="uvffi_run", request=request, length=9)
    assert (told["status"], told["answer"]["exit_code"]) == (0, 0), told


def test_whole_calls(environment: Path, worker: Worker, library: Path) -> None:
    """Text and JSON, resident and Child, a failure of uv's, and the queries."""

    def ask(entry: str, request: str) -> dict[str, Any]:
        told = worker.call(ctypes_user.ask, library=str(library), entry=entry, request=request)
        assert told["status"] == 0, told
        answer: dict[str, Any] = told["answer"]
        return answer

    def run(request: str) -> dict[str, Any]:
        answer = ask("uvffi_run", request)
        jsonschema.validate(answer, SCHEMA)
        return answer

    answer = run("  uv pip install 'alpha==1.0' lonely  # a comment")
    assert (answer["exit_code"], answer["route"]) == (0, "resident"), answer
    assert answer["installed"] == [{"name": "alpha", "version": "1.0"}, {"name": "lonely", "version": "1.0"}]
    assert installed(site_packages(environment)) == {"alpha": "1.0", "lonely": "1.0"}

    answer = run(json.dumps({"argv": ["pip", "uninstall", "-r", "-"], "stdin": "lonely\n"}))
    assert answer["exit_code"] == 0, answer
    assert answer["removed"] == [{"name": "lonely", "version": "1.0"}]

    answer = run("--version")
    assert (answer["exit_code"], answer["route"]) == (0, "child")
    assert answer["stdout"].startswith(f"uv {wanted_version()}")

    answer = run("pip install no-such-thing")
    assert (answer["exit_code"], answer["error"]["code"]) == (1, "no-solution")

    answer = ask("uvffi_query", '{"query": "packages", "environment": null}')
    assert [(package["name"], package["version"]) for package in answer["packages"]] == [("alpha", "1.0")]
    assert answer["schema"] == 1
    assert Path(answer["environment"]["prefix"]) == environment

    answer = ask("uvffi_query", json.dumps({"query": "plan", "argv": ["pip", "install", "alpha==2.0"]}))
    assert [(change["previous_version"], change["version"]) for change in answer["changes"]] == [("1.0", "2.0")]
    assert answer["dry_run"]
    assert installed(site_packages(environment)) == {"alpha": "1.0"}

    answer = ask("uvffi_query", json.dumps({"query": "settings", "argv": ["pip", "install", "alpha"]}))
    assert "alpha" in answer["settings"]
    assert ask("uvffi_query", '{"query": "status"}')["answers"]["resident"] >= 2
    assert not worker.call(ctypes_user.has_cffi)


def test_loaded_by_a_relative_path(worker: Worker, library: Path, tmp_path: Path) -> None:
    told = worker.call(ctypes_user.ask_after_moving, library=str(library), there=str(tmp_path), request="--version")
    assert (told["status"], told["answer"]["exit_code"]) == (0, 0), told
    assert told["answer"]["stdout"].startswith(f"uv {wanted_version()}")


def test_shutdown(environment: Path, worker: Worker, library: Path) -> None:
    """Before the first call, after one, twice; the next call starts the engine anew."""
    for command, expected in (("pip install alpha==1.0", "1.0"), ("pip install alpha==2.0", "2.0")):
        assert worker.call(ctypes_user.shutdown, library=str(library), milliseconds=2000) == 0
        told = worker.call(ctypes_user.ask, library=str(library), entry="uvffi_run", request=command)
        assert (told["status"], told["answer"]["route"]) == (0, "resident")
        assert installed(site_packages(environment)) == {"alpha": expected}
    for _ in range(2):
        assert worker.call(ctypes_user.shutdown, library=str(library), milliseconds=2000) == 0


def test_shutdown_does_not_break_a_call(environment: Path, worker: Worker, library: Path, server: IndexServer) -> None:
    command = f"pip install chain-5 --index-url {server.simple('main', 'slow')}"
    told = worker.call(ctypes_user.shutdown_during, library=str(library), command=command)
    assert told["early"] == 1, "a call was still running"
    assert told["late"] == 0
    assert told["status"] == 0
    assert told["answer"]["exit_code"] == 0, told
    assert installed(site_packages(environment)) == {"chain-5": "1.0", "chain-6": "1.0"}
