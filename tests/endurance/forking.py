"""In a warm process: forks, one after another, and what their children answer.

1. A turn says what the child is asked, from which thread the process forks and how the child ends. What is right is
   known elsewhere: nothing here judges.
2. The child tells each answer through a pipe as it has it, with the time since just before the fork. A child that
   says nothing for `patience` seconds, or doesn't end in that time, is killed, and told of.
3. After each turn the parent answers, too.
4. Meanwhile it is quiet, or another thread is in mid-call (`company`).
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import Any, Iterator, TypedDict

from tests.engine import calls


class Turn(TypedDict):
    """One fork: what the child is asked, and the parent after it."""

    commands: list[str]
    after: list[str]
    other_thread: bool
    """Whether the process forks from another thread than its main one."""
    as_interpreter: bool
    """Whether the child ends as an interpreter does, with `atexit` and all; by `os._exit` otherwise. From the main
    thread only."""


def turns(given: list[Turn], company: list[str], patience: float) -> dict[str, Any]:
    """What each child and the parent told, and what the thread beside answered. `company`: what it runs in turn."""
    with beside(company) as answers:
        told = [_turn(turn, patience, answers) for turn in given]
    return {"turns": told, "beside": answers}


def settle(commands: list[str], patience: float = 10) -> bool:
    """Ask until all are answered from memory; whether that came true."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        remembered = [_answer(command)["remembered"] for command in commands]
        if all(remembered):
            return True
        time.sleep(0.03)
    return False


@contextmanager
def beside(commands: list[str]) -> Iterator[list[dict[str, Any]]]:
    """Another thread runs these over and over; its answers. It is in mid-call whenever its last one has no end yet."""
    answers: list[dict[str, Any]] = []
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            for command in commands:
                answers.append({"command": command})
                try:
                    answers[-1].update(_slim(calls.run(command)))
                except BaseException as error:
                    answers[-1].update(exit_code=None, error=repr(error))

    thread = threading.Thread(target=work)
    if commands:
        thread.start()
        time.sleep(0.2)
    try:
        yield answers
    finally:
        stop.set()
        if commands:
            thread.join(60)


def _turn(turn: Turn, patience: float, company: list[dict[str, Any]]) -> dict[str, Any]:
    told: list[dict[str, Any]] = []
    if turn["other_thread"]:
        thread = threading.Thread(target=lambda: told.append(_fork(turn, patience, company)))
        thread.start()
        thread.join()
    else:
        told.append(_fork(turn, patience, company))
    return {**told[0], "after": [_answer(command) for command in turn["after"]]}


def _fork(turn: Turn, patience: float, company: list[dict[str, Any]]) -> dict[str, Any]:
    hear, tell = os.pipe()
    busy = _is_busy(company)
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _child(turn, tell, began)
    busy = busy and _is_busy(company)
    os.close(tell)
    heard = b""
    while select.select([hear], [], [], patience)[0]:
        chunk = os.read(hear, 1 << 16)
        if not chunk:
            break
        heard += chunk
    hung, status = _ended(child, patience)
    os.close(hear)
    return {"told": [json.loads(line) for line in heard.splitlines()], "hung": hung, "status": status, "busy": busy}


def _child(turn: Turn, tell: int, began: float) -> None:
    """All that the forked child does; it ends here."""
    try:
        for command in turn["commands"]:
            told = _answer(command, began)
            os.write(tell, json.dumps(told).encode() + b"\n")
    except BaseException as error:
        os.write(tell, json.dumps({"raised": repr(error)}).encode() + b"\n")
    if turn["as_interpreter"]:
        # Through all that is above, as in any program.
        sys.exit(0)
    os._exit(0)


def _ended(child: int, patience: float) -> tuple[bool, int]:
    """Whether the child had to be killed, and its status."""
    end = os.pidfd_open(child)
    hung = not select.select([end], [], [], patience)[0]
    os.close(end)
    if hung:
        os.kill(child, signal.SIGKILL)
    return hung, os.waitpid(child, 0)[1]


def _answer(command: str, began: float | None = None) -> dict[str, Any]:
    """One answer: what is judged of it, whether it came from memory, and when it was there."""
    import uvffi

    before = from_memory()
    first = time.monotonic()
    told = _slim(uvffi.run(command).answer)
    seconds = time.monotonic() - (first if began is None else began)
    return {**told, "seconds": seconds, "remembered": from_memory() > before}


def from_memory() -> int:
    """How many answers came from memory so far, after one look or (where something near had changed) after more."""
    import uvffi

    answers = uvffi.status()["answers"]
    return int(answers["remembered"] + answers["proved"])


def _slim(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "exit_code": answer["exit_code"],
        "changes": [[one["name"], one["previous_version"], one["version"]] for one in answer["changes"]],
        "stdout": answer["stdout"],
        "stderr": answer["stderr"],
    }


def _is_busy(company: list[dict[str, Any]]) -> bool:
    return bool(company) and "exit_code" not in company[-1]
