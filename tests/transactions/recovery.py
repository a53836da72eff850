"""What happens between a kill and the judgement: others come by, and somebody's next call mends what is half done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random
from typing import NamedTuple, Sequence

from tests.support.judge import Outcome, run_uv
from tests.support.worker import ROOT

from .scenario import TARGET, Scenario, Words
from .world import PATIENCE, World

BY = "by:"
"""Begins the word that says which call recovers."""
FIRST = {
    "satisfied": ("pip install anchor==1.0",),
    "absent": ("pip uninstall not-there",),
    "doctor": ("uvffi doctor --fix",),
}
"""The next call in the environment: none of these has anything to do but to recover."""


class Visit(NamedTuple):
    """Another tool's change of the scenario's subject."""

    tool: str
    words: str
    version: str | None
    """What is installed afterwards."""


VISITS = {
    "uv-old": Visit("uv", "pip install {}==1.0", "1.0"),
    "uv-new": Visit("uv", "pip install {}==2.0", "2.0"),
    "uv-again": Visit("uv", "pip install --reinstall {}==2.0 space-one==2.0", "2.0"),
    "uv-uninstall": Visit("uv", "pip uninstall {}", None),
    "pip-old": Visit("pip", "install --no-deps {}==1.0", "1.0"),
    "pip-new": Visit("pip", "install --no-deps {}==2.0", "2.0"),
    "pip-uninstall": Visit("pip", "uninstall -y {}", None),
}


def about_target(scenario: Scenario) -> bool:
    return any(isinstance(victim, str) and TARGET in victim for victim in scenario.victims)


def recovers(scenario: Scenario, how: str) -> tuple[Words, ...]:
    """The commands of the process that recovers; `again` is what was killed."""
    if how == "again":
        return scenario.victims
    if about_target(scenario):
        # From the environment, nobody looks into a target.
        return (f"pip uninstall {TARGET}not-there",)
    return FIRST[how]


def follow(rng: Random, scenario: Scenario, points: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """What follows a kill, as words of a replay: `uv-old`, `recover.step@2=kill`, `by:satisfied`.

    `points`: what a recovery passes, with the highest count.
    """
    follows = []
    dice = rng.random()
    if dice < 0.2 and scenario.subject:
        follows.append(rng.choice(sorted(VISITS)))
    elif dice < 0.45 and points:
        for _ in range(rng.choice((1, 1, 2))):
            point, most = rng.choice(points)
            follows.append(f"{point}@{rng.randint(1, most)}=kill")
    hows = ["satisfied"] * 5 + ["absent"] * 2 + ["doctor"] * 2
    if scenario.judged and not (follows and follows[0] in VISITS):
        hows += ["again"] * 2
    return (*follows, BY + rng.choice(hows))


def visit(world: World, scenario: Scenario, name: str) -> Outcome:
    """Lets uv or pip in."""
    one = VISITS[name]
    words = one.words.format(scenario.subject).split()
    if one.tool == "uv":
        return run_uv([*words[:2], "--python", str(world.prefix), *words[2:]], world.quiet, world.cwd)
    return run_pip(words, world)


def run_pip(words: Sequence[str], world: World) -> Outcome:
    """pip of this interpreter, for the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", *pip_words(words, world.prefix)],
        env={**world.quiet, **pip_variables(world)},
        cwd=world.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        check=False,
    )
    return Outcome.of(done.returncode, done.stdout, done.stderr)


def mend(world: World) -> None:
    """`uvffi doctor --fix` as a user runs it: the packages are mended by the Python side."""
    subprocess.run(
        [sys.executable, "-B", "-m", "uvffi", "doctor", "--fix", "--python", str(world.prefix)],
        env={**world.env, "PYTHONPATH": str(ROOT)},
        cwd=world.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )


def pip_words(words: Sequence[str], prefix: Path) -> list[str]:
    return ["--disable-pip-version-check", "--no-input", "--python", str(prefix), *words]


def pip_variables(world: World) -> dict[str, str]:
    return {
        "PIP_INDEX_URL": world.quiet["UV_INDEX_URL"],
        "PIP_CONFIG_FILE": "/dev/null",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
