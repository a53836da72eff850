from __future__ import annotations

from . import _wait
from ._codec import encode
from ._native import lib
from ._reply import Reply
from ._result import result_of
from ._run import perform, to_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._change import Change
    from ._result import Result
    from ._run import Progress


class Plan:
    """What a command would change. Until `apply` nothing is touched, and `apply` does exactly this or nothing."""

    __slots__ = ("_command", "result")

    result: Result

    def __init__(self, command: list[str], result: Result) -> None:
        """`command`: the words that `apply` runs; `result`: of their dry run."""
        self._command = command
        self.result = result

    @property
    def changes(self) -> tuple[Change, ...]:
        """What would change; empty where the environment satisfies the requirements already."""
        return self.result.changes

    @property
    def digest(self) -> str:
        """Equal for two plans that change the same things from and to the same distributions."""
        return str(self.result.answer["digest"])

    def apply(
        self, *, durable: bool | None = None, progress: Progress | None = None, timeout: float | None = None
    ) -> Result:
        """Do it. `durable`, `progress`, `timeout` and what it raises are as in `Environment.install`.

        Where the environment or the index are not as they were and something else would be done now, it is a
        `PlanChangedError`, and nothing is changed.
        """
        return perform(self._command, durable=durable, expect=self.digest, progress=progress, timeout=timeout)

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.result.answer["changes"])

    def __repr__(self) -> str:
        return f"Plan({', '.join(map(str, self.changes)) or 'nothing to do'})"


def plan(command: list[str], *, progress: Progress | None = None, timeout: float | None = None) -> Plan:
    """The plan of a command; raises as its dry run does. `progress` and `timeout` are as in `run`."""
    text = plan_text(command)
    if progress is not None or timeout is not None:
        from ._follow import follow

        return Plan(command, follow(text, progress, timeout).check())
    return Plan(command, result_of(Reply(_wait.run(to_bytes(text), lib.uvffi_query))).check())


def plan_text(command: list[str]) -> str:
    """The request of `plan`."""
    return encode({"query": "plan", "argv": command})
