"""What is judged already, one line of JSON each, written at once. A line that was cut short doesn't count."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["same", "differs", "timed out"]


@dataclass(frozen=True)
class Judged:
    """How one job ended."""

    job: str
    kind: Kind
    differences: tuple[str, ...] = ()
    """Step by step what differs; of `timed out`, who gave no answer."""
    once: tuple[str, ...] = ()
    """What differed at the first of two tries and not at the second: the index or the network, most likely."""
    exit_codes: tuple[int, ...] = ()
    """uv's, of each step."""
    routes: tuple[str, ...] = ()
    """Who answered of uvffi: `resident`, or `child` with the reason."""
    seconds: float = field(default=0.0, compare=False)


class State:
    """All that is judged, in a file. Any number of threads may add to it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._guard = threading.Lock()
        self.judged: dict[str, Judged] = {}
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        for line in text.splitlines():
            try:
                told = json.loads(line)
            except ValueError:
                continue
            lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
            one = Judged(**{**told, **lists})
            self.judged[one.job] = one
        if text and not text.endswith("\n"):
            # What is added must not continue a line that was cut short.
            self._append("")

    def settled(self, job: str) -> bool:
        """Whether this job needs no other look: what differed, or took too long, is looked at again by each run."""
        return job in self.judged and self.judged[job].kind == "same"

    def add(self, one: Judged) -> None:
        with self._guard:
            self.judged[one.job] = one
            self._append(json.dumps(asdict(one)))

    def _append(self, line: str) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
