"""The packages of the tests' own indexes. A name says what is special about it."""

from __future__ import annotations

import functools

from .dist import Dist
from .sdists import build_sdist
from .wheels import FAULTS, build_wheel

TOOL = "[console_scripts]\nalpha = alpha:main\n\n[gui_scripts]\nalpha-window = alpha:main\n"
SCRIPT = "#!python\nimport sys\nprint(sys.prefix)\n"


@functools.lru_cache(maxsize=None)
def main() -> tuple[Dist, ...]:
    """The index `main`."""
    return (*_plain(), *_marked(), *_choices(), *_files(), *_sources(), *_broken())


@functools.lru_cache(maxsize=None)
def extra() -> tuple[Dist, ...]:
    """The index `extra`: other versions of some names of `main`, and one name of its own."""
    return (
        build_wheel("alpha", "9.0", upload_time="2021-01-01T00:00:00Z"),
        build_wheel("beta", "1.5", ("alpha",)),
        build_wheel("only-extra", "1.0", ("alpha",)),
    )


def _plain() -> list[Dist]:
    """alpha has releases a year apart; beta needs one or the other; chain-1 to chain-6 need each other in turn."""
    alphas = [
        build_wheel("alpha", version, entry_points=TOOL, upload_time=f"{year}-01-01T00:00:00Z")
        for version, year in (("1.0", 2021), ("1.1", 2022), ("2.0", 2023))
    ]
    betas = [
        build_wheel("beta", "1.0", ("alpha<2",), upload_time="2021-01-01T00:00:00Z"),
        build_wheel("beta", "2.0", ("alpha>=2",), upload_time="2023-01-01T00:00:00Z"),
    ]
    chain = [build_wheel(f"chain-{n}", "1.0", (f"chain-{n + 1}>=1",) if n < 6 else ()) for n in range(1, 7)]
    return [*alphas, *betas, *chain, build_wheel("lonely", "1.0"), build_wheel("Mixed_Case.Name", "1.0")]


def _marked() -> list[Dist]:
    needs = (
        "alpha ; python_version >= '3.9'",
        "lonely ; python_version < '3.9'",
        "winonly ; sys_platform == 'win32'",
    )
    extras = ("alpha ; extra == 'fast'", "lonely ; extra == 'slow'", "extras[fast,slow] ; extra == 'all'")
    return [
        build_wheel("marked", "1.0", needs),
        build_wheel("extras", "1.0", extras, extras=("fast", "slow", "all")),
        build_wheel("modern", "1.0", requires_python=">=3.6"),
        build_wheel("modern", "2.0", requires_python=">=3.12"),
        build_wheel("future", "1.0", requires_python=">=4"),
        build_wheel("winonly", "1.0", tag="py3-none-win_amd64"),
        build_wheel("tagged", "1.0", tag="cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64"),
        build_wheel("tagged", "1.0", tag="py2.py3-none-any"),
    ]


def _choices() -> list[Dist]:
    """What a resolver has to choose between."""
    return [
        build_wheel("pre", "1.0"),
        build_wheel("pre", "2.0b1"),
        build_wheel("pre", "2.0.dev3"),
        build_wheel("only-pre", "0.1a1"),
        build_wheel("needs-pre", "1.0", ("pre>=2.0b1",)),
        build_wheel("local", "1.0"),
        build_wheel("local", "1.0+cpu"),
        build_wheel("post", "1.0"),
        build_wheel("post", "1.0.post1"),
        build_wheel("yanked", "1.0"),
        build_wheel("yanked", "1.1", yanked="it was wrong"),
        build_wheel("shared", "1.0"),
        build_wheel("shared", "2.0"),
        build_wheel("left", "1.0", ("shared==1.0",)),
        build_wheel("right", "1.0", ("shared==2.0",)),
        build_wheel("right", "1.1", ("shared>=2.0",)),
        build_wheel("circle-a", "1.0", ("circle-b",)),
        build_wheel("circle-b", "1.0", ("circle-a",)),
        build_wheel("needs-missing", "1.0", ("no-such-thing>=3",)),
        build_wheel("lie", "1.0", said_sha256="1" * 64),
    ]


def _files() -> list[Dist]:
    """Packages whose files are of every kind that an installer treats in a way of its own."""
    layout = {
        "scripts/hello": SCRIPT,
        "scripts/plain.sh": "#!/bin/sh\necho hello\n",
        "data/share/kinds/readme.txt": "data\n",
        "headers/kinds.h": "#define KINDS 1\n",
        "purelib/kinds_pure.py": "PURE = True\n",
        "platlib/kinds_plat.py": "PLAT = True\n",
    }
    tree: dict[str, str | bytes] = {
        "kinds/__init__.py": "",
        "kinds/deep/er/est/__init__.py": "",
        "kinds/blob.bin": bytes(range(256)),
        "kinds/run.sh": "#!/bin/sh\n",
        "kinds/naïve name.txt": "text\n",
        "kinds.pth": "import sys\n",
    }
    dash = "kinds-1.0.data/"
    return [
        build_wheel("kinds", "1.0", files=tree, data=layout, executable=("kinds/run.sh", f"{dash}scripts/hello")),
        build_wheel("kinds", "2.0", files={"kinds/__init__.py": "", "kinds/other.py": ""}),
        build_wheel("ns-one", "1.0", files={"ns/one/__init__.py": "", "ns/one/a.py": ""}),
        build_wheel("ns-two", "1.0", files={"ns/two/__init__.py": ""}),
        build_wheel("clash-a", "1.0", files={"clash/__init__.py": "A = 1\n", "clash/a.py": ""}),
        build_wheel("clash-b", "1.0", files={"clash/__init__.py": "B = 1\n", "clash/b.py": ""}),
        build_wheel("bad-syntax", "1.0", files={"bad_syntax/__init__.py": "def (:\n"}),
        build_wheel("single", "1.0", files={"single.py": "ONE = 1\n"}),
        build_wheel("big", "1.0", files={"big.py": "", "big.bin": _noise(3_000_000)}),
    ]


def _sources() -> list[Dist]:
    return [
        build_sdist("source", "1.0"),
        build_sdist("source", "2.0", ("alpha",)),
        build_sdist("both", "2.0"),
        build_wheel("both", "1.0"),
        build_sdist("dynamic", "1.0", ("lonely",), dynamic=True),
        build_sdist("never-builds", "1.0", fault="build"),
        build_sdist("build-exits", "1.0", fault="exit"),
        build_sdist("build-needs", "1.0", fault="requires"),
        build_wheel("needs-source", "1.0", ("source==1.0",)),
    ]


def _broken() -> list[Dist]:
    """One project for each way in which a wheel can be broken, and one that needs a broken one."""
    return [
        *(build_wheel(f"broken-{fault}", "1.0", fault=fault) for fault in FAULTS),
        build_wheel("needs-broken", "1.0", ("broken-not-a-zip", "alpha")),
    ]


def _noise(size: int) -> bytes:
    """Bytes that don't compress, the same each time."""
    import random

    return random.Random(7).randbytes(size)
