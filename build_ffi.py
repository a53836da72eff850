"""Makes the cffi module `uvffi/_uvffi.py` from the one declaration of the C ABI, `csrc/include/uvffi.h`.

Out-of-line ABI mode: the result is a Python file that needs neither a compiler nor a particular Python, only cffi.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HEADER = ROOT / "csrc" / "include" / "uvffi.h"
MODULE = ROOT / "uvffi" / "_uvffi.py"


def declarations(header: str) -> str:
    """A C header as `cdef` takes it: without comments, directives, and what is for C++ alone.

    Constants (`#define NAME 1`) stay: cffi makes integer constants of them.
    """
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    text = re.sub(r"^#ifdef __cplusplus$.*?^#endif$", "", text, flags=re.DOTALL | re.MULTILINE)
    constant = re.compile(r"#define [A-Z_]+ \d+$")
    kept = [line for line in text.splitlines() if not line.startswith("#") or constant.match(line)]
    return "\n".join(line for line in kept if line.strip())


def generate(header: Path = HEADER, module: Path = MODULE) -> Path:
    """Write the cffi module; left alone where it is already what it would become."""
    from cffi import FFI

    ffi = FFI()
    ffi.cdef(declarations(header.read_text(encoding="utf-8")))
    # The name says nothing where the package is vendored under another: the module is found by a relative import.
    ffi.set_source("uvffi._uvffi", None)
    # cffi prints what it does; an equal file it leaves as it is.
    with contextlib.redirect_stdout(io.StringIO()):
        ffi.emit_python_code(str(module))
    return module


if __name__ == "__main__":
    print(generate(*map(Path, sys.argv[1:3])))
