"""The one place where Python meets the C ABI.

1. `library_path()` says which file; nothing is loaded before a call needs it.
2. Copies of this package in one process (vendored ones too) share the first library of the same content.
3. The library is opened with local symbols, so that two different builds never see each other.
4. Its ABI version is compared with the one of the header our cffi module was made from, before anything else is called.
5. What fails in 1-4 is one `LibraryLoadError`, an `ImportError`, that says what was found and how to mend it.
6. A call hands over bytes, waits without the GIL, takes a copy of the answer and frees it. The small struct that the
   answer comes in is kept for the next call: to make one costs as much as all the rest.
"""

from __future__ import annotations

import atexit
import os
import sys

from ._codec import decode
from ._interpreter import is_main
from ._paths import library_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._uvffi import FFI, Buffer, Function, Library
    from .errors import LibraryLoadError

# Under this name in `sys.modules`, all copies of the package find what one another loaded.
PROCESS_WIDE = "_uvffi_process"


def _shared(path: str) -> str:
    """The first library loaded in this process that has the content of `path`; `path` itself where it is the first."""
    fresh: Any = type(sys)(PROCESS_WIDE, "Libraries of uvffi in this process, by real path, in order of loading.")
    fresh.paths = {}
    paths: dict[str, None] = sys.modules.setdefault(PROCESS_WIDE, fresh).__dict__["paths"]
    # Registered before it is compared: of two threads that load equal files at once, both choose the earlier.
    paths.setdefault(path)
    for known in list(paths):
        if known == path or _same_content(known, path):
            return known
    return path


def _same_content(one: str, other: str) -> bool:
    try:
        if os.path.samefile(one, other):
            return True
        if os.path.getsize(one) != os.path.getsize(other):
            return False
        with open(one, "rb") as left, open(other, "rb") as right:
            while True:
                chunk = left.read(1 << 20)
                if chunk != right.read(1 << 20):
                    return False
                if not chunk:
                    return True
    except OSError:
        return False


def _load_failed(
    path: str, found: str, cause: BaseException | None = None, hint: str | None = None
) -> LibraryLoadError:
    from .errors import LibraryLoadError

    hints = [hint or "Install uvffi's wheel for this platform, or run `scripts/build` in a source checkout"]
    if os.environ.get("UVFFI_LIBRARY"):
        hints.insert(0, "UVFFI_LIBRARY is set: unset it to use the library that belongs to this package")
    error = LibraryLoadError(
        f"uvffi can't load its shared library `{path}`: {found}", code="library-not-loaded", hints=hints
    )
    error.__cause__ = cause
    return error


def _refuse_sub_interpreter() -> None:
    from .errors import LibraryLoadError

    raise LibraryLoadError(
        "uvffi was called in a sub-interpreter, and works in a process's main interpreter only: the engine is one for"
        " the whole process",
        code="sub-interpreter",
        hints=["Call it from the main interpreter, or run `python -m uvffi` as a process of its own"],
    )


def _load() -> tuple[FFI, Library, str]:
    path = library_path()
    if not is_main():
        _refuse_sub_interpreter()
    try:
        from ._uvffi import ffi
    except ImportError as error:
        if error.name == "_cffi_backend":
            found = f"the package `cffi` is not installed for {sys.executable}"
            hint = f"Install it there: `{sys.executable} -m pip install cffi`"
            raise _load_failed(path, found, error, hint) from error
        raise _load_failed(path, f"the cffi module beside it can't be imported: {error}", error) from error
    if not os.path.isfile(path):
        raise _load_failed(path, "there is no such file")
    try:
        shared = _shared(os.path.realpath(path))
        lib = ffi.dlopen(shared)
    except OSError as error:
        raise _load_failed(path, f"the system refuses it: {error}", error) from error
    expected = ffi.integer_const("UVFFI_ABI")
    try:
        found_abi = lib.uvffi_abi()
    except (AttributeError, ffi.error) as error:
        raise _load_failed(path, "it is a library of something else, without `uvffi_abi`", error) from error
    if found_abi != expected:
        raise _load_failed(path, f"it has version {found_abi} of the ABI, this package needs version {expected}")
    return ffi, lib, shared


ffi, lib, loaded_path = _load()

# What a change leaves to do after its answer is done before the process ends: mostly nothing, at most this many
# milliseconds.
atexit.register(lib.uvffi_shutdown, 200)

# Whoever calls takes one away and puts it back, so no two calls ever share one.
spare: list[Buffer] = []


def take() -> Buffer:
    """A buffer of the spare ones, to be given back to `spare`."""
    try:
        return spare.pop()
    except IndexError:
        return ffi.new("uvffi_buf *")


def send(function: Function, request: bytes) -> bytes:
    """The answer of `lib.uvffi_run`, `lib.uvffi_query` or `lib.uvffi_patch` to a request, as JSON in UTF-8."""
    answer = take()
    try:
        function(request, len(request), answer)
        data = answer.data
        if not data:
            from .errors import InternalError

            raise InternalError("uvffi gave no answer", code="internal")
        return ffi.unpack(data, answer.len)
    finally:
        lib.uvffi_free(answer)
        spare.append(answer)


def call(function: Function, request: bytes) -> Any:
    """What `send` gives, decoded."""
    return decode(send(function, request).decode("utf-8"))


def query(request: bytes) -> Any:
    """The decoded answer of `uvffi_query`."""
    return call(lib.uvffi_query, request)


def _watch() -> None:
    from ._watching.process import start_by_variable

    start_by_variable()


if os.environ.get("UVFFI_WATCH"):
    import threading

    # In a thread, as whoever loads the library is in the middle of importing what the watcher needs, and in a hurry.
    threading.Thread(target=_watch, daemon=True).start()
