"""A campaign sees differences, tells those that stay from others, and goes on where it was stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.judge import Outcome
from tests.support.worker import WorkerDied

from . import campaign as module
from .campaign import Ground, campaign
from .compare import differences, said
from .job import Job, alone, jobs
from .sides import TimedOut, Uv, Uvffi
from .state import Judged, State

Answer = Mapping[str, Any]


@pytest.fixture
def ground(env: dict[str, str], tmp_path: Path, library: Path) -> Ground:
    return Ground(tmp_path / "work", env, timeout=60)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


def run(wanted: Sequence[Job], ground: Ground, state: State, lanes: int = 1) -> list[Judged]:
    told: list[Judged] = []
    ended = campaign(wanted, ground, state, lanes, told.append)
    assert {one.job for one in told} <= {one.job for one in ended}
    return ended


def tampering(monkeypatch: pytest.MonkeyPatch, tamper: Callable[[int, Sequence[str], Any], Any]) -> list[Sequence[str]]:
    """Lets uvffi's answers be changed: `tamper` is given the number of the call, its words and the answer."""
    calls: list[Sequence[str]] = []

    class Tampered(Uvffi):
        def run(self, argv: Sequence[str], timeout: float) -> dict[str, Any]:
            calls.append(argv)
            answer: dict[str, Any] = tamper(len(calls), argv, super().run(argv, timeout))
            return answer

    monkeypatch.setattr(module, "Uvffi", Tampered)
    return calls


def test_good_bad_and_together(ground: Ground, state: State) -> None:
    """Wheels, a source distribution, what is not there, and what doesn't go together."""
    wanted = jobs(["beta", "source", "kinds", "no-such-name", "left", "right"], 2)
    ended = run(wanted, ground, state, lanes=2)
    assert [one.differences for one in ended] == [()] * 9
    assert [(one.kind, one.once) for one in ended] == [("same", ())] * 9
    codes = {one.job: one.exit_codes for one in ended}
    assert codes["alone:beta"] == (0, 0, 0)
    assert codes["alone:no-such-name"] == (1, 1, 0)
    assert codes["together:left,right"][0] == 1
    routes = {one.job: one.routes for one in ended}
    assert routes["alone:beta"] == ("resident",) * 3
    assert codes["alone:source"] == (0, 0, 0)
    assert not list(ground.folder.iterdir())


def test_who_is_first_builds(ground: Ground, state: State, tmp_path: Path) -> None:
    """uv is first in the first job, uvffi in the second: it finds nothing built in the cache."""
    ground = replace(ground, env={**ground.env, "UV_CACHE_DIR": str(tmp_path / "cache")})
    _, ended = run([alone("beta"), alone("source")], ground, state)
    assert ended.kind == "same"
    assert ended.routes[0] == "resident"


def test_a_difference_that_stays(ground: Ground, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tampering(monkeypatch, lambda number, argv, answer: {**answer, "stderr": answer["stderr"] + "more\n"})
    (ended,) = run([alone("alpha")], ground, state)
    assert ended.kind == "differs"
    assert ended.differences[0].startswith("pip install alpha: stderr:")
    assert len(calls) == 2
    calls.clear()
    # It is looked at again, the next time.
    assert run([alone("alpha")], ground, state)[0].kind == "differs"
    assert len(calls) == 2


def test_a_difference_that_does_not_stay(ground: Ground, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    tampering(monkeypatch, lambda number, argv, answer: {**answer, "exit_code": 7} if number == 1 else answer)
    (ended,) = run([alone("alpha")], ground, state)
    assert ended.kind == "same"
    assert "uvffi: 7" in ended.once[0]


def test_what_is_settled_is_not_done_again(ground: Ground, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(number: int, argv: Sequence[str], answer: Any) -> Any:
        if "lonely" in argv:
            raise KeyboardInterrupt
        return answer

    wanted = [alone("alpha"), alone("lonely"), alone("beta")]
    calls = tampering(monkeypatch, stop)
    with pytest.raises(KeyboardInterrupt):
        run(wanted, ground, state)
    assert set(state.judged) == {"alone:alpha"}
    calls.clear()
    calls = tampering(monkeypatch, lambda number, argv, answer: answer)
    ended = run(wanted, ground, state)
    assert [one.kind for one in ended] == ["same"] * 3
    assert {argv[2] for argv in calls} == {"lonely", "beta"}


def test_uvffi_gone(ground: Ground, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(number: int, argv: Sequence[str], answer: Any) -> Any:
        raise WorkerDied("the worker is gone")

    tampering(monkeypatch, die)
    (ended,) = run([alone("alpha")], ground, state)
    assert ended.kind == "differs"
    assert ended.differences == ("pip install alpha: the worker is gone",)


def test_no_answer_in_time(env: dict[str, str], tmp_path: Path, server: Any, library: Path) -> None:
    """Of both: nothing to judge by, and nobody left behind to wait for."""
    venv = make_venv(tmp_path / "env", env)
    words = ["pip", "install", "alpha", "--python", str(venv), "--index-url", server.simple("main", "hang")]
    with pytest.raises(TimedOut, match="uv gave no answer in 1 s"):
        Uv(env, tmp_path).run(words, 1)
    side = Uvffi(env, tmp_path)
    with pytest.raises(TimedOut, match="uvffi gave no answer in 1 s"):
        side.run(words, 1)
    # Another worker answers the next one.
    assert side.run(["pip", "install", "alpha", "--python", str(venv)], 60)["exit_code"] == 0
    side.close()


def test_what_only_the_first_has_to_say() -> None:
    first = "Resolved 1 package in 3ms\nDownloading x (1.0MiB)\n Downloaded x\nPrepared 1 package in 2ms\n + x==1\n"
    assert said(first) == said("Resolved 1 package in 99ms\n + x==1\n")
    assert said(first) != said("Resolved 2 packages in 99ms\n + x==1\n")


def test_what_is_compared(env: dict[str, str], tmp_path: Path) -> None:
    a, b = (make_venv(tmp_path / name, env) for name in ("env-a", "env-b"))
    answer = {"exit_code": 0, "stdout": "", "stderr": " + x==1\n", "changes": []}
    judged = Outcome(0, "", " + x==1\n")
    (found,) = differences(judged, answer, a, b)
    assert found.startswith("changes:")
    answer["changes"] = [{"name": "x", "previous_version": None, "version": "1", "action": "installed"}]
    assert differences(judged, answer, a, b) == []
    (site_packages(b) / "y-2.dist-info").mkdir()
    assert [one.split(":")[0] for one in differences(judged, answer, a, b)] == [
        "installed",
        f"only uvffi has {(site_packages(b) / 'y-2.dist-info').relative_to(b)}",
    ]
