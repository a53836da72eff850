"""Commands and questions that uvffi has and uv has not, to one environment.

`python` is a directory or an interpreter, as `--python` takes it; None is the environment that a command without
`--python` means here.
"""

from __future__ import annotations

from ._ask import ask
from ._run import perform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._result import Result


def own(python: str | None, *words: str, durable: bool | None = None) -> Result:
    """Run `uvffi <words>`; raises as `Result.check` does."""
    place = [] if python is None else ["--python", python]
    return perform(["uvffi", *words, *place], durable=durable)


def inquire(python: str | None, query: str) -> dict[str, Any]:
    """The answer to a query about the environment; raises the error it tells of."""
    return ask({"query": query, "environment": None if python is None else {"python": python}})
