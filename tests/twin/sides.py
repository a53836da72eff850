"""The two who answer: uv as a process, and uvffi in a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, Protocol, Sequence

from tests.support.judge import Outcome, run_uv
from tests.support.worker import Worker


class Side(Protocol):
    """Runs a command; the second value is uvffi's whole result, which uv has not."""

    letter: str

    def run(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, given: bool
    ) -> tuple[Outcome, dict[str, Any] | None]: ...

    def close(self) -> None: ...


class Judge:
    """uv itself."""

    def __init__(self, letter: str = "a") -> None:
        self.letter = letter

    def run(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, given: bool
    ) -> tuple[Outcome, dict[str, Any] | None]:
        return run_uv(argv, env, cwd), None

    def close(self) -> None:
        pass


class Resident:
    """uvffi: one worker for all cases in the common directory with the common variables, others for the rest."""

    letter = "b"

    def __init__(self, env: Mapping[str, str], cwd: Path) -> None:
        self._common = (dict(env), cwd)
        self._worker: Worker | None = None

    def run(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, given: bool
    ) -> tuple[Outcome, dict[str, Any] | None]:
        common = (dict(env), cwd) == self._common
        if common or given:
            if self._worker is None or self._worker.process.poll() is not None:
                self._worker = Worker(*self._common)
            place = {} if common else {"cwd": str(cwd), "env": dict(env)}
            return self._ask(self._worker, argv, place)
        with Worker(env, cwd) as worker:
            return self._ask(worker, argv, {})

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()

    @staticmethod
    def _ask(worker: Worker, argv: Sequence[str], place: Mapping[str, Any]) -> tuple[Outcome, dict[str, Any]]:
        result = worker.call(run_here, timeout=120, argv=list(argv), **place)
        printed = worker.printed()
        if printed:
            worker.close()
            raise AssertionError(f"uvffi printed on its own process's descriptors:\n{printed}")
        return Outcome(result["exit_code"], result["stdout"], result["stderr"]), result


def run_here(argv: list[str], cwd: str | None = None, env: dict[str, str] | None = None) -> dict[str, Any]:
    """In the worker: one `uvffi.run`, whole, as it crossed the ABI."""
    import uvffi

    return uvffi.run(argv, cwd=cwd, env=env).answer
