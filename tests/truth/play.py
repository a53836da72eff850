"""One step: questions are asked so that their answers are remembered, something is changed, and they are asked again.

1. `arm`: the step's questions are asked before the change. Nothing is compared.
2. The change is made; then, at once, the same questions are asked of the warm process.
3. A cold uv is asked the same, on the same state. What differs and isn't `known` is a false answer.
4. The warm process is asked once more: an answer that was remembered in a hurry would be false now.
5. In some steps a real `pip install` comes first or last; what it did is compared with what uv would have done, with
   the disk, and with what uv says afterwards.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any, Mapping, Sequence, Set, Tuple

from tests.support.judge import Outcome

from . import cold, compare, host, known, questions
from .changes import CATALOGUE, HURRIED
from .home import Impossible
from .question import Question
from .step import Step
from .tally import Tally
from .world import World


class Panicked(AssertionError):
    """An answer tells of a panic in the engine."""


REAL = 0.25
"""Of how many steps a real command is part."""
Listing = Set[Tuple[str, str]]
OPEN = 4
TRIES = 5
"""So many changes at most wait to be undone."""


class Player:
    """Plays steps in a world and counts them. `play` gives back what is false, in words."""

    def __init__(self, world: World, tally: Tally | None = None, hurried: float = 0.0) -> None:
        """`hurried`: of how many steps the change is one of many within a tick, over and above those by chance."""
        self.hurried = hurried
        self.world = world
        self.tally = tally or Tally()

    def choose(self, rng: Random) -> Step:
        """The next step of a campaign."""
        waiting = len(self.world.open)
        if waiting >= OPEN or (waiting and rng.random() < 0.4):
            kind = "undo"
        elif self.hurried and rng.random() < self.hurried:
            kind = rng.choice(HURRIED)
        elif rng.random() < 0.01:
            kind = "reset"
        else:
            kind = rng.choices(list(CATALOGUE), [change.weight for change in CATALOGUE.values()])[0]
        return Step(kind, rng.randrange(1 << 32))

    def play(self, step: Step) -> list[str]:
        try:
            return self._play(step)
        except Panicked as panic:
            return [str(panic)]

    def _play(self, step: Step) -> list[str]:
        rng = Random(step.seed)
        touched = rng.choice((None, "one", "one", "two"))
        asked = questions.some(rng, touched, rng.choice((1, 2, 2, 3)))
        real = rng.choice(questions.REAL) if rng.random() < REAL else None
        at_once = rng.random() < 0.5
        self.world.asking = asked
        self.arm(asked)
        try:
            self._change(step, rng)
        except (Impossible, OSError) as error:
            self.tally.impossible[step.kind] += 1
            if not isinstance(error, Impossible) and not isinstance(error, (FileNotFoundError, FileExistsError)):
                self.tally.impossible[f"{step.kind}: {type(error).__name__}"] += 1
        else:
            self.tally.changes[step.kind] += 1
        false: list[str] = []
        if real is not None and at_once:
            false += self.do(real, None)
        false += self.check(asked)
        if real is not None and not at_once:
            false += self.do(real, self._cold([real])[0])
        return false

    def arm(self, asked: Sequence[Question]) -> None:
        """Asks, so that the answers are remembered, and compares nothing."""
        self._ask(asked, counted=False)

    def check(self, asked: Sequence[Question]) -> list[str]:
        """What is false in the answers to these questions, as everything is now."""
        return self._judge(asked, self._ask(asked))

    def status(self) -> Mapping[str, Any]:
        """The engine's own figures."""
        told: Mapping[str, Any] = self.world.worker.call(host.status)
        return told

    def _change(self, step: Step, rng: Random) -> None:
        world = self.world
        if step.kind == "reset":
            world.reset()
        elif step.kind == "undo":
            if not world.open:
                raise Impossible("nothing is open")
            world.open.pop(rng.randrange(len(world.open)))()
        else:
            _, undo = CATALOGUE[step.kind].make(world, rng)
            if undo is not None:
                world.open.append(undo)

    def _ask(self, asked: Sequence[Question], counted: bool = True) -> list[Mapping[str, Any]]:
        answers = self.world.ask([question.warm(self.world) for question in asked])
        for question, answer in zip(asked, answers):
            if counted:
                self.tally.answered(answer)
            if "panicked" in str(answer):
                raise Panicked(f"{question}: {answer}")
        return list(answers)

    def _cold(self, asked: Sequence[Question]) -> list[Outcome]:
        return cold.ask([question.cold(self.world) for question in asked])

    def _judge(self, asked: Sequence[Question], answers: Sequence[Mapping[str, Any]]) -> list[str]:
        right = self._cold(asked)
        again = self._ask(asked)
        false: list[str] = []
        for question, first, second, outcome in zip(asked, answers, again, right):
            false += self._compared(question, first, outcome, "at once")
            if not false:
                false += self._compared(question, second, outcome, "asked again")
        return false

    def _compared(
        self,
        question: Question,
        warm: Mapping[str, Any],
        right: Outcome,
        when: str,
        other: known.Second | None | str = "ask",
    ) -> list[str]:
        wrong = compare.differences(question, warm, right)
        if not wrong:
            return []
        if isinstance(other, str):
            other = known.second(self.world, question, right)
        reason = known.meant(self.world, question, warm, other)
        if reason is None and not question.real and warm.get("exit_code") != right.exit_code:
            reason = self._of_two_minds(question, warm)
        if reason is not None:
            self.tally.meant[reason] += 1
            return []
        return [f"{question}, {when} ({warm.get('route')}):", *(f"  {line}" for line in wrong)]

    def _of_two_minds(self, question: Question, warm: Mapping[str, Any]) -> str | None:
        """uv fails at metadata of another name, or doesn't, by which of two threads of its own is first."""
        for _ in range(TRIES):
            (again,) = self._cold([question])
            if not compare.differences(question, warm, again):
                return "where uv is of two minds"
        return None

    def do(self, question: Question, before: Outcome | None) -> list[str]:
        """A real command. `before`: what uv's dry run said, if it was asked."""
        home = question.at(self.world)
        # Afterwards it would be too late to ask.
        other = None if before is None else known.second(self.world, question, before)
        listed, strange = home.listing(), home.strange()
        with known.kept(self.world, home) as copied:
            (answer,) = self._ask([question])
            failed = answer["exit_code"] != 0 and (before is None or before.exit_code == 0)
            if failed and before is None and not answer["changes"]:
                (now,) = self._cold([question])
                if now.exit_code != 0:
                    return self._compared(question, answer, now, "for real, at once")
            if answer["exit_code"] != 0 and known.busy(self.world, question, answer):
                self.tally.meant["a mount in the way"] += 1
                return []
            if failed and known.fails(self.world, question, copied, answer):
                self.tally.meant["what uv itself fails at"] += 1
                return []
            if failed and other is not None and other.halves and other.answer.exit_code != 0:
                # uv takes the half for the whole; there is nothing to put in its place.
                self.tally.meant["half a distribution"] += 1
                return []
            false = [] if before is None else self._compared(question, answer, before, "for real", other)
            false += [
                f"{question}: {line}" for line in _on_disk(answer, listed, home.listing(), strange | home.strange())
            ]
            if answer["exit_code"] == 0 and not false:
                false += self._satisfied(question, copied)
            elif failed:
                false.append(f"{question}: fails where uv does not: {answer['stderr']!r}")
            return false

    def _satisfied(self, question: Question, copied: Path) -> list[str]:
        """After a command that went well there is nothing left to do, for uv and for the same command again."""
        (after,) = self._cold([question])
        if compare.told(after.stderr) == (set(), set()) and after.exit_code == 0:
            (answer,) = self._ask([question])
            return self._compared(question, answer, after, "for real, again")
        if known.ends_so(self.world, question, copied, after) or known.never_satisfied(self.world, question):
            self.tally.meant["what uv itself does again and again"] += 1
            return []
        return [f"{question}: done, says uvffi, and uv says afterwards: {after.exit_code} {after.stderr!r}"]


def _on_disk(answer: Mapping[str, Any], before: Listing, after: Listing, strange: set[str]) -> list[str]:
    """Where the changes that are told aren't those that the names of the dist-infos show."""
    out, into = compare.moves(answer["changes"])
    expected = (before - out) | into
    if answer["exit_code"] != 0 or {one for one in expected ^ after if one[0] not in strange} == set():
        return []
    return [f"tells of {sorted(out)} going and {sorted(into)} coming, but {sorted(before)} became {sorted(after)}"]
