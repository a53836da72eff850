"""The cffi module that `build_ffi.py` makes from `csrc/include/uvffi.h`, in out-of-line ABI mode.

Only `_native` imports it. What the functions do, and who owns what, is said in the header.
"""

from typing import Any, Protocol

class Buffer(Protocol):
    """`uvffi_buf *`: an answer, freed by `uvffi_free` alone."""

    data: Any
    len: int

class Function(Protocol):
    """`uvffi_run`, `uvffi_patch`, `uvffi_query`: request, its length in bytes, where the answer goes; 0, -1 or -2."""

    def __call__(self, req: bytes, n: int, out: Buffer, /) -> int: ...

class Library(Protocol):
    """The functions of the shared library."""

    UVFFI_ABI: int

    def uvffi_abi(self) -> int:
        """The ABI version the library was built with; compare before any other call."""

    def uvffi_version(self) -> Any:
        """`const char *`, "uvffi 0.1.0 (uv 0.12.5)"; never freed."""

    def uvffi_run(self, req: bytes, n: int, out: Buffer, /) -> int:
        """Run one uv command; the GIL is released meanwhile."""

    def uvffi_start(self, req: bytes, n: int, /) -> int:
        """Begin one uv command, or the answer to a query; the number of the call."""

    def uvffi_wait(self, call: int, timeout_ms: int, out: Buffer, /) -> int:
        """The next event of a call: 0 in `out`, 1 none in time, -1 no such call."""

    def uvffi_cancel(self, call: int, /) -> int:
        """Have a call end without changing anything: 0, 1 too late, -1 no such call."""

    def uvffi_patch(self, delta: bytes, n: int, out: Buffer, /) -> int:
        """Mark packages to be looked at again, or forget what is known."""

    def uvffi_query(self, req: bytes, n: int, out: Buffer, /) -> int:
        """Answer a question without changing anything."""

    def uvffi_free(self, buf: Buffer, /) -> None:
        """Free an answer; a second time does nothing."""

    def uvffi_shutdown(self, timeout_ms: int, /) -> int:
        """Let calls end and let go of what is warm: 0 at rest, 1 a call was still running, -1 failed."""

    def uvffi_main(self, argc: int, argv: Any, /) -> int:
        """All of uv, for the launcher only: it takes over the process."""

class FFI:
    """What is used of `_cffi_backend.FFI`."""

    NULL: Any
    error: type[Exception]

    def dlopen(self, name: str | None, flags: int = ...) -> Library: ...
    def new(self, cdecl: str, init: Any = ...) -> Buffer: ...
    def unpack(self, cdata: Any, length: int) -> bytes: ...
    def string(self, cdata: Any, maxlen: int = ...) -> bytes: ...
    def integer_const(self, name: str) -> int: ...

ffi: FFI
