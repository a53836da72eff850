"""One kill: where, what follows, and whether the environment is whole in the end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple, Sequence

from tests.support.judge import run_uv
from tests.truth.home import INFO, said

from .faults import ANY_TIME, KILLED, Fault
from .ground import Ground, state, wrong
from .picture import differences, left_over
from .recovery import BY, VISITS, mend, recovers, visit
from .scenario import Scenario, Words, named
from .users import Kept, kept, lost
from .world import Ran, World


class Turn(NamedTuple):
    """A kill and what follows, as `--replay` takes it."""

    scenario: str
    fault: Fault
    follows: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join([self.scenario, str(self.fault), *self.follows])

    @classmethod
    def parse(cls, text: str) -> Turn:
        """Raises ValueError for what is no turn."""
        scenario, fault, *follows = text.split()
        return cls(named(scenario).name, Fault.parse(fault), tuple(follows))


class Judged(NamedTuple):
    """What came of it."""

    landed: bool
    """The process died at that point, and the log has it."""
    midst: bool
    """What it left was neither the old state nor the new one."""
    broken: list[str]
    """Something is missing, half there, or twice; or a call after it failed."""
    mixed: list[str]
    """All is whole, and neither the old state nor the new one."""
    left: list[str] = []
    """All is well, and beside it is what should have been cleared away."""
    killed_again: int = 0
    """How many recoveries were killed too."""
    mended: bool = False
    """pip had left what only `uvffi doctor --fix` puts in order."""

    @property
    def false(self) -> list[str]:
        return [*self.broken, *self.mixed, *self.left]


MISSED = Judged(False, False, [], [])


def play(world: World, ground: Ground, turn: Turn) -> Judged:
    """Plays a turn from the beginning."""
    scenario = named(turn.scenario)
    before = kept(world.reset(scenario))
    if turn.fault.point == ANY_TIME:
        landed = _killed_from_outside(world, scenario, turn.fault.nth / 1e6)
    else:
        ran = world.run(scenario.prelude, scenario.victims, turn.fault)
        landed = ran.code == KILLED and world.log.landed(turn.fault, "victim")
    return judge(world, ground, scenario, turn.follows, before) if landed else MISSED


def _killed_from_outside(world: World, scenario: Scenario, seconds: float) -> bool:
    """Kills it at that time; a process that can go to and fro does so."""
    rounds = 50 if scenario.back else 1
    process, answers = world.start(scenario.prelude, (*scenario.victims, *scenario.back), rounds=rounds)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    return world.ended(process, answers).code == KILLED


def judge(world: World, ground: Ground, scenario: Scenario, follows: Sequence[str], before: Kept) -> Judged:
    """From the kill on. `before`: the users' files as they were."""
    midst = not ground.is_whole(state(world))
    visits: list[tuple[str, bool]] = []
    again, recovered = 0, None
    half = False
    for word in follows:
        if word in VISITS:
            found = state(world)
            succeeded = visit(world, scenario, word).exit_code == 0
            # Who finds nothing to do, as of a package that isn't installed by then, was not there.
            if state(world) != found:
                visits.append((word, succeeded))
        elif word.startswith(BY):
            half = not ground.is_whole(state(world))
            recovered = recovers(scenario, word[len(BY) :]), word == BY + "again"
        else:
            fault = Fault.parse(word)
            killed = world.run((), recovers(scenario, "satisfied"), fault)
            again += killed.code == KILLED and world.log.landed(fault)
    assert recovered is not None, f"`{follows}` doesn't say how the environment is recovered"
    commands, to_new = recovered
    ran = world.run((), (*commands, DOCTOR))
    broken = [f"the next call: {line}" for line in told_wrong(ran, half and not visits)]
    left = left_over(world.prefix, world.target)
    if not visits and "recovery-incomplete" in ran.notices:
        broken.append("it says that something is left to recover")
    if visits:
        return _after_visits(world, scenario, visits, before, Judged(True, midst, broken, [], left))
    broken += lost(before, kept([Path(path) for path in before]))
    found = state(world)
    mixed: list[str] = []
    if not ground.is_whole(found) or (to_new and found not in (ground.new, *ground.others)):
        lines = [f"from the new state: {line}" for line in differences(found, ground.new)]
        lines += [] if to_new else [f"from the old state: {line}" for line in differences(found, ground.old)]
        (broken if wrong(world, scenario, list(before)) else mixed).extend(lines)
    return Judged(True, midst, broken, mixed, left, again)


WASTE = ("stale-stage", "orphaned-tree")
"""What only takes room. That stages don't stay is asked of the disk."""
DOCTOR: Words = {"query": "doctor"}


def told_wrong(ran: Ran, half: bool) -> list[str]:
    """What a recovering process should have said and didn't. `half`: there was something to recover."""
    lines = list(ran.false)
    if ran.answers and "findings" in ran.answers[-1]:
        lines += [f"doctor finds {one}" for one in ran.answers[-1]["findings"] if one["code"] not in WASTE]
    elif ran.answers:
        lines.append(f"doctor answers {ran.answers[-1]}")
    if half and "recovered" not in ran.notices:
        lines.append(f"it recovered something and doesn't say so: {ran.notices}")
    if "journal-unreadable" in ran.notices:
        lines.append("it can't read the journal")
    return lines


def _after_visits(
    world: World,
    scenario: Scenario,
    visits: Sequence[tuple[str, bool]],
    before: Kept,
    so_far: Judged,
) -> Judged:
    """uv or pip was there: it is as they made it, and in order."""
    users = list(before)
    last, succeeded = visits[-1]
    problems = wrong(world, scenario, users)
    broken, mended = so_far.broken, False
    if VISITS[last].tool == "pip" and (problems or broken):
        # pip takes away only one of two dist-infos, whose files are still needed: it must be found and mended.
        broken = [line for line in broken if "doctor finds" not in line]
        mend(world)
        problems, mended = wrong(world, scenario, users), True
    broken += lost(before, kept([Path(path) for path in users]))
    broken += problems
    checked = run_uv(["pip", "check", "--python", str(world.prefix)], world.quiet, world.cwd)
    if checked.exit_code != 0:
        broken.append(f"uv pip check: {checked.stderr}")
    there = {
        said(info)[1]
        for info in world.site.glob("*.dist-info")
        if INFO.match(info.name) and said(info)[0] == scenario.subject
    }
    wanted = {VISITS[last].version} - {None}
    if mended and not wanted and len(there) == 1:
        # Of two dist-infos pip uninstalled one: the other one is installed still, and whole by now.
        wanted = {*there}
    mixed = (
        [f"{last} succeeded, and {scenario.subject} is {there or 'not there'}"] if succeeded and there != wanted else []
    )
    return so_far._replace(broken=broken, mixed=mixed, mended=mended)
