"""Reading Chrome traces: what is in them, and whether it fits together."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Callable, NamedTuple

SLACK = 0.01
"""Microseconds by which what is written as a decimal number may differ."""


class Span(NamedTuple):
    """A span of a thread; times in microseconds. `end` is None where it was still open."""

    name: str
    process: int
    thread: int
    start: float
    end: float | None
    args: dict[str, Any]


def load(path: Path) -> list[dict[str, Any]]:
    """The events, each with the members that a viewer needs; it must be JSON as it stands."""
    events: list[dict[str, Any]] = json.loads(path.read_text())
    for event in events:
        assert {"ph", "name", "pid", "tid"} <= event.keys(), event
        assert event["ph"] == "M" or event["ts"] > 0, event
    return events


def spans(events: list[dict[str, Any]]) -> list[Span]:
    """What began and ended on one thread, ours and uv's."""
    found: list[Span] = []
    begun: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        place = event["pid"], event["tid"]
        if event["ph"] == "X":
            found.append(Span(event["name"], *place, event["ts"], event["ts"] + event["dur"], event["args"]))
        elif event["ph"] == "B":
            begun[place].append(event)
        elif event["ph"] == "E":
            assert begun[place], f"ended before it began: {event}"
            first = begun[place].pop()
            assert first["name"] == event["name"], f"{event} ended inside of {first}"
            found.append(Span(event["name"], *place, first["ts"], event["ts"], event["args"]))
    rest = [(place, event) for place, events in begun.items() for event in events]
    return found + [Span(event["name"], *place, event["ts"], None, event["args"]) for place, event in rest]


def calls_of(events: list[dict[str, Any]], name: str = "call") -> list[Span]:
    """Calls from beginning to end, in order of their beginning."""
    ours = [event for event in events if event["name"] == name and event["cat"] == "uvffi"]
    ends = {(event["pid"], event["id2"]["local"]): event["ts"] for event in ours if event["ph"] == "e"}
    found = []
    for first in [event for event in ours if event["ph"] == "b"]:
        end = ends.pop((first["pid"], first["id2"]["local"]), None)
        found.append(Span(name, first["pid"], first["tid"], first["ts"], end, first["args"]))
    assert not ends
    return sorted(found, key=lambda span: span.start)


def nested(found: list[Span]) -> None:
    """Of two spans of one thread either one lies in the other, or they do not touch."""
    threads: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for span in found:
        threads[span.process, span.thread].append(span)
    for together in threads.values():
        open_: list[Span] = []
        for span in sorted(together, key=lambda span: (span.start, -(span.end or float("inf")))):
            while open_ and (open_[-1].end or float("inf")) <= span.start + SLACK:
                open_.pop()
            inner, outer = span.end or float("inf"), (open_[-1].end or float("inf")) if open_ else float("inf")
            assert inner <= outer + SLACK, f"{span} reaches out of {open_[-1]}"
            open_.append(span)


def named(found: list[Span], name: str, **args: Any) -> list[Span]:
    """Those of a name, with these arguments."""
    return [span for span in found if span.name == name and args.items() <= span.args.items()]


def eventually(look: Callable[[], Any], seconds: float = 10) -> Any:
    """What a look gives once it is true: a process writes what it tells a moment later."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)
