"""How long what an index said may be relied on: as long as it said, and never when uv itself would ask again."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.support.index import IndexServer
from tests.support.judge import must_uv
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)

COMPUTED = False
REMEMBERED = True


def answer(words: list[str]) -> list[Any]:
    """In the worker: an answer, and whether it came from memory."""
    import uvffi

    def given() -> int:
        answers = uvffi.status()["answers"]
        return int(answers["remembered"] + answers["proved"])

    before = given()
    data = uvffi.run(words).answer
    return [data, given() > before]


class Asker:
    """Asks the same of one process again and again, and counts the pages that the server is asked for."""

    def __init__(self, worker: Worker, server: IndexServer, words: list[str]) -> None:
        self.worker, self.server, self.words = worker, server, words

    def __call__(self, *further: str) -> tuple[bool, int]:
        """Whether the answer came from memory, and how many pages were asked for."""
        before = len(self.server.requests)
        self.data, remembered = self.worker.call(answer, words=[*self.words, *further])
        assert self.data["exit_code"] == 0, self.data["stderr"]
        assert self.data["route"] == "resident"
        return remembered, sum("/simple/" in path for _, path in self.server.requests[before:])


class Place:
    """An empty environment, and a cache of uv's own; for dry runs that want alpha."""

    def __init__(self, env: dict[str, str], server: IndexServer, venv: Path, cwd: Path) -> None:
        self.env = {**env, "UV_CACHE_DIR": str(cwd / "uv-cache")}
        self.server, self.venv, self.cwd = server, venv, cwd

    def words(self, *modes: str) -> list[str]:
        return ["--index-url", self.server.simple("main", *modes), "alpha"]

    @contextmanager
    def asker(self, words: list[str], freshness: str | None = None, *, pages: bool = False) -> Iterator[Asker]:
        """A new process; `freshness` is its UVFFI_INDEX_FRESHNESS. uv's cache has the wheels that it wants, without
        which an answer rests on more than the index, but no page of an index unless `pages`.
        """
        command = ["pip", "install", "--python", str(self.venv)]
        elsewhere = self.cwd / "elsewhere"
        must_uv([*command, "--target", str(elsewhere), *words], self.env, self.cwd)
        shutil.rmtree(elsewhere)
        if not pages:
            for bucket in (self.cwd / "uv-cache").glob("simple-v*"):
                shutil.rmtree(bucket)
        env = self.env if freshness is None else {**self.env, "UVFFI_INDEX_FRESHNESS": freshness}
        with Worker(env, self.cwd) as worker:
            yield Asker(worker, self.server, [*command, "--dry-run", *words])
            assert worker.printed() == ""


@pytest.fixture
def place(library: Path, env: dict[str, str], server: IndexServer, venv: Path, tmp_path: Path) -> Place:
    return Place(env, server, venv, tmp_path)


def test_as_long_as_the_index_said(place: Place) -> None:
    with place.asker(place.words("max-age-3")) as ask:
        assert ask() == (COMPUTED, 1)
        first = ask.data
        assert ask() == (REMEMBERED, 0)
        # In paranoid mode it is the one computed anew that is given, and only its time differs.
        assert ask.data == first or "UVFFI_PARANOID" in place.env
        time.sleep(3.1)
        assert ask() == (COMPUTED, 1)
        assert ask() == (REMEMBERED, 0)
    with place.asker(place.words("max-age-603", "age-600")) as ask:
        assert ask() == (COMPUTED, 1)
        assert ask() == (REMEMBERED, 0)
        time.sleep(3.1)
        assert ask() == (COMPUTED, 1)


@pytest.mark.parametrize(
    "modes", [("pages-no-store",), ("no-cache",), ("max-age-0",), ("max-age-600", "age-600")], ids="+".join
)
def test_what_the_index_forbids(place: Place, modes: tuple[str, ...]) -> None:
    with place.asker(place.words(*modes)) as ask:
        for _ in range(3):
            assert ask() == (COMPUTED, 1)


def test_from_uvs_cache(place: Place) -> None:
    """Nobody in the process heard how long it holds: as the variable says, counted from the call; by default 60 s."""
    with place.asker(place.words(), pages=True) as ask:
        assert ask() == (COMPUTED, 0)
        assert ask() == (REMEMBERED, 0)
    with place.asker(place.words(), freshness="2", pages=True) as ask:
        assert ask() == (COMPUTED, 0)
        assert ask() == (REMEMBERED, 0)
        time.sleep(2.1)
        assert ask() == (COMPUTED, 0)
    with place.asker(place.words(), freshness="0", pages=True) as ask:
        for _ in range(3):
            assert ask() == (COMPUTED, 0)


def test_heard_and_the_variable(place: Place) -> None:
    """The variable is for what was not heard, in this call or an earlier one, and for nothing else."""
    with place.asker(place.words(), freshness="0") as ask:
        assert ask() == (COMPUTED, 1)
        assert ask() == (REMEMBERED, 0)
        assert ask("--no-deps") == (COMPUTED, 0)
        assert ask("--no-deps") == (REMEMBERED, 0)


def test_all_that_was_read_counts(place: Place) -> None:
    """Of two pages one was heard, and the other is on uv's disk since before."""
    words = [*place.words(), "lonely"]
    with place.asker(words, freshness="0") as ask:
        assert ask() == (COMPUTED, 2)
        assert ask() == (REMEMBERED, 0)
    with place.asker(words, freshness="0", pages=True) as ask:
        for page in (place.cwd / "uv-cache").glob("simple-v*/**/lonely.rkyv"):
            page.unlink()
        assert ask() == (COMPUTED, 1)
        assert ask() == (COMPUTED, 0)


def test_another_value_is_another_question(place: Place) -> None:
    with place.asker(place.words(), freshness="60", pages=True) as ask:
        assert ask() == (COMPUTED, 0)
        assert ask() == (REMEMBERED, 0)
        ask.worker.call(calls.set_variable, name="UVFFI_INDEX_FRESHNESS", value="0")
        assert ask() == (COMPUTED, 0)
        assert ask() == (COMPUTED, 0)


def malformed(words: list[str]) -> list[Any]:
    """In the worker: the error of a call with a variable that can't be read."""
    import uvffi

    try:
        uvffi.run(words).check()
    except uvffi.UvffiError as error:
        return [type(error).__name__, error.code, str(error)]
    return []


@pytest.mark.parametrize("value", ["soon", "-1", "1.5", "1 minute"])
def test_a_malformed_variable_is_an_error(place: Place, value: str) -> None:
    with place.asker(place.words(), freshness=value) as ask:
        kind, code, text = ask.worker.call(malformed, words=ask.words)
    assert (kind, code) == ("RequestError", "bad-request")
    assert "UVFFI_INDEX_FRESHNESS" in text
    assert f"`{value}`" in text


@pytest.mark.parametrize(
    "words",
    [
        ["--refresh"],
        ["--refresh-package", "alpha"],
        ["--upgrade"],
        ["--upgrade-package", "alpha"],
        ["--reinstall"],
        ["--no-cache"],
        ["--offline"],
        ["--exclude-newer", "1 week"],
        ["--exclude-newer-package", "alpha=1 week"],
        ["--find-links", "."],
        ["alpha @ {base}/main/files/alpha-2.0-py3-none-any.whl"],
    ],
    ids=" ".join,
)
def test_where_uv_would_look_again(place: Place, words: list[str]) -> None:
    with place.asker(place.words()) as ask:
        assert ask() == (COMPUTED, 1)
        assert ask() == (REMEMBERED, 0)
        for _ in range(3):
            assert ask(*(word.format(base=place.server.base) for word in words))[0] == COMPUTED


@pytest.mark.parametrize("words", [["--refresh-package", "beta"], ["--exclude-newer", "2024-01-01"]], ids=" ".join)
def test_where_uv_would_not(place: Place, words: list[str]) -> None:
    with place.asker([*place.words(), *words]) as ask:
        assert ask() == (COMPUTED, 1)
        assert ask() == (REMEMBERED, 0)


def test_directory_as_an_index(place: Place, wheels: Path) -> None:
    (place.cwd / "simple" / "alpha").mkdir(parents=True)
    links = "".join(f'<a href="{path.as_uri()}">{path.name}</a>' for path in wheels.glob("alpha-*.whl"))
    (place.cwd / "simple" / "alpha" / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
    with place.asker(["--index-url", (place.cwd / "simple").as_uri(), "alpha"]) as ask:
        for _ in range(3):
            assert ask() == (COMPUTED, 0)


def test_several_indexes(place: Place) -> None:
    """The first that has the name decides; one that has it not may have it the next moment: uv asks it each time."""
    main, extra = place.server.simple("main"), place.server.simple("extra")
    indexes = ["--index-url", main, "--extra-index-url", extra]
    with place.asker([*indexes, "alpha"]) as ask:
        assert ask() == (COMPUTED, 1)
        assert ask() == (REMEMBERED, 0)
    with place.asker([*indexes, "lonely"]) as ask:
        assert ask() == (COMPUTED, 2)
        for _ in range(2):
            assert ask() == (COMPUTED, 1)


@pytest.mark.parametrize(
    ("mode", "first", "second"),
    [("max-age-600", (COMPUTED, 2), (REMEMBERED, 0)), ("pages-no-store", (COMPUTED, 2), (COMPUTED, 1))],
)
def test_the_best_of_several_indexes(
    place: Place, mode: str, first: tuple[bool, int], second: tuple[bool, int]
) -> None:
    """With this strategy uv reads them all; the version that it takes is of the index that says nothing special."""
    indexes = ["--index-url", place.server.simple("main", mode), "--extra-index-url", place.server.simple("extra")]
    with place.asker([*indexes, "--index-strategy", "unsafe-best-match", "alpha"]) as ask:
        assert ask() == first
        assert ask() == second


def test_redirects(place: Place) -> None:
    with place.asker(place.words("redirect")) as ask:
        assert ask() == (COMPUTED, 2)
        assert ask() == (REMEMBERED, 0)


@pytest.mark.parametrize(
    ("modes", "terms", "second"),
    [
        (("pages-no-store",), "max-age=600", (REMEMBERED, 0)),
        ((), "no-store", (COMPUTED, 1)),
        ((), "no-cache", (COMPUTED, 1)),
        (("pages-no-store", "age-600"), "max-age=600", (COMPUTED, 1)),
    ],
)
def test_a_users_terms_for_an_index(place: Place, modes: tuple[str, ...], terms: str, second: tuple[bool, int]) -> None:
    index = f'url = "{place.server.simple("main", *modes)}"\ndefault = true\ncache-control = {{ api = "{terms}" }}\n'
    (place.cwd / "terms.toml").write_text(f"[[index]]\n{index}")
    del place.env["UV_INDEX_URL"]
    with place.asker(["--config-file", "terms.toml", "alpha"]) as ask:
        assert ask() == (COMPUTED, 1)
        assert ask() == second


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@pytest.mark.parametrize("installed", [False, True], ids=["to install", "satisfied"])
def test_requirements_from_the_network(place: Place, installed: bool) -> None:
    """uv fetches them each time, whatever their server says: so is the answer, though nothing has to be installed."""
    folder = place.cwd / "served"
    folder.mkdir()
    if installed:
        must_uv(["pip", "install", "--python", str(place.venv), "alpha==1.0"], place.env, place.cwd)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as files:
        thread = threading.Thread(target=files.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        (folder / "wanted.txt").write_text("alpha==1.0\n")
        with place.asker(["-r", f"http://127.0.0.1:{files.server_port}/wanted.txt"]) as ask:
            for version in ("1.0", "1.0", "2.0"):
                (folder / "wanted.txt").write_text(f"alpha=={version}\n")
                assert ask()[0] == COMPUTED
                assert (f" + alpha=={version}\n" in ask.data["stderr"]) == (not installed or version == "2.0")
        files.shutdown()
        thread.join(5)
