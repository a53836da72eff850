"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

import pytest

from tests.support import universe
from tests.support.environments import variables
from tests.support.index import IndexServer
from tests.support.worker import ROOT, Worker


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--uv-against-uv",
        action="store_true",
        help="uv takes uvffi's part in the twin tests: shows whether the table itself holds",
    )
    parser.addoption(
        "--paranoid",
        action="store_true",
        help="every answer from memory is also computed and compared; a difference fails the test",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--paranoid"):
        os.environ["UVFFI_PARANOID"] = "1"


@pytest.fixture(scope="session")
def server() -> Iterator[IndexServer]:
    """The loopback indexes `main` and `extra`."""
    server = IndexServer()
    server.add("main", universe.main())
    server.add("extra", universe.extra())
    yield server
    server.close()


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with every file of the index `main`."""
    folder = tmp_path_factory.mktemp("wheels", numbered=False)
    for dist in universe.main():
        (folder / dist.filename).write_bytes(dist.data)
    return folder


@pytest.fixture(scope="session")
def session_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what is made once for all tests is kept: caches, a home directory."""
    return tmp_path_factory.mktemp("session", numbered=False)


@pytest.fixture
def env(session_dir: Path, server: IndexServer) -> dict[str, str]:
    """The variables of a call that looks at the index `main`."""
    return variables(session_dir, session_dir / "cache", server.simple("main"))


@pytest.fixture(scope="session")
def library() -> Path:
    """The built library; a test that needs it fails where it is missing."""
    built = [path for path in (ROOT / "uvffi").glob("libuvffi.*") if path.suffix in (".so", ".dylib")]
    if not built:
        pytest.fail("there is no library in uvffi/: run scripts/build", pytrace=False)
    return built[0]


@pytest.fixture
def worker(library: Path, env: dict[str, str], tmp_path: Path) -> Iterator[Worker]:
    """A fresh process with uvffi, in `tmp_path`. It must have printed nothing by the end."""
    with Worker(env, tmp_path) as process:
        yield process
        assert process.printed() == "", "uvffi printed on its own process's descriptors"
