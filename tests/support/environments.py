"""Environments for tests: the variables of a call, virtual environments, and a private system Python."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Mapping

from . import interpreters
from .judge import must_uv

KEPT = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)
"""Variables of the calling process that say how the network is reached."""


def variables(session: Path, cache: Path, index: str | None) -> dict[str, str]:
    """The whole environment of a call: nothing of the caller's own settings of uv or pip is in it.

    With `index` None the default index is uv's own.
    """
    home = session / "home"
    temporary = session / "tmp"
    for folder in (home, temporary, cache):
        folder.mkdir(parents=True, exist_ok=True)
    env = {
        "PATH": os.pathsep.join(("/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CONFIG_DIRS": str(home / "system"),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "UV_CACHE_DIR": str(cache),
        "UV_HTTP_RETRIES": "0",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PYTHON_INSTALL_DIR": str(home / "pythons"),
    }
    if "UVFFI_PARANOID" in os.environ:
        env["UVFFI_PARANOID"] = os.environ["UVFFI_PARANOID"]
    if index is not None:
        env["UV_INDEX_URL"] = index
    else:
        env.update({name: os.environ[name] for name in KEPT if name in os.environ})
    return env


def make_venv(path: Path, env: Mapping[str, str], version: str | None = None) -> Path:
    """A virtual environment of this Python version (default: the interpreter that runs the tests)."""
    python = interpreters.own()[1] if version is None else interpreters.interpreters()[version]
    path.parent.mkdir(parents=True, exist_ok=True)
    must_uv(["venv", "--no-config", "--no-project", "-q", "--python", str(python), str(path)], env, path.parent)
    return path


def make_system_python(path: Path, *, managed: bool) -> Path:
    """A Python that is no virtual environment and belongs to the test; `managed` marks it as the distribution's own.

    The executable is copied and the standard library linked, so it starts at `path` and has its own site-packages.
    """
    real = interpreters.own()[1].resolve()
    stdlib = Path(_ask(real, "import sysconfig; print(sysconfig.get_path('stdlib'))"))
    (path / "bin").mkdir(parents=True)
    library = path / "lib" / stdlib.name
    library.mkdir(parents=True)
    for entry in stdlib.iterdir():
        if entry.name not in ("site-packages", "EXTERNALLY-MANAGED", "__pycache__"):
            (library / entry.name).symlink_to(entry)
    (library / "site-packages").mkdir()
    shutil.copy2(real, path / "bin" / "python3")
    (path / "bin" / "python").symlink_to("python3")
    for shared in real.parent.parent.glob("lib/libpython*"):
        (path / "lib" / shared.name).symlink_to(shared)
    if managed:
        (library / "EXTERNALLY-MANAGED").write_text("[externally-managed]\nError=This Python belongs to the tests.\n")
    return path


def site_packages(prefix: Path) -> Path:
    """The one site-packages directory of a virtual environment."""
    (found,) = prefix.glob("lib/python*/site-packages")
    return found


def _ask(python: Path, program: str) -> str:
    return subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, check=True).stdout.strip()
