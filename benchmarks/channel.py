"""One driver process and the conversation with it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.failed import Failed

DRIVERS = Path(__file__).resolve().parent / "drivers"
PATIENCE = 120.0  # seconds for one answer


@dataclass(frozen=True)
class Answer:
    """One timed command."""

    ns: int
    code: int
    route: str | None
    text: str
    peak: int | None


class Channel:
    """A running `loop.py`; `with` or `close()` ends it."""

    def __init__(self, python: Path, kind: str, subject: str, environ: Mapping[str, str], cwd: Path, log: Path) -> None:
        requests_read, self._requests = os.pipe()
        self._replies, replies_write = os.pipe()
        words = [str(python), str(DRIVERS / "loop.py"), str(requests_read), str(replies_write), kind, subject]
        self._log = log
        self._process = start(words, environ, cwd, log, (requests_read, replies_write))
        self._pending = b""

    def run(self, words: list[str], check: bool = True) -> Answer:
        """Runs one command; raises `Failed` when it ends with another code than 0, unless told not to check."""
        reply = self._ask(words)
        answer = Answer(reply["ns"], reply["code"], reply["route"], reply["text"], reply.get("peak"))
        if check and answer.code != 0:
            raise Failed(f"`{words[0]} {words[1]}` ended with {answer.code}: {brief(answer.text)}")
        return answer

    def do(self, name: str, **fields: Any) -> dict[str, Any]:
        """The reply of one of the drivers' further files."""
        return self._ask({"do": name, **fields})

    def close(self) -> None:
        """Ends the driver; a second call does nothing."""
        if self._requests >= 0:
            os.close(self._requests)
            os.close(self._replies)
            self._requests = -1
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _ask(self, request: list[str] | dict[str, Any]) -> dict[str, Any]:
        try:
            os.write(self._requests, json.dumps(request).encode() + b"\n")
            reply: dict[str, Any] = json.loads(self._line())
        except (BrokenPipeError, EOFError):
            code = self._process.wait()
            raise Failed(f"the driver ended with {code}: {brief(self._log.read_text(errors='replace'))}") from None
        if "error" in reply:
            raise Failed(reply["error"])
        return reply

    def _line(self) -> bytes:
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in self._pending:
            ready, _, _ = select.select([self._replies], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                self._process.kill()
                raise Failed(f"no answer in {PATIENCE:.0f} s")
            data = os.read(self._replies, 65536)
            if not data:
                raise EOFError
            self._pending += data
        line, _, self._pending = self._pending.partition(b"\n")
        return line


def start(
    words: list[str], environ: Mapping[str, str], cwd: Path, log: Path, ends: tuple[int, ...]
) -> subprocess.Popen[bytes]:
    """A driver process that takes over these ends of pipes; what it prints goes to the log."""
    with log.open("ab") as sink:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            pass_fds=ends,
        )
    for end in ends:
        os.close(end)
    return process


def brief(text: str) -> str:
    """The last lines of a text on one line."""
    return " / ".join(line.strip() for line in text.strip().splitlines()[-4:])[-400:]


def first_call(
    python: Path, module: str, command: str, environ: Mapping[str, str], cwd: Path, log: Path
) -> tuple[int, ...]:
    """The numbers of one `fresh.py` process, in the order of its docstring."""
    replies, replies_write = os.pipe()
    words = [str(python), str(DRIVERS / "fresh.py"), str(replies_write), module, command]
    with os.fdopen(replies, "rb") as source:
        process = start(words, environ, cwd, log, (replies_write,))
        line = source.readline()
        code = process.wait()
    if not line:
        raise Failed(f"a new process ended with {code}: {brief(log.read_text(errors='replace'))}")
    numbers = tuple(int(word) for word in line.split())
    if numbers[2] != 0:
        raise Failed(f"the first call ended with {numbers[2]}: {brief(log.read_text(errors='replace'))}")
    return numbers
