"""Workers that go wrong, each in one way, when they are asked for `pip check`; otherwise as `inside`."""

from __future__ import annotations

import os
import signal
import time
from typing import Any, Dict, List

from . import inside

Steps = List[Dict[str, Any]]
PANIC = (
    '{"schema":1,"exit_code":2,"route":"resident","reason":null,"installed":[],"removed":[],"changes":[],"stdout":"",'
    '"stderr":"","data":null,"environment":null,"dry_run":false,"generation":null,"modules":[],"notices":[],"sources":[],'
    '"error":{"code":"internal","message":"uvffi panicked: at the disco","explanation":null,"hints":[]}}\0'
)


def _is_asked(steps: Steps) -> bool:
    return any('"check"' in step["text"] for step in steps)


def _first(steps: Steps, answer: dict[str, Any]) -> Steps:
    told = inside.ask(steps)
    return [answer, *told[1:]] if _is_asked(steps) else told


def ends(steps: Steps) -> Steps:
    if _is_asked(steps):
        os.kill(os.getpid(), signal.SIGABRT)
    return inside.ask(steps)


def hangs(steps: Steps) -> Steps:
    if _is_asked(steps):
        time.sleep(600)
    return inside.ask(steps)


def prints(steps: Steps) -> Steps:
    if _is_asked(steps):
        os.write(2, b"warning: here I am\n")
    return inside.ask(steps)


def panics(steps: Steps) -> Steps:
    return _first(steps, {"status": -1, "answer": PANIC})


def babbles(steps: Steps) -> Steps:
    return _first(steps, {"status": 0, "answer": '{"schema":1'})


def forgets(steps: Steps) -> Steps:
    """A member of the answer."""
    return _first(steps, {"status": 0, "answer": '{"schema":1,"exit_code":0}\0'})


def raises(steps: Steps) -> Steps:
    return _first(steps, {"raised": "KeyError: 'evil'"})


def strays(steps: Steps) -> Steps:
    """Writes beside the directory of the environment."""
    if _is_asked(steps):
        with open(os.path.join(steps[0]["venv"], "..", "pwned"), "a") as file:
            file.write("x")
    return inside.ask(steps)


def leaves(steps: Steps) -> Steps:
    """A journal that says something, whatever is called afterwards."""
    told = inside.ask(steps)
    if _is_asked(steps):
        with open(os.path.join(steps[0]["venv"], ".uvffi", "journal"), "r+b") as file:
            file.write(b"uvffi-j1" + bytes(23) + b"x")
    return told
