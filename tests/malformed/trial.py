"""One malformed archive or environment before both: uv, and uvffi in a worker."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from tests.support.dist import Dist, core_metadata
from tests.support.index import IndexServer
from tests.support.judge import Outcome, run_uv
from tests.support.normalise import normal_stderr
from tests.support.worker import Worker
from tests.twin.sides import run_here

from .ground import Ground

SIDES = ("a", "b")


STAGE = re.compile(r"\.uvffi/stage/[^/]+/\d+/")
"""Where uvffi prepares what it will put in place, in texts of the system."""


KEYS = re.compile(r"(sdists-v\d+/\w+)/[0-9a-f]{16}")
"""Of an index or a path in uv's cache: each side has its own."""


TAKEN = re.compile(
    r"failed to create (?:file|directory)(\s+`[^`]*`:\s+)(?:Is a directory|File exists) \(os error \d+\)"
)
"""uv unpacks a wheel at a path with many threads: which of two members that want one name comes first is chance."""


def said(stderr: str) -> str:
    return TAKEN.sub(r"failed to create\1TAKEN", KEYS.sub(r"\1/KEY", STAGE.sub("", normal_stderr(stderr))))


class Trial:
    """Two grounds alike; each command is given in both, and all that came of it compared."""

    def __init__(self, folder: Path, cwd: Path, env: Mapping[str, str], worker: Worker, server: IndexServer) -> None:
        """`cwd`: the directory that the worker is in, for uv too."""
        self.folder = folder
        self._cwd = cwd
        self._env = dict(env)
        self._worker = worker
        self._server = server
        self.grounds = tuple(Ground(folder, side, env) for side in SIDES)

    def offer(self, filename: str, make: Callable[[Ground], bytes], way: str) -> list[list[str]]:
        """The words by which each side asks for a file that is made for its ground: by path, or from an index."""
        asked = []
        for side, ground in zip(SIDES, self.grounds):
            data = make(ground)
            if way == "path":
                (ground.root / filename).write_bytes(data)
                asked.append([str(ground.root / filename)])
            else:
                index = f"out-{side}"
                self._server.dists.pop(index, None)
                dist = Dist("evil", "1.0", filename, data, core_metadata("evil", "1.0"))
                self._server.add(index, [dist])
                asked.append(["evil", "--default-index", self._server.simple(index)])
        return asked

    def guard(self) -> None:
        """From now on nothing outside of the environments may change."""
        for ground in self.grounds:
            ground.guard()

    def run(
        self, words: Sequence[str], more: Sequence[Sequence[str]] = ((), ()), *, except_for: Sequence[str] = ()
    ) -> tuple[Outcome, dict[str, Any]]:
        """The command on both sides, where `more` may be each side's own. Fails the test where they are not one.

        `except_for` names files of the environment that may be left by one side only.
        """
        before = self.grounds[1].files()
        judged, answer = self.both(words, more)
        wrong = [f"touched: {ground.touched()}" for ground in self.grounds if ground.touched()]
        for what, mine, theirs in (
            ("exit code", judged.exit_code, answer["exit_code"]),
            ("stdout", judged.stdout, answer["stdout"]),
            ("stderr", said(judged.stderr), said(answer["stderr"])),
            ("printed", "", self._worker.printed()),
        ):
            if mine != theirs:
                wrong.append(f"{what}:\n  uv:    {mine!r}\n  uvffi: {theirs!r}")
        after = self.grounds[1].files()
        # Of what failed uv leaves parts behind, uvffi nothing.
        expected = self.grounds[0].files() if judged.exit_code == 0 else before
        for path in sorted({*expected, *after}):
            if expected.get(path) != after.get(path) and not path.endswith(tuple(except_for)):
                wrong.append(f"{path}:\n  expected: {expected.get(path)!r}\n  uvffi:    {after.get(path)!r}")
        assert not wrong, "\n".join([f"uv {' '.join(words)} (route {answer['route']})", *wrong])
        return judged, answer

    def both(self, words: Sequence[str], more: Sequence[Sequence[str]] = ((), ())) -> tuple[Outcome, dict[str, Any]]:
        """The command on both sides; nothing is compared."""
        lines = [
            [*words, *own, "--python", str(ground.venv), "--cache-dir", str(ground.cache)]
            for own, ground in zip(more, self.grounds)
        ]
        judged = run_uv(lines[0], self._env, self._cwd)
        answer: dict[str, Any] = self._worker.call(run_here, timeout=60, argv=lines[1])
        return judged, answer
