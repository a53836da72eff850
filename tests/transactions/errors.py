"""An operation fails as a full or broken disk would have it: reported, and nothing is half done."""

from __future__ import annotations

from typing import NamedTuple

from .faults import ERRORS, KILLED, Fault
from .ground import Ground, state, wrong
from .picture import differences, left_over
from .play import DOCTOR, WASTE, Turn
from .recovery import recovers
from .scenario import Scenario, named
from .users import kept, lost
from .world import Ran, World


class Failed(NamedTuple):
    """What came of one error."""

    landed: bool
    succeeded: bool
    """The engine found another way."""
    false: list[str]


def fail(world: World, ground: Ground, turn: Turn) -> Failed:
    """Plays a turn whose fault is an error. What follows is the same call once more, without it."""
    scenario = named(turn.scenario)
    users = world.reset(scenario)
    before = kept(users)
    ran = world.run(scenario.prelude, scenario.victims, turn.fault)
    if not world.log.landed(turn.fault, "victim"):
        return Failed(False, False, [])
    succeeded, false = told(ran, len(scenario.prelude), len(scenario.victims))
    found = state(world)
    expected = (ground.new, "new") if succeeded else (ground.old, "old")
    if found not in (expected[0], *ground.others):
        false += [f"from the {expected[1]} state: {line}" for line in differences(found, expected[0])]
    false += lost(before, kept(users))
    false += _afterwards(world, ground, scenario, succeeded)
    false += lost(before, kept(users))
    return Failed(True, succeeded, false)


def told(ran: Ran, prelude: int, victims: int) -> tuple[bool, list[str]]:
    """Whether the victims succeeded, and what is wrong with how they answered."""
    if ran.code != 0:
        how = "was killed" if ran.code == KILLED else f"ended with {ran.code}"
        return False, [f"the process {how}: {ran.printed[-2000:]}"]
    answers = ran.answers[prelude:]
    if len(answers) != victims:
        return False, [f"{len(answers)} answers to {victims} commands"]
    failed = [answer for answer in answers if answer["exit_code"] != 0]
    false = [
        f"a failure without a word: {answer}"
        for answer in failed
        if not answer["stderr"].strip() and not (answer["error"] or {}).get("message")
    ]
    false += [f"it failed and tells of changes: {answer['changes']}" for answer in failed if answer["changes"]]
    return not failed, false


def _afterwards(world: World, ground: Ground, scenario: Scenario, succeeded: bool) -> list[str]:
    """The next call works: the same once more, or one that has nothing to do."""
    commands = recovers(scenario, "satisfied" if succeeded else "again")
    ran = world.run((), (*commands, DOCTOR))
    false = [f"the next call: {line}" for line in ran.false]
    findings = ran.answers[-1].get("findings", ()) if ran.answers else ()
    false += [f"doctor finds {one}" for one in findings if one["code"] not in WASTE]
    found = state(world)
    if found not in (ground.new, *ground.others):
        false += [f"after the next call, from the new state: {line}" for line in differences(found, ground.new)]
        false += wrong(world, scenario, [])
    return false + left_over(world.prefix, world.target)


def every(ground: Ground, scenario: str, most: int) -> list[Turn]:
    """All errors at all points of a scenario; of a point that is passed more often than `most`, some of its counts."""
    turns = []
    for point, counts in sorted(ground.passed.items()):
        picked = counts if len(counts) <= most else [counts[at * len(counts) // most] for at in range(most)]
        turns += [Turn(scenario, Fault(point, count, error), ()) for count in picked for error in ERRORS]
    return turns
