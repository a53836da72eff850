"""The judge itself: whatever one side does otherwise is seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

import pytest

from tests.support.environments import site_packages
from tests.support.judge import Outcome

from .case import Case
from .play import play
from .sides import Judge, Side
from .stage import Theatre

CASE = Case("tampered", "pip install alpha==1.1", seed="alpha==1.0 lonely", after={"alpha": "1.1", "lonely": "1.0"})


class Tampering(Judge):
    """uv on the other side, with something done to its environment or to its answer."""

    def __init__(
        self, tamper: Callable[[Path], None], change: Callable[[Outcome], Outcome] = lambda same: same
    ) -> None:
        super().__init__("b")
        self.tamper = tamper
        self.change = change

    def run(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, given: bool
    ) -> tuple[Outcome, dict[str, Any] | None]:
        outcome, result = super().run(argv, env, cwd, given)
        self.tamper(cwd / CASE.id / "env-b")
        return self.change(outcome), result


def info(env: Path) -> Path:
    return next(site_packages(env).glob("alpha-*.dist-info"))


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.unlink()
    path.write_text(text.replace(old, new, 1))


def wrong_url(env: Path) -> None:
    (info(env) / "direct_url.json").write_text(json.dumps({"url": "file:///x", "archive_info": {}}))


def copied(env: Path) -> None:
    """The same file, but its own and not linked to the cache."""
    path = info(env) / "METADATA"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)


TAMPERINGS: dict[str, Callable[[Path], None]] = {
    "one byte": lambda env: edited(site_packages(env) / "alpha" / "__init__.py", "1.1", "1.2"),
    "a file too many": lambda env: (site_packages(env) / "alpha" / "more.py").touch(),
    "a file missing": lambda env: (site_packages(env) / "alpha" / "__init__.py").unlink(),
    "an empty directory": lambda env: (site_packages(env) / "left").mkdir(),
    "a mode": lambda env: (env / "bin" / "alpha").chmod(0o700),
    "a script": lambda env: edited(env / "bin" / "alpha", "import sys", "import os"),
    "a copy for a link": copied,
    "a false RECORD": lambda env: edited(info(env) / "RECORD", "sha256=", "sha256=A"),
    "another installer": lambda env: edited(info(env) / "INSTALLER", "uv", "me"),
    "no REQUESTED": lambda env: (info(env) / "REQUESTED").unlink(),
    "a direct URL": wrong_url,
    "another's file": lambda env: (site_packages(env) / "lonely" / "__init__.py").unlink(),
}

ANSWERS: dict[str, Callable[[Outcome], Outcome]] = {
    "exit code": lambda told: Outcome(1, told.stdout, told.stderr),
    "stdout": lambda told: Outcome(told.exit_code, "more", told.stderr),
    "a line less": lambda told: Outcome(told.exit_code, told.stdout, told.stderr.replace(" + alpha==1.1\n", "")),
    "another order": lambda told: Outcome(told.exit_code, told.stdout, "\n".join(reversed(told.stderr.splitlines()))),
}


def nothing(env: Path) -> None:
    pass


def test_two_judges_agree(theatre: Theatre, judge: Side) -> None:
    assert play(CASE, theatre, judge, Tampering(nothing)) == ""


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_other_files_are_seen(tampering: str, theatre: Theatre, judge: Side) -> None:
    assert play(CASE, theatre, judge, Tampering(TAMPERINGS[tampering]))


@pytest.mark.parametrize("answer", ANSWERS)
def test_other_answers_are_seen(answer: str, theatre: Theatre, judge: Side) -> None:
    assert play(CASE, theatre, judge, Tampering(nothing, ANSWERS[answer]))


def test_a_wrong_expectation_is_seen(theatre: Theatre, judge: Side) -> None:
    """Both sides doing the same is not enough: the case says what must come of it."""
    for wrong in (
        Case("tampered", CASE.argv, seed=CASE.seed, after={"alpha": "1.1"}),
        Case("tampered", CASE.argv, seed=CASE.seed, says=("something else",)),
        Case("tampered", CASE.argv, seed=CASE.seed, after=CASE.after, exit=1),
    ):
        assert play(wrong, theatre, judge, Tampering(nothing))


def test_a_case_without_expectations_is_refused() -> None:
    with pytest.raises(ValueError, match="expects nothing"):
        Case("empty", "pip install alpha")
