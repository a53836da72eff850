from __future__ import annotations

from . import _native
from ._codec import encode
from ._run import to_bytes
from .errors import error_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a query; raises the error it tells of."""
    answer: dict[str, Any] = _native.query(to_bytes(encode(request)))
    error = answer.get("error")
    if error is not None:
        raise error_of(error)
    return answer
