"""A process that imports uvffi once and answers many calls, so that residence is what is tested.

Its descriptors 1 and 2 are files: whatever the library prints there is seen. Questions and answers pass, one JSON text
a line, through two pipes of their own. A question is `{"function": "module:name", "arguments": {...}}`: any function
that can be imported from the tests, called in the worker.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Mapping

ROOT = Path(__file__).parents[2]


class WorkerDied(AssertionError):
    """The worker ended, or gave no answer in time, during a call."""


class Worker:
    """One such process; `call` runs a function in it. Closing it twice is harmless."""

    def __init__(self, env: Mapping[str, str], cwd: Path) -> None:
        question, self._ask = os.pipe()
        self._hear, answer = os.pipe()
        self._files = tempfile.TemporaryDirectory()
        self.stdout = Path(self._files.name) / "stdout"
        self.stderr = Path(self._files.name) / "stderr"
        with self.stdout.open("wb") as out, self.stderr.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-X", "faulthandler", "-m", __name__, str(question), str(answer), str(cwd)],
                env=dict(env),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                pass_fds=(question, answer),
            )
        os.close(question)
        os.close(answer)
        self._buffer = b""
        self.timed_out = False
        """Whether a call was given up, and the process killed."""
        self._paranoid = bool(env.get("UVFFI_PARANOID"))

    def call(self, function: Callable[..., Any], /, timeout: float = 60, **arguments: Any) -> Any:
        """Runs a module-level function in the worker; an exception there is an `AssertionError` here."""
        named = f"{function.__module__}:{function.__qualname__}"
        question = json.dumps({"function": named, "arguments": arguments})
        try:
            os.write(self._ask, question.encode() + b"\n")
        except BrokenPipeError:
            raise WorkerDied(self._obituary("before the call")) from None
        answer = json.loads(self._line(timeout))
        if "raised" in answer:
            raise AssertionError(f"in the worker:\n{answer['raised']}")
        return answer["returned"]

    def printed(self) -> str:
        """Everything that has appeared on the worker's descriptors 1 and 2."""
        return self.stdout.read_text() + self.stderr.read_text()

    def close(self) -> None:
        if self.process.poll() is None:
            told = self.call(_differences) if self._paranoid else []
            os.close(self._ask)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            os.close(self._hear)
            assert told == [], f"a remembered answer is not the computed one: {told}"
        self._files.cleanup()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _line(self, timeout: float) -> bytes:
        deadline = time.monotonic() + timeout
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._hear], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                self.timed_out = True
                self.process.kill()
                self.process.wait()
                raise WorkerDied(self._obituary(f"no answer in {timeout:g} s"))
            chunk = os.read(self._hear, 1 << 20)
            if not chunk:
                self.process.wait(10)
                raise WorkerDied(self._obituary("it ended"))
            self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def _obituary(self, what: str) -> str:
        return f"the worker is gone ({what}), return code {self.process.poll()}; it printed:\n{self.printed()}"


def _differences() -> list[Any]:
    """What the paranoid mode found in this process, if uvffi was used at all."""
    uvffi = sys.modules.get("uvffi")
    found: list[Any] = uvffi.status()["paranoid"]["last"] if uvffi is not None else []
    return found


def _main(question: int, answer: int, cwd: str) -> None:
    sys.path[:] = [str(ROOT), *(entry for entry in sys.path if entry not in ("", str(ROOT)))]
    os.chdir(cwd)
    with os.fdopen(question) as asked, os.fdopen(answer, "w") as answered:
        for line in asked:
            told: dict[str, Any]
            try:
                request = json.loads(line)
                module, name = request["function"].split(":")
                function = getattr(importlib.import_module(module), name)
                told = {"returned": function(**request["arguments"])}
            except Exception:
                told = {"raised": traceback.format_exc()}
            answered.write(json.dumps(told) + "\n")
            answered.flush()


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
