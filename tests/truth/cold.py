"""uv as a process of its own, which remembers nothing: what it says is right."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Mapping, Sequence, Tuple

from tests.support.judge import Outcome, uv

PATIENCE = 60.0


Command = Tuple[Sequence[str], Mapping[str, str], Path]
"""uv's words, the variables, the directory."""


def ask(commands: Sequence[Command]) -> list[Outcome]:
    """uv's answers to commands that change nothing, asked at the same time."""
    started = [
        subprocess.Popen(
            [str(uv()), *argv],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for argv, env, cwd in commands
    ]
    answers = []
    for process in started:
        out, err = process.communicate(timeout=PATIENCE)
        answers.append(Outcome.of(process.returncode, out, err))
    return answers
