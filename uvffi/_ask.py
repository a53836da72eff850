from __future__ import annotations

from . import _native
from ._codec import encode
from ._run import to_bytes
from .errors import error_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._uvffi import Function


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a query; raises the error it tells of."""
    return _answer(_native.lib.uvffi_query, request)


def tell(delta: dict[str, Any]) -> dict[str, Any]:
    """What the engine made of a Delta; raises the error it tells of."""
    return _answer(_native.lib.uvffi_patch, delta)


def _answer(function: Function, request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = _native.call(function, to_bytes(encode(request)))
    error = answer.get("error")
    if error is not None:
        raise error_of(error)
    return answer
