"""The engine of this process: its version, and its end."""

from __future__ import annotations

from . import _native


def uv_version() -> str:
    """The version of the uv inside the library."""
    text = _native.ffi.string(_native.lib.uvffi_version()).decode()
    return text.partition("(uv ")[2].rstrip(")")


def shutdown(timeout: float = 5.0) -> bool:
    """Let calls under way end, for at most `timeout` seconds, and give back what the engine keeps warm.

    True once all is at rest, False if a call outlasted the timeout. Never needed before exit; a later call starts the
    engine anew. It ends what `start_watching` began; readers of `Environment.watch` go on, and keep the engine awake.
    """
    from ._watching.process import stop_watching

    stop_watching()
    milliseconds = min(max(int(timeout * 1000), 0), 0xFFFFFFFF)
    return _native.lib.uvffi_shutdown(milliseconds) == 0
