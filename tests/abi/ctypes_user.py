"""A user of the C ABI that has only ctypes. Its functions run in a worker, where nothing else has loaded uvffi."""

from __future__ import annotations

import ctypes
import json
import os
import sys
import threading
import time
from typing import Any


class Buffer(ctypes.Structure):
    """`uvffi_buf`."""

    _fields_ = [("data", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class User:
    """The library, opened and declared as the header says."""

    def __init__(self, path: str) -> None:
        self.c = ctypes.CDLL(path)
        self.c.uvffi_abi.restype = ctypes.c_uint32
        self.c.uvffi_version.restype = ctypes.c_char_p
        for call in (self.c.uvffi_run, self.c.uvffi_query):
            call.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(Buffer)]
            call.restype = ctypes.c_int32
        self.c.uvffi_free.argtypes = [ctypes.POINTER(Buffer)]
        self.c.uvffi_free.restype = None
        self.c.uvffi_shutdown.argtypes = [ctypes.c_uint32]
        self.c.uvffi_shutdown.restype = ctypes.c_int32

    def ask(self, entry: str, request: bytes | None, length: int | None = None) -> tuple[int, dict[str, Any]]:
        """The status and the answer of `uvffi_run` or `uvffi_query`."""
        # What was there before is neither read nor freed, the header says.
        out = Buffer(0xDEAD0BEE, 0xDEAD)
        size = len(request or b"") if length is None else length
        status = getattr(self.c, entry)(request, size, ctypes.byref(out))
        data = ctypes.string_at(out.data, out.len + 1)
        assert data[-1] == 0, "there must be a NUL after the answer"
        assert 0 not in data[:-1], "and none in it"
        self.c.uvffi_free(ctypes.byref(out))
        assert (out.data, out.len) == (None, 0), "freed, but not zeroed"
        self.c.uvffi_free(ctypes.byref(out))
        return status, json.loads(data[:-1].decode("utf-8"))


def ask(library: str, entry: str, request: str | None, length: int | None = None) -> dict[str, Any]:
    """One call, its request given in Latin-1 so that any bytes can come through JSON."""
    status, answer = User(library).ask(entry, None if request is None else request.encode("latin-1"), length)
    return {"status": status, "answer": answer}


def ask_without_out(library: str, entry: str, request: str) -> int:
    call = getattr(User(library).c, entry)
    return int(call(request.encode(), len(request), None))


def about(library: str) -> dict[str, Any]:
    """The handshake, twice: the version's text must stay where it is."""
    user = User(library)
    address = ctypes.CFUNCTYPE(ctypes.c_void_p)(("uvffi_version", user.c))
    return {
        "abi": user.c.uvffi_abi(),
        "version": user.c.uvffi_version().decode(),
        "again": user.c.uvffi_version().decode(),
        "stays": address() == address(),
    }


def free_nothing(library: str) -> bool:
    """Frees NULL, and a struct that nothing was put in."""
    user = User(library)
    user.c.uvffi_free(None)
    empty = Buffer(None, 0)
    user.c.uvffi_free(ctypes.byref(empty))
    return empty.data is None


def ask_after_moving(library: str, there: str, request: str) -> dict[str, Any]:
    """Loads the library by a relative path, and leaves the directory in which that path meant something."""
    os.chdir(os.path.dirname(library))
    user = User(f"./{os.path.basename(library)}")
    os.chdir(there)
    status, answer = user.ask("uvffi_run", request.encode())
    return {"status": status, "answer": answer}


def shutdown(library: str, milliseconds: int) -> int:
    return int(User(library).c.uvffi_shutdown(milliseconds))


def shutdown_during(library: str, command: str) -> dict[str, Any]:
    """Shuts down with far too little time while a command runs in another thread, then with enough."""
    user = User(library)
    answers: list[tuple[int, dict[str, Any]]] = []
    thread = threading.Thread(target=lambda: answers.append(user.ask("uvffi_run", command.encode())))
    thread.start()
    # Asked again until the engine is warm: before that there is nothing to wait for.
    deadline = time.monotonic() + 10
    while thread.is_alive() and (early := user.c.uvffi_shutdown(1)) == 0 and time.monotonic() < deadline:
        time.sleep(0.005)
    thread.join(30)
    return {"early": early, "late": user.c.uvffi_shutdown(5000), "status": answers[0][0], "answer": answers[0][1]}


def has_cffi() -> bool:
    return "_cffi_backend" in sys.modules or "uvffi" in sys.modules
