"""A process with a warm engine that forks, again and again: each child answers, and rightly, and the parent goes on.

1. By turns nothing else goes on, another thread waits for a slow index, or another thread changes an environment
   without rest: what locks they hold at that moment the child inherits.
2. Each child is first asked something that the parent remembers. Every fourth is then asked something that nobody
   remembers, or changes an environment. Its answers are held against what is known to be right.
3. What is right changes all the while: between two rounds another version is put in place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

from tests.engine import calls

from . import forking
from .figures import Figures, Say, part, silent, spell
from .forking import Turn
from .ground import Ground

ROUND = 20
"""So many forks between two changes of what is right."""
PATIENCE = 10.0
"""A child that says nothing for so many seconds hangs."""
PROMISED = 0.1
"""Seconds until the first answer of a child, where it is remembered and the parent was at rest."""
SITUATIONS = ("at rest", "waiting", "at rest", "changing")

Right = dict[str, Any]


class Forks:
    """The forks of one warm process; `wrong` and `first` are what they came to so far."""

    def __init__(self, ground: Ground, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.known = ground.venv("known", "rich-like==1.0")
        self.changed = ground.venv("changed")
        self.beside = ground.venv("beside")
        self.version = "1.0"
        self.company = {
            "at rest": [],
            "waiting": [ground.lasting(self.beside, 1.0), ground.unlinked(self.beside)],
            "changing": [f"pip install --python {self.beside} rich-like=={version}" for version in ("2.0", "1.0")],
        }
        self.worker = ground.worker()
        self.forks = self.hung = self.in_mid_call = self.asked_anew = 0
        self.first: list[float] = []
        """Seconds until the first answer of each child that was forked at rest."""
        self.wrong: list[str] = []

    @property
    def remembered(self) -> str:
        """Asked of every child: its answer is that of the installed version."""
        return _list(self.known)

    @property
    def nothing_to_do(self) -> str:
        return f"pip install --python {self.known} rich-like"

    def round(self, situation: str, count: int) -> None:
        """So many forks in one situation, after a change of what is right."""
        self.version = "2.0" if self.version == "1.0" else "1.0"
        self.worker.call(calls.run, command=f"pip install --python {self.known} rich-like=={self.version}")
        if not self.worker.call(forking.settle, commands=[self.remembered, self.nothing_to_do]):
            self.wrong.append(f"before fork {self.forks}: the parent remembers nothing")
        given, right = zip(*[self._turn(self.forks + at) for at in range(count)])
        # A child may be waited for twice: for an answer, and for its end.
        timeout = 120 + count * 2 * self.patience
        company = self.company[situation]
        told = self.worker.call(forking.turns, timeout, given=given, company=company, patience=self.patience)
        for turn, expected, outcome in zip(given, right, told["turns"]):
            self._judge(situation, turn, expected, outcome)
        self.wrong += [
            f"the thread beside ({situation}): {answer}" for answer in told["beside"] if answer.get("exit_code") != 0
        ]

    def _turn(self, number: int) -> tuple[Turn, list[Right]]:
        """What is asked at a fork, and the right answers of child and parent."""
        first = self.nothing_to_do if number % 3 == 0 else self.remembered
        known = {self.remembered: _listed([["rich-like", self.version]]), self.nothing_to_do: _did([])}
        commands, after = [first], [first]
        right = {"child": [known[first]], "parent": [known[first]]}
        if number % 8 == 3:
            commands.append(f"pip install --dry-run --python {self.changed} alpha==1.0")
            right["child"].append(_did([["alpha", None, "1.0"]]))
        elif number % 8 == 7:
            # By turns in and out; the parent must see it at once.
            comes = number % 16 == 7
            commands.append(f"pip {'install' if comes else 'uninstall'} --python {self.changed} lonely")
            right["child"].append(_did([["lonely", *((None, "1.0") if comes else ("1.0", None))]]))
            after.append(_list(self.changed))
            right["parent"].append(_listed([["lonely", "1.0"]] if comes else []))
        other_thread = number % 5 == 4
        turn = Turn(
            commands=commands,
            after=after,
            other_thread=other_thread,
            as_interpreter=number % 2 == 0 and not other_thread,
        )
        return turn, [*right["child"], *right["parent"]]

    def _judge(self, situation: str, turn: Turn, right: list[Right], outcome: dict[str, Any]) -> None:
        where = f"fork {self.forks} ({situation}, {turn})"
        self.forks += 1
        self.in_mid_call += outcome["busy"]
        told, after = outcome["told"], outcome["after"]
        if outcome["hung"]:
            self.hung += 1
            self.wrong.append(f"{where}: hung after {len(told)} answers")
        elif outcome["status"] != 0 or len(told) != len(turn["commands"]):
            self.wrong.append(f"{where}: status {outcome['status']}, told {told}")
        elif situation != "at rest":
            # Where another thread holds the memory's lock at that moment, the child has nobody to wait for.
            self.asked_anew += not told[0].get("remembered")
        elif not told[0].get("remembered"):
            self.wrong.append(f"{where}: the child did not answer from memory: {told[0]}")
        else:
            self.first.append(told[0]["seconds"])
        asked = [*(f"child, `{one}`" for one in turn["commands"]), *(f"parent, `{one}`" for one in turn["after"])]
        answers = [*told, *[{}] * (len(turn["commands"]) - len(told)), *after]
        for what, answer, expected in zip(asked, answers, right):
            if answer and {name: answer.get(name) for name in expected} != expected:
                self.wrong.append(f"{where}, {what}: {answer}, right is {expected}")

    def close(self) -> None:
        printed = self.worker.printed()
        self.worker.close()
        if printed:
            self.wrong.append(f"something was printed: {printed}")


def forks(ground: Ground, count: int, say: Say = silent, prepare: Callable[[Forks], None] | None = None) -> Figures:
    """So many forks, and what they came to. `prepare` is given the work before it begins, to spoil it."""
    work = Forks(ground)
    try:
        if prepare is not None:
            prepare(work)
        while work.forks < count:
            situation = SITUATIONS[work.forks // ROUND % len(SITUATIONS)]
            work.round(situation, min(ROUND, count - work.forks))
            if work.forks % (5 * ROUND) == 0:
                say(f"{work.forks} forks, {work.hung} hung, {len(work.wrong)} wrong; {spell(work.first)}")
    finally:
        work.close()
    late = sum(seconds > PROMISED for seconds in work.first)
    if part(work.first, 0.99) > PROMISED:
        work.wrong.append(f"{late} of {len(work.first)} first answers took more than {1000 * PROMISED:g} ms")
    line = (
        f"{work.forks} forks, {work.in_mid_call} of them in mid-call: {work.hung} hung, {len(work.wrong)} wrong; "
        f"first answer of {len(work.first)} at rest: {spell(work.first)}, {late} of more than {1000 * PROMISED:g} ms; "
        f"{work.asked_anew} in mid-call did not reach what is remembered"
    )
    return Figures(line, work.wrong)


def _did(changes: list[list[str | None]]) -> Right:
    return {"exit_code": 0, "changes": changes}


def _list(venv: Path) -> str:
    # As text: a child that does not reach what is remembered has uv's text and no `data`.
    return f"pip list --format json --python {venv}"


def _listed(packages: list[list[str]]) -> Right:
    told = [{"name": name, "version": version} for name, version in packages]
    return {"exit_code": 0, "stdout": json.dumps(told, separators=(",", ":")) + "\n"}
