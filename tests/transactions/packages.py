"""The wheels of these tests: every kind of file that a change has to bring in, take out or exchange."""

from __future__ import annotations

import functools

from tests.support.dist import Dist
from tests.support.wheels import build_wheel

TOOL = "[console_scripts]\nswap-tool = swap:main\n"
SCRIPT = "#!python\nimport swap\n\nprint(swap.VERSION)\n"


@functools.lru_cache(maxsize=None)
def everything() -> tuple[Dist, ...]:
    """The index `main`."""
    return (
        *(swap(version) for version in ("1.0", "2.0", "3.0")),
        *(steady(version) for version in ("1.0", "2.0")),
        *(space("one", version) for version in ("1.0", "2.0")),
        space("two", "1.0"),
        *(shape(version) for version in ("1.0", "2.0")),
        *(build_wheel("plain", version) for version in ("1.0", "2.0")),
        build_wheel("anchor", "1.0"),
        build_wheel("fresh", "1.0", entry_points="[console_scripts]\nfresh-tool = fresh:main\n"),
        build_wheel("gone", "1.0", files={"gone/__init__.py": "", "gone/deep/er/__init__.py": ""}),
        *(build_wheel("spoilt", f"1.{at}", fault=fault) for at, fault in enumerate(SPOILT)),
    )


SPOILT = ("not-a-zip", "cut-short", "no-wheel-file", "other-version", "escapes", "no-record")
"""`spoilt` 1.0, 1.1 and so on: wheels that can't be installed, each for a reason of its own."""


def swap(version: str) -> Dist:
    """Its files differ between versions, and so does which there are: directories too, scripts, data."""
    major = version[0]
    files: dict[str, str | bytes] = {
        "swap/__init__.py": module(version),
        "swap/same.py": "SAME = True\n",
        "swap/changed.py": f"CHANGED = {version!r}\n",
        "swap/sub/__init__.py": "",
        "swap/sub/deep/__init__.py": f"DEEP = {version!r}\n",
        f"swap/only_{major}.py": "",
        f"swap/dir_{major}/__init__.py": "",
        f"swap/dir_{major}/inner/table.bin": bytes(range(256)) * int(major),
        "swap/empty.txt": "",
        "swap_module.py": f"MODULE = {version!r}\n",
    }
    if major != "2":
        files["swap_extra.pth"] = "import sys\n"
    data: dict[str, str | bytes] = {
        "scripts/swap-run": SCRIPT,
        "scripts/swap.sh": f"#!/bin/sh\necho {version}\n",
        "data/share/swap/readme.txt": f"swap {version}\n",
        f"data/share/swap/only/{major}.txt": "",
        "headers/swap.h": f"#define SWAP {major}\n",
    }
    points = TOOL + (f"swap-{major} = swap:main\n" if major != "1" else "")
    executable = (f"swap-{version}.data/scripts/swap.sh",)
    return build_wheel("swap", version, files=files, data=data, entry_points=points, executable=executable)


COMMON = (
    "steady/__init__.py",
    "steady/core.py",
    "steady/sub/__init__.py",
    "steady/sub/deep/__init__.py",
    "steady/table.bin",
    "steady_module.py",
)
"""What both versions of `steady` have in site-packages."""


def steady(version: str) -> Dist:
    """The same names in both versions, and files of the same sizes: only their contents tell which it is."""
    files: dict[str, str | bytes] = {
        "steady/__init__.py": f"from .core import CORE\nfrom .sub.deep import DEEP\n\n{module(version)}",
        "steady/core.py": f"CORE = {version!r}\n",
        "steady/sub/__init__.py": "",
        "steady/sub/deep/__init__.py": f"DEEP = {version!r}\n",
        "steady/table.bin": version.encode() * 5000,
        "steady_module.py": f"MODULE = {version!r}\n",
    }
    data: dict[str, str | bytes] = {
        "data/share/steady.txt": f"steady {version}\n",
        "scripts/steady.sh": f"#!/bin/sh\necho {version}\n",
    }
    return build_wheel(
        "steady", version, files=files, data=data, entry_points="[console_scripts]\nsteady-tool = steady:main\n"
    )


def space(part: str, version: str) -> Dist:
    """Two distributions in one namespace, to the second level of it."""
    files = {
        f"space/{part}/__init__.py": module(version),
        f"space/{part}_{version[0]}.py": "",
        f"space/common/{part}.py": f"PART = {version!r}\n",
    }
    return build_wheel(f"space-{part}", version, files=files, data={f"data/share/space/{part}.txt": version})


def shape(version: str) -> Dist:
    """What is a module in one version is a package in the other, and what is a directory becomes a file."""
    if version == "1.0":
        files = {"shape.py": module(version), "shapes/square/__init__.py": "", "shapes/round.py": ""}
    else:
        files = {"shape/__init__.py": module(version), "shapes/square": "a file\n", "shapes/round/__init__.py": ""}
    return build_wheel("shape", version, files=files)


def module(version: str) -> str:
    return f"VERSION = {version!r}\n\n\ndef main():\n    print(VERSION)\n"
