"""The programs that are measured, each in an environment of its own under the same interpreter."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import fetch
from benchmarks.places import ROOT

UV = "uv==0.12.5"
UV_FFI = "uv-ffi==0.10.8.post15"
DEPENDENCIES = ["cffi", "packaging", "watchfiles"]  # of uvffi, when it is measured from the source tree

NAMES = ("uv", "uv-ffi", "uv-ffi-hardlink", "uvffi")
TITLES = {
    "uv": "uv (process)",
    "uv-ffi": "uv-ffi (default)",
    "uv-ffi-hardlink": "uv-ffi (hardlink)",
    "uvffi": "uvffi",
}


@dataclass(frozen=True)
class Contender:
    """How one program is driven."""

    name: str
    version: str
    kind: str  # "process" or "resident", as loop.py has it
    subject: str  # the executable, or the module
    python: Path  # what the driver runs on
    library: Path | None  # what is shipped; a development build is not
    wheel: Path | None
    install_flags: tuple[str, ...] = ()
    environ: dict[str, str] = field(default_factory=dict)
    one_environment: bool = False  # a process of it serves the environment of its first call, whatever later ones name


def uv(python: Path, tag: str) -> Contender:
    """uv from its wheel: the executable itself, not a shim."""
    wheel = fetch.wheel_of(python, UV, tag)
    home = fetch.home_of(python, f"{UV}-{tag}", [str(wheel)])
    executable = home.parent / "uv"
    return Contender("uv", UV.split("==")[1], "process", str(executable), home, executable, wheel)


def uv_ffi(python: Path, tag: str, name: str) -> Contender:
    """uv-ffi from its wheel, with the link mode it picks or with hard links."""
    wheel = fetch.wheel_of(python, UV_FFI, tag)
    home = fetch.home_of(python, f"{UV_FFI}-{tag}", [str(wheel)])
    library = next(home.parent.parent.glob("lib/python*/site-packages/uv_ffi/_native*"))
    flags = ("--link-mode", "hardlink") if name == "uv-ffi-hardlink" else ()
    version = UV_FFI.split("==")[1]
    return Contender(name, version, "resident", "uv_ffi", home, library, wheel, flags, one_environment=True)


def uvffi(python: Path, tag: str, library: Path | None, wheel: Path | None) -> Contender:
    """uvffi from a wheel, or from the source tree with the library that lies there or is named."""
    if wheel is not None:
        home = fetch.home_of(python, f"uvffi-{fetch.digest(wheel.read_bytes())}-{tag}", [str(wheel)])
    else:
        key = fetch.digest(" ".join([str(ROOT), *DEPENDENCIES]).encode())
        home = fetch.home_of(python, f"uvffi-{key}-{tag}", DEPENDENCIES, ROOT)
    environ = {} if library is None else {"UVFFI_LIBRARY": str(library.resolve())}
    script = "import uvffi; print(uvffi.__version__); print(uvffi.uv_version())"
    words, variables = [str(home), "-c", script], {**os.environ, **environ}
    asked = subprocess.run(words, check=False, capture_output=True, text=True, cwd=os.path.sep, env=variables)
    if asked.returncode != 0:
        reason = asked.stderr.strip().splitlines()[-1:]
        raise RuntimeError(f"uvffi can't be loaded: {''.join(reason)}; build it with scripts/build, or leave it out")
    version, its_uv = asked.stdout.splitlines()
    return Contender("uvffi", f"{version} (uv {its_uv})", "resident", "uvffi", home, library, wheel, environ=environ)


def gather(names: list[str], python: Path, tag: str, library: Path | None, wheel: Path | None) -> list[Contender]:
    """The contenders of these names, in the order of the table."""
    chosen: list[Contender] = []
    for name in NAMES:
        if name in names:
            if name == "uv":
                chosen.append(uv(python, tag))
            elif name == "uvffi":
                chosen.append(uvffi(python, tag, library, wheel))
            else:
                chosen.append(uv_ffi(python, tag, name))
    return chosen
