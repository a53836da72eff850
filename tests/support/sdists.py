"""Source distributions that carry their own build backend, so that building one needs no index."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

from .dist import Dist, core_metadata, escaped

BACKEND = '''\
"""A PEP 517 backend for one module: enough to build, or to fail in a chosen way."""

import base64
import hashlib
import os
import sys
import time
import zipfile

NAME = {name!r}
VERSION = {version!r}
METADATA = {metadata!r}
FAULT = {fault!r}
STEM = {stem!r}


def _write(directory, members):
    filename = STEM + "-py3-none-any.whl"
    rows = []
    with zipfile.ZipFile(os.path.join(directory, filename), "w") as archive:
        for path, text in members.items():
            content = text.encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append("%s,sha256=%s,%d" % (path, digest, len(content)))
            archive.writestr(path, content)
        rows.append(STEM + ".dist-info/RECORD,,")
        archive.writestr(STEM + ".dist-info/RECORD", "\\n".join(rows) + "\\n")
    return filename


def _members(module):
    dist_info = STEM + ".dist-info/"
    return dict(module, **{{
        dist_info + "METADATA": METADATA,
        dist_info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }})


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    if FAULT == "build":
        print("the backend says this on standard output")
        sys.stderr.write("the backend says this on standard error\\n")
        raise RuntimeError("this project never builds")
    if FAULT == "exit":
        sys.exit(3)
    if FAULT == "endless":
        with open(os.path.join(os.environ["HOME"], "endless"), "w") as file:
            file.write(str(os.getpid()))
        time.sleep(120)
    text = "VERSION = %r\\nSETTINGS = %r\\n" % (VERSION, config_settings)
    return _write(wheel_directory, _members({{{module!r} + "/__init__.py": text}}))


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _write(wheel_directory, _members({{"__editable__" + {module!r} + ".pth": os.getcwd() + "\\n"}}))


def get_requires_for_build_wheel(config_settings=None):
    return ["no-such-build-tool"] if FAULT == "requires" else []


def get_requires_for_build_editable(config_settings=None):
    return []
'''

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{name}"
version = "{version}"
dependencies = {dependencies}
"""

FAULTS = ("build", "endless", "exit", "requires")


def source_files(
    name: str, version: str, requires: tuple[str, ...] = (), *, fault: str | None = None, dynamic: bool = False
) -> dict[str, str]:
    """The files of a source tree. `dynamic` leaves the dependencies to the backend."""
    if fault is not None and fault not in FAULTS:
        raise ValueError(f"unknown fault {fault!r}; known: {', '.join(FAULTS)}")
    module = escaped(name)
    metadata = core_metadata(name, version, requires)
    pyproject = PYPROJECT.format(name=name, version=version, dependencies=list(requires))
    if dynamic:
        pyproject = pyproject.replace(f"dependencies = {list(requires)}", 'dynamic = ["dependencies"]')
    backend = BACKEND.format(
        name=name, version=version, metadata=metadata, fault=fault, stem=f"{module}-{version}", module=module
    )
    return {"pyproject.toml": pyproject, "backend.py": backend, f"{module}/__init__.py": f"VERSION = {version!r}\n"}


def write_tree(
    root: Path,
    name: str,
    version: str,
    requires: tuple[str, ...] = (),
    *,
    fault: str | None = None,
    dynamic: bool = False,
) -> Path:
    """Writes a source tree, as `-e` and path requirements want it."""
    for path, text in source_files(name, version, requires, fault=fault, dynamic=dynamic).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return root


def build_sdist(
    name: str,
    version: str,
    requires: tuple[str, ...] = (),
    *,
    fault: str | None = None,
    dynamic: bool = False,
    upload_time: str | None = None,
) -> Dist:
    """A `.tar.gz` of `source_files`, with PKG-INFO."""
    stem = f"{escaped(name)}-{version}"
    metadata = core_metadata(name, version, requires)
    files = {"PKG-INFO": metadata, **source_files(name, version, requires, fault=fault, dynamic=dynamic)}
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, text in files.items():
            content = text.encode()
            info = tarfile.TarInfo(f"{stem}/{path}")
            info.size = len(content)
            info.mtime = 1577836800
            archive.addfile(info, io.BytesIO(content))
    body = gzip.compress(raw.getvalue(), mtime=0)
    return Dist(name, version, f"{stem}.tar.gz", body, metadata, None, upload_time)
