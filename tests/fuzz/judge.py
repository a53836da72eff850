"""What is a crash: of an answer, and of all that was done meanwhile."""

from __future__ import annotations

import json
from typing import Any, Mapping, NamedTuple

import jsonschema

from tests.support.worker import ROOT

from .case import Step

SCHEMA = json.loads((ROOT / "uvffi" / "schema" / "result.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
POISONED = "an earlier call panicked in this process"
"""What the engine gives as its reason for the Child, once anything panicked on any thread."""


class Crash(NamedTuple):
    kind: str
    """died, hung, panicked, printed, malformed, touched, raised, stuck, untold"""
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"

    @property
    def likeness(self) -> str:
        """What crashes have in common that are one: their kind, and what they say but for names and numbers."""
        if self.kind == "touched":
            return self.kind
        words = [word for word in self.text.split() if word.isalpha() or ".rs:" in word or ".py" in word]
        return " ".join([self.kind, *words[:12]])


def wrong(step: Step, told: Mapping[str, Any]) -> list[Crash]:
    """What is wrong with what one step came to."""
    if "raised" in told:
        return [Crash("raised", told["raised"])]
    if "events" in told:
        return _events(told, step["text"])
    if "answer" not in told:
        return []
    answer = _decoded(told["answer"])
    if isinstance(answer, Crash):
        return [answer]
    if told["status"] not in (0, -1):
        return [Crash("malformed", f"the status {told['status']}")]
    return _answer(answer, is_result=step["entry"] == "run" or told["status"] != 0)


def _events(told: Mapping[str, Any], asked: str) -> list[Crash]:
    crashes: list[Crash] = []
    names = []
    for text in told["events"]:
        event = _decoded(text)
        if isinstance(event, Crash):
            return [event]
        names.append(event.get("event"))
        if names[-1] == "finished":
            result = event["result"]
            crashes += _answer(result, is_result="exit_code" in result or not _is_question(asked))
    # The last is the error that there are no more.
    if not told["number"] or names.count("finished") != 1 or names[-2:] != ["finished", None]:
        crashes.append(Crash("malformed", f"call {told['number']} with the events {names}"))
    return crashes


def _is_question(text: str) -> bool:
    """Whether what was begun is one, whose answer is a `Result` only where it fails."""
    try:
        asked = json.loads(text)
    except ValueError:
        return False
    return isinstance(asked, dict) and "query" in asked


def _answer(answer: Any, is_result: bool) -> list[Crash]:
    if answer.get("schema") != 1:
        return [Crash("malformed", f"no schema: {answer}")]
    error = answer.get("error")
    if isinstance(error, dict) and (error.get("code") == "internal" or error["message"].startswith("uvffi panicked")):
        return [Crash("panicked", f"{error['code']}: {error['message']}")]
    if answer.get("reason") == POISONED:
        return [Crash("panicked", "on another thread: the engine is given up")]
    if is_result:
        false = next(VALIDATOR.iter_errors(answer), None)
        if false is not None:
            return [Crash("malformed", f"{false.json_path}: {false.message}")]
    return []


def _decoded(text: str) -> Any:
    """The value that an answer is, or what is wrong with its bytes."""
    if not text.endswith("\0") or "\0" in text[:-1]:
        return Crash("malformed", f"an answer that doesn't end with its NUL: {text[-200:]!r}")
    try:
        answer = json.loads(text[:-1].encode("latin-1").decode("utf-8"))
    except ValueError as error:
        return Crash("malformed", f"no JSON: {error}: {text[:2000]!r}")
    return answer if isinstance(answer, dict) else Crash("malformed", f"no object: {text[:200]!r}")
