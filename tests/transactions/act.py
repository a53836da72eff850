"""The process that is killed: runs commands one after another, and writes down each answer as soon as it has it.

`python -m tests.transactions.act SCRIPT`: a JSON file with

    commands   each a list of words, or a mapping that is a query
    answers    where the answers go, one JSON text a line: {"seconds": ..., "answer": ...}
    log        the fault log (or null): a line `# prelude` before the first command, `# victim` before the first victim
    prelude    how many commands come before the victims
    rounds     how often the victims are run (default 1)

A line `victim` on standard output says that the first victim begins now.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def main(script: str) -> None:
    with open(script, encoding="utf-8") as file:
        told = json.load(file)
    import uvffi
    from uvffi import _native
    from uvffi._codec import encode

    commands, prelude = told["commands"], told["prelude"]
    answers = os.open(told["answers"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def ask(command: Any) -> None:
        began = time.perf_counter()
        answer = _native.query(encode(command).encode()) if isinstance(command, dict) else uvffi.run(command).answer
        line = json.dumps({"seconds": time.perf_counter() - began, "answer": answer})
        os.write(answers, line.encode() + b"\n")

    _mark(told["log"], "prelude")
    for command in commands[:prelude]:
        ask(command)
    if prelude:
        # What is left to do of it is no part of the victims.
        time.sleep(0.1)
    _mark(told["log"], "victim")
    os.write(1, b"victim\n")
    for _ in range(told.get("rounds", 1)):
        for command in commands[prelude:]:
            ask(command)
    # What the engine does after its answers comes to its end too.
    uvffi.shutdown(20)


def _mark(log: str | None, name: str) -> None:
    if log is not None:
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"# {name}\n")


if __name__ == "__main__":
    main(sys.argv[1])
