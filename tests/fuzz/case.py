"""One input: what is done on disk, and what is asked, in this order.

A case is JSON, so that it can be kept and played again anywhere. Texts are bytes in Latin-1; in them `@VENV@` and its
like stand for what is elsewhere each time, see `ground`. Steps:

    {"do": "call", "entry": "run", "text": T}            run, query, patch, start, cancel: what the C ABI is asked
    {"do": "python", "what": "doctor"}                   doctor, fix, packages: what the Python package is asked
    {"do": "write", "path": P, "content": T}             a file, its directory made if it isn't there
    {"do": "directory" | "remove" | "fifo", "path": P}
    {"do": "link", "path": P, "to": T}
    {"do": "arm", ...}                                   the journal of the last change counts again, see `arm`
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict

Step = Dict[str, Any]


@dataclass(frozen=True)
class Case:
    target: str
    steps: tuple[Step, ...]

    def text(self) -> str:
        return json.dumps({"target": self.target, "steps": self.steps}, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> Case:
        """Raises `ValueError` where the text is no case."""
        told = json.loads(text)
        if not isinstance(told, dict) or not isinstance(told.get("steps"), list):
            raise ValueError('expected {"target": ..., "steps": [...]}')
        return cls(str(told["target"]), tuple(told["steps"]))

    @classmethod
    def read(cls, path: Path) -> Case:
        return cls.parse(path.read_text(encoding="utf-8"))


def run(*words: str) -> Step:
    """A command, its words given as JSON."""
    return call("run", json.dumps({"argv": list(words)}))


def pip(command: str, *words: str) -> Step:
    """A command of `pip` in the scratch environment, with no index but the wheels beside it."""
    there = ["--no-index", "--find-links", "@WHEELS@"] if command == "install" else []
    return run("pip", command, *words, *there, "--python", "@VENV@")


def query(kind: str) -> Step:
    return call("query", json.dumps({"query": kind, "environment": {"prefix": "@VENV@"}}))


def call(entry: str, text: str) -> Step:
    return {"do": "call", "entry": entry, "text": text}


def write(path: str, content: str) -> Step:
    return {"do": "write", "path": path, "content": content}


def python(what: str) -> Step:
    return {"do": "python", "what": what}
