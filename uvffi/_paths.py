"""Where the shared library and the launcher are: beside this module, or where `UVFFI_LIBRARY` says."""

from __future__ import annotations

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))

if sys.platform == "darwin":
    LIBRARY_NAME = "libuvffi.dylib"
elif sys.platform == "win32":
    LIBRARY_NAME = "uvffi.dll"
else:
    LIBRARY_NAME = "libuvffi.so"

LAUNCHER_NAME = "uvffi-launcher.exe" if sys.platform == "win32" else "uvffi-launcher"


def library_path() -> str:
    """The shared library this package uses, whether or not it is there or loaded.

    `UVFFI_LIBRARY` if set (a relative path counts from the working directory), else the file beside the package's
    modules. For users of the C ABI from another language: this is the file to load.
    """
    override = os.environ.get("UVFFI_LIBRARY")
    if override:
        return os.path.abspath(override)
    return os.path.join(_HERE, LIBRARY_NAME)


def launcher_path() -> str:
    """The executable that runs uv in a process of its own, whether or not it is there.

    `UVFFI_LAUNCHER` if set, else the file beside the library, as the library itself looks for it.
    """
    override = os.environ.get("UVFFI_LAUNCHER")
    if override:
        return os.path.abspath(override)
    beside = os.path.join(os.path.dirname(library_path()), LAUNCHER_NAME)
    if os.path.exists(beside):
        return beside
    return os.path.join(_HERE, LAUNCHER_NAME)
