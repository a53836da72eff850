"""How the two answers are compared, and what is asked of each on its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Iterator, Mapping

from tests.support.judge import Outcome
from tests.support.normalise import normal_stderr, normal_text
from tests.support.snapshot import installed, snapshot

from .stage import Stage

CHANGE = re.compile(r"^ ([+~-]) (\S+?)==(\S+)", re.MULTILINE)
UNBUILT = re.compile(r"^ \+ (\S+) @ ", re.MULTILINE)
"""What is not built yet has no version."""


@dataclass(frozen=True)
class Picture:
    """All of one side that must agree with the other."""

    exit_code: int
    stdout: str
    stderr: str
    dists: Mapping[str, Mapping[str, str]]
    files: Mapping[str, Mapping[str, str]]


def picture(stage: Stage, outcome: Outcome) -> Picture:
    roots = stage.roots()
    return Picture(
        outcome.exit_code,
        normal_text(outcome.stdout),
        normal_stderr(outcome.stderr),
        {name: installed(root) for name, root in roots.items()},
        {name: snapshot(root, normal_text, bytecode=stage.case.bytecode) for name, root in roots.items()},
    )


def differences(judge: Picture, other: Picture) -> list[str]:
    """What the judge has otherwise; empty if the two agree."""
    found = []
    for what in ("exit_code", "stdout", "stderr", "dists"):
        mine, theirs = getattr(judge, what), getattr(other, what)
        if mine != theirs:
            found.append(f"{what}:\n  uv:    {mine!r}\n  uvffi: {theirs!r}")
    for place in judge.files:
        mine, theirs = judge.files[place], other.files[place]
        for path in sorted(set(mine) | set(theirs)):
            if mine.get(path) != theirs.get(path):
                found.append(f"{place}/{path}:\n  uv:    {mine.get(path)!r}\n  uvffi: {theirs.get(path)!r}")
    return found


def unexpected(stage: Stage, seen: Picture) -> list[str]:
    """Where one side's answer isn't what the case says it must be."""
    case = stage.case
    found = []
    if seen.exit_code != case.exit:
        found.append(f"exit code {seen.exit_code}, expected {case.exit}; stderr:\n{seen.stderr}")
    text = seen.stdout + "\n" + seen.stderr
    for said in case.says:
        expected = normal_text(stage.fill(said))
        if expected not in text:
            found.append(f"not said: {expected!r}; said:\n{text}")
    dists = seen.dists[case.places[-1]]
    if case.after is not None and dict(dists) != dict(case.after):
        found.append(f"there afterwards: {dict(dists)}, expected {dict(case.after)}; stderr:\n{seen.stderr}")
    return found


def told_changes(stderr: str) -> list[tuple[str, str | None, str | None, str]]:
    """(name, previous version, version, action) of each change that uv's own lines name."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    again: dict[str, str] = {}
    for sign, name, version in CHANGE.findall(stderr):
        {"-": before, "+": after, "~": again}[sign][name] = version
    changes: list[tuple[str, str | None, str | None, str]] = [(n, v, v, "reinstalled") for n, v in again.items()]
    changes += [(name, None, None, "installed") for name in UNBUILT.findall(stderr)]
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        changes.append((name, old, new, _action(old, new)))
    return sorted(changes)


def wrong_result(stage: Stage, result: Mapping[str, Any], judge: Picture) -> list[str]:
    """Where uvffi's result disagrees with the route that the case names, or with what uv said that it changed."""
    found = []
    if result["route"] != stage.case.route:
        found.append(f"route {result['route']!r} ({result['reason']}), expected {stage.case.route!r}")
    if "\x1b" in "".join(_texts(result)):
        found.append(f"escape sequences: {[text for text in _texts(result) if chr(27) in text]}")
    words = stage.case.argv.split()
    if result["dry_run"] != ("--dry-run" in words):
        found.append(f"dry_run is {result['dry_run']}")
    if (result["exit_code"] == 0) == (result["error"] is not None):
        found.append(f"exit code {result['exit_code']} with error {result['error']!r}")
    if not _told_in_full(words):
        return found
    told = told_changes(judge.stderr)
    given = sorted((c["name"], c["previous_version"], c["version"], c["action"]) for c in result["changes"])
    if told != given:
        found.append(f"changes:\n  uv:    {told}\n  uvffi: {given}")
    if result["dry_run"]:
        if result["installed"] or result["removed"]:
            found.append(f"a dry run reports {result['installed']} and {result['removed']} as done")
        return found
    put = sorted((c["name"], c["version"]) for c in result["changes"] if c["action"] != "uninstalled")
    gone = sorted((c["name"], c["previous_version"]) for c in result["changes"] if c["action"] != "installed")
    for key, expected in (("installed", put), ("removed", gone)):
        listed = sorted((entry["name"], entry["version"]) for entry in result[key])
        if listed != expected:
            found.append(f"{key}: {listed}, by the changes {expected}")
    return found


def _told_in_full(words: list[str]) -> bool:
    """Whether uv names its changes on standard error, as it does when it isn't quiet."""
    return words[:1] == ["pip"] and not {"-q", "-qq", "--quiet"} & set(words)


def _texts(value: object) -> Iterator[str]:
    """Every text in a result, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _action(old: str | None, new: str | None) -> str:
    from packaging.version import Version

    if old is None or new is None:
        return "installed" if old is None else "uninstalled"
    if old == new:
        return "reinstalled"
    return "upgraded" if Version(new) > Version(old) else "downgraded"
