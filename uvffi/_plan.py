from __future__ import annotations

from ._run import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._change import Change
    from ._result import Result


class Plan:
    """What a command would change. `apply` runs it; until then nothing is touched.

    A plan is a picture: `apply` decides again against the environment and the index of that moment, and its result
    says what was done.
    """

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

    def apply(self) -> Result:
        """Do it; raises as `Environment.install` does."""
        return run(self._command).check()

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.result.data["changes"])

    def __repr__(self) -> str:
        return f"Plan({', '.join(map(str, self.changes)) or 'nothing to do'})"
