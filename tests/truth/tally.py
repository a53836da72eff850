"""What a campaign has done, counted."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Mapping
from typing import Counter as CounterOf


@dataclass
class Tally:
    """Counts of changes, answers and excuses; `lines` spells them."""

    changes: CounterOf[str] = field(default_factory=Counter)
    impossible: CounterOf[str] = field(default_factory=Counter)
    routes: CounterOf[str] = field(default_factory=Counter)
    meant: CounterOf[str] = field(default_factory=Counter)
    answers: int = 0
    alike: int = 0
    began: float = field(default_factory=time.monotonic)
    status: Mapping[str, Any] | None = None

    def answered(self, answer: Mapping[str, Any]) -> None:
        self.answers += 1
        self.routes[answer.get("route", "query")] += 1

    @property
    def made(self) -> int:
        return sum(self.changes.values())

    def lines(self) -> list[str]:
        seconds = time.monotonic() - self.began
        each = 1000 * seconds / max(self.made, 1)
        lines = [
            f"{seconds:.0f} s, {each:.0f} ms a change; {self.answers} answers judged ({_spell(self.routes)})",
            f"changes: {_spell(self.changes)}",
        ]
        if self.impossible:
            lines.append(f"not possible when their turn came: {_spell(self.impossible)}")
        lines.append(f"differences that are meant: {_spell(self.meant) or 'none'}")
        if self.status is not None:
            lines.append(f"the engine's own counts: {dict(self.status.get('answers', {}))}")
        return lines


def _spell(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
