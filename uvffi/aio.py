"""uvffi for `async` code, under asyncio and trio (so under anyio on either): `await uvffi.aio.run("pip install rich")`.

`Environment.aio` is the typed side of it.
"""

from __future__ import annotations

from ._aio import AsyncEnvironment, follow
from ._run import raise_for_request, request_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Mapping

    from ._result import Result
    from ._run import Command, Progress

__all__ = ["AsyncEnvironment", "run"]


async def run(
    command: Command,
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    progress: Progress | None = None,
    timeout: float | None = None,
) -> Result:
    """`uvffi.run` for a task: the same arguments, result and errors; other tasks go on meanwhile.

    `progress` is called in the loop's thread. A task that is cancelled cancels the command, waits for its end, which
    comes at once unless a change is being committed, and is then cancelled itself.
    """
    result = await follow(request_text(command, cwd, env, stdin), progress, timeout)
    raise_for_request(result)
    return result
