"""What runs in the worker: steps that ask, with the answers as they crossed the ABI, in Latin-1."""

from __future__ import annotations

import traceback
from typing import Any

MOST_EVENTS = 10_000


def ask(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each step came to: `status` and `answer` of a call, `events` of one that was begun, `raised` of Python."""
    return [_python(step) if step["do"] == "python" else _call(step["entry"], step["text"]) for step in steps]


def _call(entry: str, text: str) -> dict[str, Any]:
    from uvffi._native import ffi, lib

    request = text.encode("latin-1")
    if entry in ("start", "cancel"):
        return _follow(request, cancel=entry == "cancel")
    out = ffi.new("uvffi_buf *")
    status = getattr(lib, f"uvffi_{entry}")(request, len(request), out)
    return {"status": status, "answer": _taken(ffi, lib, out)}


def _follow(request: bytes, cancel: bool) -> dict[str, Any]:
    """Begins a call and pulls its events until there are no more."""
    from uvffi._native import ffi, lib

    number = lib.uvffi_start(request, len(request))
    if cancel:
        lib.uvffi_cancel(number)
    events: list[str] = []
    while len(events) < MOST_EVENTS:
        out = ffi.new("uvffi_buf *")
        status = lib.uvffi_wait(number, 1000, out)
        if status == 1:
            continue
        events.append(_taken(ffi, lib, out))
        if status != 0:
            break
    return {"number": number, "events": events}


def _taken(ffi: Any, lib: Any, out: Any) -> str:
    """The answer, with the byte after it, which must be a NUL."""
    told: bytes = ffi.unpack(out.data, out.len + 1) if out.data else b""
    lib.uvffi_free(out)
    lib.uvffi_free(out)
    return told.decode("latin-1")


def _python(step: dict[str, Any]) -> dict[str, Any]:
    """One use of the package: an error of its own is an answer, any other is not."""
    import uvffi

    environment = uvffi.Environment(step["venv"])
    try:
        if step["what"] == "packages":
            for package in environment.packages.values():
                repr(package)
            list(environment.packages)
        else:
            for finding in environment.doctor(fix=step["what"] == "fix"):
                str(finding)
            environment.history()
            list(environment.shelf())
    except uvffi.UvffiError as error:
        return {"error": str(error).encode("utf-8", "surrogateescape").decode("latin-1")}
    except Exception:
        return {"raised": traceback.format_exc()}
    return {}
