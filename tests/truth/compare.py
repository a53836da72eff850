"""Where the warm process's answer and a cold uv's differ. Each difference is a false answer, but for `known`."""

from __future__ import annotations

import json
import re
from typing import Any, Iterable, Mapping

from tests.support.data import wrong_data
from tests.support.judge import Outcome
from tests.support.normalise import normal_stderr, normal_text

from .question import Question

LINE = re.compile(r"^ ([+~-]) (\S+?)(?:==(\S+)| @ .*)", re.MULTILINE)
NOTHING = "Would make no changes"
UNTOLD = ""
"""The version of what a dry run would take from a URL: uv names the URL only."""


def differences(question: Question, warm: Mapping[str, Any], cold: Outcome) -> list[str]:
    """What is otherwise than uv has it; empty if nothing is."""
    if question.lists:
        return _listed(warm, cold)
    if question.real:
        return _done(warm, cold)
    found = []
    mine = (warm["exit_code"], normal_text(warm["stdout"]), normal_stderr(warm["stderr"]))
    theirs = (cold.exit_code, normal_text(cold.stdout), normal_stderr(cold.stderr))
    for what, my, their in zip(("exit code", "stdout", "stderr"), mine, theirs):
        if my != their:
            found.append(f"{what}: uv {their!r}, uvffi {my!r}")
    if question.reads:
        return found + wrong_data(question.words, warm, Outcome(warm["exit_code"], warm["stdout"], warm["stderr"]))
    return found + changes(warm, cold)


def changes(warm: Mapping[str, Any], cold: Outcome) -> list[str]:
    """What leaves and what comes, by the data and by uv's lines."""
    if warm["route"] == "child":
        # It is uv itself, whose lines stand in the text; the list is read from them.
        return []
    theirs = told(cold.stderr)
    untold = {name for name, version in theirs[1] if version == UNTOLD}
    out, into = moves(warm["changes"])
    mine = out, {(name, UNTOLD if name in untold else version) for name, version in into}
    if mine == theirs:
        return []
    return [f"changes: uv takes {_spell(theirs[0])} and puts {_spell(theirs[1])}, "
            f"uvffi takes {_spell(mine[0])} and puts {_spell(mine[1])}"]  # fmt: skip


def moves(listed: Iterable[Mapping[str, Any]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Name and version of all that leaves, and of all that comes, in an answer's `changes`."""
    out = {(c["name"], c["previous_version"]) for c in listed if c["previous_version"] is not None}
    into = {(c["name"], c["version"] or UNTOLD) for c in listed if c["action"] != "uninstalled"}
    return out, into


def told(stderr: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The same from uv's own lines."""
    lines = LINE.findall(normal_text(stderr))
    out = {(name, version) for sign, name, version in lines if sign in "-~"}
    into = {(name, version) for sign, name, version in lines if sign in "+~"}
    return out, into


def packages(cold: Outcome) -> list[tuple[str, str, str | None]]:
    """Name, version and place (of an editable one) of all that `uv pip list` shows."""
    return sorted(
        ((one["name"], one["version"], one.get("editable_project_location")) for one in json.loads(cold.stdout)),
        key=str,
    )


def looked(warm: Mapping[str, Any], *, whole: bool = False) -> list[tuple[str, str, str | None]]:
    """The same from the query; with `whole` only what isn't broken."""
    seen = [one for one in warm["packages"] if not (whole and one.get("broken"))]
    return sorted(((one["name"], one["version"], one["editable_location"]) for one in seen), key=str)


def _listed(warm: Mapping[str, Any], cold: Outcome) -> list[str]:
    if cold.exit_code != 0 or warm.get("error"):
        both = cold.exit_code != 0 and bool(warm.get("error"))
        return [] if both else [f"uv: {cold.exit_code} {cold.stderr!r}, uvffi: {warm}"]
    mine, theirs = looked(warm), packages(cold)
    return [] if mine == theirs else [f"packages: uv has {theirs}, uvffi {mine}"]


def _done(warm: Mapping[str, Any], cold: Outcome) -> list[str]:
    """A real command against uv's dry run from before it."""
    found = changes(warm, cold)
    if (warm["exit_code"] == 0) != (cold.exit_code == 0):
        found.append(f"exit code: uv's dry run {cold.exit_code}, uvffi {warm['exit_code']}")
    # Where uv resolves, its dry run says "Checked" and the command itself does not.
    if cold.exit_code != 0 or ("Checked " in cold.stderr and "Resolved " not in cold.stderr):
        mine = normal_stderr(warm["stderr"])
        theirs = "\n".join(line for line in normal_stderr(cold.stderr).splitlines() if line != NOTHING)
        if mine != theirs:
            found.append(f"stderr: uv {theirs!r}, uvffi {mine!r}")
    return found


def _spell(moved: set[tuple[str, str]]) -> str:
    return ", ".join(f"{name}=={version}" for name, version in sorted(moved)) or "nothing"
