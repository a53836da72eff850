"""Runs commands and times each one, for as long as requests come: `loop.py REQUESTS REPLIES KIND SUBJECT`.

Requests and replies are JSON lines on two inherited descriptors, so that whatever the measured program writes to
its standard streams can't disturb them. KIND is `resident` (SUBJECT is a module with `run(command)`) or `process`
(SUBJECT is an executable). The clock is read right before and right after the call, in this process.

A request is a command as a list of words; its reply is {"ns", "code", "route", "text"} and for a process "peak".
{"do": NAME, ...} is for the file NAME.py beside this one, whose `answer(module, request)` returns the reply.
Anything raised is answered as {"error": text}. The end of the requests is the end of the process.
"""

from __future__ import annotations

import importlib
import json
import os
import shlex
import sys
import tempfile
from collections.abc import Callable
from time import perf_counter_ns
from types import ModuleType
from typing import Any


def text_of(result: Any) -> str:
    """What a resident module says it printed: named on uvffi's result, the fourth item of uv-ffi's tuple."""
    if hasattr(result, "stdout"):
        return f"{result.stdout}{result.stderr}"
    return str(result[3])


def resident(module: ModuleType) -> Callable[[list[str]], dict[str, Any]]:
    """Times calls of a module's `run`."""
    run = module.run

    def call(words: list[str]) -> dict[str, Any]:
        command = shlex.join(words)
        start = perf_counter_ns()
        result = run(command)
        elapsed = perf_counter_ns() - start
        code, *_ = result
        return {"ns": elapsed, "code": code, "route": getattr(result, "route", None), "text": text_of(result)}

    return call


def memory_file() -> int:
    """A descriptor that output can go to, and be read from again."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("output")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def process(executable: str) -> Callable[[list[str]], dict[str, Any]]:
    """Times an executable from its spawn to its end: no shell, no Python shim, output into memory."""
    sink = memory_file()
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, sink, 1),
        (os.POSIX_SPAWN_DUP2, sink, 2),
    ]
    unit = 1 if sys.platform == "darwin" else 1024

    def call(words: list[str]) -> dict[str, Any]:
        argv = [executable, *words]
        os.ftruncate(sink, 0)
        os.lseek(sink, 0, os.SEEK_SET)
        start = perf_counter_ns()
        pid = os.posix_spawn(executable, argv, os.environ, file_actions=streams)
        _, status, usage = os.wait4(pid, 0)
        elapsed = perf_counter_ns() - start
        size = os.lseek(sink, 0, os.SEEK_END)
        os.lseek(sink, 0, os.SEEK_SET)
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        text = os.read(sink, size).decode(errors="replace")
        return {"ns": elapsed, "code": code, "route": "process", "text": text, "peak": usage.ru_maxrss * unit}

    return call


def main() -> None:
    """Answers requests until there are no more."""
    kind, subject = sys.argv[3:5]
    module = None if kind == "process" else importlib.import_module(subject)
    call = process(subject) if module is None else resident(module)
    with os.fdopen(int(sys.argv[1])) as requests, os.fdopen(int(sys.argv[2]), "w", buffering=1) as replies:
        for line in requests:
            try:
                request = json.loads(line)
                if isinstance(request, list):
                    reply = call(request)
                else:
                    reply = importlib.import_module(request["do"]).answer(module, request)
            except Exception as error:  # the run goes on, and its table says what happened
                reply = {"error": f"{type(error).__name__}: {error}"}
            replies.write(json.dumps(reply) + "\n")


if __name__ == "__main__":
    main()
