"""So many tries over all phases, at instants drawn from a seed."""

from __future__ import annotations

from random import Random
from typing import Callable

from tests.endurance.figures import Say, silent
from tests.support.worker import WorkerDied
from tests.transactions.picture import differences, picture

from . import host
from .after import LEFT, Seen, look
from .phases import PHASES, Case, Phase, cases
from .scene import Ground, Scene
from .strike import Struck, signalled, timed, undisturbed
from .tally import Tally

MISSES = 12
"""So many calls in a row that are not in their phase when they are struck are no chance."""
ANEW = 4
"""After so many it is looked again how long it takes: the machine may have got other work to do."""

Strike = Callable[[Scene, Case, Random, bool], Struck]
STRIKES: dict[str, Strike] = {"signal": signalled, "deadline": timed}
ENDED = {"signal": "interrupted", "deadline": "timed-out"}


class Campaign:
    """Tries on one ground, all ended in the same way: by a `signal`, or a `deadline`."""

    def __init__(
        self,
        ground: Ground,
        ending: str,
        seed: int,
        say: Say = silent,
        phases: tuple[Phase, ...] = PHASES,
        within: float = LEFT,
    ) -> None:
        """`within`: seconds after which nothing of a call is left."""
        self.tally = Tally(ending)
        self._ground, self._say, self._seed = ground, say, seed
        self._ending, self._strike = ending, STRIKES[ending]
        self._cases = cases(phases)
        self._within = within

    def run(self, tries: int) -> Tally:
        for number in range(tries):
            self.one(number)
            if number % 20 == 19:
                self._say(f"{number + 1} of {tries} by {self._ending}, {len(self.tally.wrong)} wrong")
        return self.tally

    def one(self, number: int) -> None:
        """One try, over again until it lands in its phase."""
        case = self._cases[number % len(self._cases)]
        scene = self._ground.scene(case.phase.name, dict(case.phase.more))
        dice = Random(f"{self._seed}-{self._ending}-{number}")
        for again in range(MISSES):
            try:
                if not case.phase.lasting and (case.way not in scene.lasts or again % ANEW == ANEW - 1):
                    self._learn(scene, case)
                struck = self._strike(scene, case, dice, number // len(self._cases) % 2 == 1)
                if struck.moment is not None:
                    self._judge(number, scene, case, struck)
                    return
                self.tally.missed += 1
                missed = f"the last one: {struck.told}, {scene.reach}, {scene.lasts}"
                self._back(scene, case)
            except (AssertionError, WorkerDied) as error:
                self._wrong(number, case, [str(error)])
                scene.worker.close()
                scene.start()
                return
        self._wrong(number, case, [f"it was not in its phase in {MISSES} calls; {missed}"])

    def _learn(self, scene: Scene, case: Case) -> None:
        """What the call does, and how long it takes, when nobody disturbs it."""
        # The second time is like all others: the first one fills uv's cache.
        for _ in range(2):
            told = undisturbed(scene, case)
            if case.phase.may_change:
                assert told["ended"] == "returned", f"undisturbed: {told}"
                scene.whole[case.way] = picture(scene.venv)
                self._back(scene, case)

    def _back(self, scene: Scene, case: Case) -> None:
        """Take away what was installed, if it was."""
        if case.phase.may_change and picture(scene.venv) != scene.before:
            scene.worker.call(host.back, environment=str(scene.venv), name=case.phase.installs)
            left = differences(picture(scene.venv), scene.before)
            assert not left, f"uninstalled again, there is {left}"

    def _judge(self, number: int, scene: Scene, case: Case, struck: Struck) -> None:
        if case.phase.by_uv:
            scene.uvs = scene.temporaries()
        seen = look(scene, case.way, struck.told["at"], number % 2 == 0, self._within)
        self._wrong(number, case, [*seen.wrong, *self._false_end(case, struck, seen)])
        if seen.changed:
            self.tally.commits.append(struck.seconds)
            self.tally.overtaken += not case.phase.commits
        else:
            self.tally.seconds[case.phase.name].append(struck.seconds)
            self.tally.rests[case.phase.name].append(seen.rest)
        self._back(scene, case)

    def _false_end(self, case: Case, struck: Struck, seen: Seen) -> list[str]:
        """What is wrong of how the call ended."""
        ended = struck.told["ended"]
        # A deadline that a commit outlasts is no error: the change is made.
        expected = "returned" if seen.changed and self._ending == "deadline" else ENDED[self._ending]
        wrong = [] if ended == expected else [f"the call ended as {ended}, not {expected}"]
        if seen.changed and not case.phase.may_change:
            wrong.append("the change was made")
        if not seen.changed and case.phase.commits and self._ending == "signal":
            wrong.append("it was committing, and the change was not made")
        kinds = struck.told["kinds"]
        if "committed" in kinds and not seen.changed:
            wrong.append(f"it told of a commit: {kinds}")
        return wrong

    def _wrong(self, number: int, case: Case, lines: list[str]) -> None:
        for line in lines:
            self.tally.wrong.append(f"{self._ending} {number}, {case}: {line}")
            self._say(f"WRONG: {self.tally.wrong[-1]}")
