"""`names`: entries of site-packages whose names, kinds and few lines are not as any installer makes them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from . import texts
from .case import Case, Step, pip, python, query, write
from .metadata import METADATA
from .mutate import mutated

ENDS = (".dist-info", ".egg-info", ".egg-link", ".pth", ".egg", ".DIST-INFO", ".dist-info.", ".data", "", ".so", ".py")
BETWEEN = ("-", "--", "", "_", " ", "-1-", "~", "\n")
LINES = (
    "import sys\n", "@OUTSIDE@\n", "@OUTSIDE@\n.\n", "@WORK@", "../..\n", "\0", "", "#\n", "@SITE@\n\n",
    "/" + "a" * 5000,
    "\xff\xfe", "lonely\n", "file:///\n",
)  # fmt: skip
INSIDE = ("METADATA", "PKG-INFO", "RECORD", "WHEEL", "top_level.txt", "direct_url.json", "INSTALLER")


def entries() -> SearchStrategy[str]:
    """A name that a directory can have, in Latin-1."""
    made = st.builds(
        lambda name, between, version, end: texts.latin(name + between + version) + end,
        texts.names(),
        st.sampled_from(BETWEEN),
        texts.versions(),
        st.sampled_from(ENDS),
    )
    rough = st.builds(
        lambda some, end: some.decode("latin-1") + end, st.binary(min_size=1, max_size=12), st.sampled_from(ENDS)
    )
    few = st.sampled_from(
        ("__editable__.evil-1.0.pth", "easy-install.pth", "-vil-1.0.dist-info", "~vil-1.0.dist-info", "-.dist-info")
    )
    # Cut before its end, so that what is too long for a directory keeps that.
    return st.one_of(made, mutated(made, 2), rough, few).map(_possible)


def _possible(name: str) -> str:
    name = name.replace("/", "_").replace("\0", "_")
    if len(name) > 255:
        name = name[:200] + name[-40:]
    return f"{name}_" if name in ("", ".", "..") else name


def _made(name: str, kind: str, line: str, inside: str) -> list[Step]:
    path = f"@SITE@/{name}"
    if kind == "metadata":
        return [write(f"{path}/{inside}", METADATA)]
    if kind == "lines":
        return [write(path, line)]
    if kind == "within":
        return [write(f"{path}/{inside}", line)]
    if kind == "link":
        return [{"do": "link", "path": path, "to": line.strip("\0\n") or "."}]
    if kind == "inside-link":
        return [
            {"do": "directory", "path": path},
            {"do": "link", "path": f"{path}/{inside}", "to": line.strip("\0\n") or "."},
        ]
    if kind == "inside-directory":
        return [{"do": "directory", "path": path}, {"do": "directory", "path": f"{path}/{inside}"}]
    return [{"do": kind, "path": path}]


KINDS = ("metadata", "metadata", "lines", "within", "link", "inside-link", "inside-directory", "directory", "fifo")
ASKED = (
    query("packages"),
    query("doctor"),
    pip("list"),
    pip("freeze"),
    pip("check"),
    pip("tree"),
    pip("show", "-f", "evil"),
    pip("install", "--dry-run", "evil==2.0"),
    pip("install", "--dry-run", "lonely"),
    pip("uninstall", "--dry-run", "evil"),
    pip("install", "evil==2.0"),
    python("packages"),
    python("doctor"),
    python("fix"),
)


def cases() -> SearchStrategy[Case]:
    inside = st.sampled_from(INSIDE)
    one = st.builds(_made, entries(), st.sampled_from(KINDS), st.sampled_from(LINES), inside)
    made = st.lists(one, min_size=1, max_size=4).map(lambda some: sum(some, []))
    asked = st.lists(st.sampled_from(ASKED), min_size=1, max_size=3)
    return st.builds(lambda some, ask: Case("names", (query("packages"), *some, query("packages"), *ask)), made, asked)
