"""The judge itself: what must be a crash is one; and what belongs to it, replays and shortening."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest

from tests.support.worker import ROOT

from . import inside, safe, tampered
from .campaign import draw
from .case import Case, call, pip, query, write
from .ground import Ground
from .judge import wrong
from .player import Ask, Player
from .shorten import shortened
from .targets import TARGETS

pytestmark = pytest.mark.timeout(120)
ASKED = Case("request", (pip("uninstall", "evil"), {"do": "arm"}, pip("install", "lonely==2.0"), pip("check")))
WAYS: dict[Ask, str] = {
    tampered.ends: "died",
    tampered.hangs: "hung",
    tampered.prints: "printed",
    tampered.panics: "panicked",
    tampered.babbles: "malformed",
    tampered.forgets: "malformed",
    tampered.raises: "raised",
    tampered.strays: "touched",
    tampered.leaves: "stuck",
}


@pytest.mark.parametrize("ask", WAYS, ids=lambda ask: ask.__name__)
def test_a_tampered_worker(ask: Ask, library: Path) -> None:
    """Each is a crash of its kind, and the next case finds a worker that is none the worse for it."""
    with Player(ask=ask, seconds=4) as player:
        assert [crash.kind for crash in player.play(ASKED)] == [WAYS[ask]]
        assert player.play(Case("request", (query("packages"),))) == []


@pytest.mark.parametrize("asked, crashes", [('{"query": "packages"}', 0), ('{"argv": ["query"]}', 1), ("pip list", 1)])
def test_what_was_begun_has_an_answer_of_its_kind(asked: str, crashes: int) -> None:
    told: list[dict[str, object]] = [{"event": "finished", "result": {"schema": 1}}, {"error": {}}]
    events = [json.dumps(event) + "\0" for event in told]
    assert len(wrong(call("start", asked), {"number": 1, "events": events})) == crashes


@pytest.fixture(scope="module")
def ground(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    yield Ground(tmp_path_factory.mktemp("ground"))


@pytest.mark.parametrize(
    "path",
    [
        "@OUTSIDE@/pwned",
        "@SITE@/../../../../outside/pwned",
        "@SIT",
        "pwned",
        "@VENV@",
        "@SITE@/link/pwned",
        "@VENV@/..",
    ],
)
def test_no_step_writes_elsewhere(path: str, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ground.outside)
    ground.do({"do": "link", "path": "@SITE@/link", "to": "@OUTSIDE@"})
    for step in (write(path, "x"), {"do": "remove", "path": path}, {"do": "link", "path": path, "to": "x"}):
        ground.do(step)
    assert ground.touched() == []


def test_a_request_without_its_variables_is_not_asked(ground: Ground) -> None:
    assert safe.is_safe(ground, call("run", '{"argv":[],"env":{"@ENV@":"","A":"b"}}'))
    assert not safe.is_safe(ground, call("run", '{"argv":[],"env":{"A":"b"}}'))


def test_the_same_seed_the_same_cases() -> None:
    for target, cases in TARGETS.items():
        drawn: list[list[str]] = [[], []]
        for some in drawn:
            draw(cases(), 7, 5, lambda case, some=some: some.append(case.text()))  # type: ignore[misc]
        assert drawn[0] == drawn[1], target
        assert [Case.parse(text).text() for text in drawn[0]] == drawn[0]


def test_shortening() -> None:
    case = Case("request", (pip("list"), call("run", "some text with an x in it"), pip("check")))
    short = shortened(case, lambda tried: any("x in" in step.get("text", "") for step in tried.steps), 5)
    assert short.steps == (call("run", "x in"),)


def test_replay(library: Path, tmp_path: Path) -> None:
    """The script itself: a case that is none, and one that waits for a mend or was mended."""
    sound = tmp_path / "sound.json"
    sound.write_text(Case("request", (pip("list"),)).text())
    env = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    program = "import sys; from lib import tools; tools.enter = lambda script: None; sys.argv = sys.argv[1:]; "
    program += "import runpy; runpy.run_path(sys.argv[0], run_name='__main__')"
    words = [sys.executable, "-c", program, str(ROOT / "scripts" / "fuzz"), "--no-build", "--replay"]
    done = subprocess.run([*words, str(sound)], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "request: 1 case, 0 crashes\n"), done.stderr
    done = subprocess.run([*words, str(tmp_path / "none.json")], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "none.json" in done.stderr


def test_inside_asks_as_a_host_does() -> None:
    assert inside.ask([]) == []
