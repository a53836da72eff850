"""The engine of this process: versions, figures, and its end."""

from __future__ import annotations

from . import _native
from ._ask import ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def uv_version() -> str:
    """The version of the uv inside the library."""
    text = _native.ffi.string(_native.lib.uvffi_version()).decode()
    return text.partition("(uv ")[2].rstrip(")")


def status() -> dict[str, Any]:
    """Figures about the engine: what it keeps warm and how it answered so far. The keys may change."""
    return ask({"query": "status"})


def shutdown(timeout: float = 5.0) -> bool:
    """Let calls under way end, for at most `timeout` seconds, and give back what the engine keeps warm.

    True once all is at rest, False if a call outlasted the timeout. Never needed before exit; a later call starts the
    engine anew.
    """
    milliseconds = min(max(int(timeout * 1000), 0), 0xFFFFFFFF)
    return _native.lib.uvffi_shutdown(milliseconds) == 0
