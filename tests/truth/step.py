"""One step, written so that it can be played again."""

from __future__ import annotations

from typing import NamedTuple, Sequence


class Step(NamedTuple):
    """What is done, and the seed of all that is left to chance in it."""

    kind: str
    seed: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.seed}"


def parse(text: str) -> list[Step]:
    """Steps as `spell` writes them."""
    steps = []
    for word in text.split():
        kind, _, seed = word.rpartition(":")
        steps.append(Step(kind, int(seed)))
    return steps


def spell(steps: Sequence[Step]) -> str:
    return " ".join(map(str, steps))
