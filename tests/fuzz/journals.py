"""`journal`: the record of a real change, armed again and made otherwise, and then calls that find it.

It must be followed, or kept aside and told of: after the last call, which is a change, no journal may say anything.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from . import texts
from .case import Case, Step, pip, python, query, run, write
from .mutate import mutations

CHANGES = (
    (pip("install", "evil==2.0"),),
    (pip("install", "evil==2.0", "other==1.0"),),
    (pip("install", "other==1.0"),),
    (pip("uninstall", "evil"),),
    (pip("uninstall", "evil", "lonely"),),
    (pip("install", "--reinstall", "evil==1.0"),),
    (pip("install", "evil==2.0"), pip("install", "evil==1.0")),
    (pip("install", "evil==2.0"), run("uvffi", "undo", "--python", "@VENV@")),
)
VALUES: tuple[Any, ...] = (
    "@GONE@", "@TWICE@", None, True, -1, 0, 1, 7, 1 << 31, (1 << 64) - 1, "", "@OUTSIDE@", "@OUTSIDE@/pwned", "@VENV@",
    "@SITE@", "@SITE@/evil", "@SITE@/../../../../outside/pwned", "@SITE@/none", "@SITE@/lonely", "@VENV@/.uvffi",
    "@VENV@/.uvffi/stage", "@VENV@/.uvffi/stage/x/../../../../outside", "@VENV@/.uvffi/stage/x", "@VENV@/.uvffi/shelf",
    "@VENV@/bin/python", "@VENV@/pyvenv.cfg", "relative", "/", "a\0b", "in", "out", "exchange", [], {}, "evil",
    "é", "\ud800",
)  # fmt: skip
KEYS = (
    "base", "base_object", "steps", "prune", "dists", "bytecode", "entry", "stage", "kind", "beside", "live",
    "incoming",
    "outgoing", "replaces", "dist", "dist", "name", "from", "to", "ino", "born", "dev",
)  # fmt: skip


def arms() -> SearchStrategy[Step]:
    value = st.one_of(st.sampled_from(VALUES), st.sampled_from(VALUES), texts.values())
    key = st.one_of(st.none(), st.sampled_from(KEYS))
    edit = st.tuples(key, st.integers(0, 400), value).map(list)
    big = st.sampled_from((0, 1, 31, 32, 33, 65536, 1 << 31, 1 << 32, 1 << 40, 1 << 43, (1 << 63) - 1, (1 << 64) - 1))
    members = {
        "undone": st.lists(st.booleans(), max_size=12),
        "edits": st.lists(edit, min_size=1, max_size=3),
    }
    rare = {
        "bytes": mutations(3),
        "sum": st.integers(0, (1 << 32) - 1),
        "length": st.one_of(big, st.integers(0, 1 << 13)),
        "size": big,
    }
    sound = st.fixed_dictionaries({"do": st.just("arm"), "undone": members["undone"]})
    edited = st.fixed_dictionaries({"do": st.just("arm"), **members})
    broken = st.fixed_dictionaries({"do": st.just("arm")}, optional={**members, **rare})
    return st.one_of(sound, edited, edited, edited, broken)


def disturbed() -> SearchStrategy[Step]:
    """What somebody did in between."""
    paths = st.sampled_from(
        (
            "evil",
            "evil/sub",
            "evil/__init__.py",
            "evil-1.0.dist-info",
            "evil-2.0.dist-info",
            "evil-2.0.dist-info/RECORD",
            "other",
        )
    )
    removed = st.builds(
        lambda path, kind: {"do": kind, "path": f"@SITE@/{path}"}, paths, st.sampled_from(("remove", "directory"))
    )
    linked = st.builds(
        lambda path, to: {"do": "link", "path": path, "to": to},
        st.sampled_from(
            ("@SITE@/evil", "@SITE@/evil/sub", "@VENV@/.uvffi/shelf", "@VENV@/.uvffi/stage", "@VENV@/.uvffi/journal")
        ),
        st.sampled_from(("@OUTSIDE@", "@OUTSIDE@/deep", "@OUTSIDE@/none", "@SITE@")),
    )
    user = st.sampled_from(("evil/users.txt", "evil/sub/users.txt")).map(
        lambda path: write(f"@SITE@/{path}", "a user's\n")
    )
    pipe = st.just({"do": "fifo", "path": "@VENV@/.uvffi/journal"})
    return st.one_of(removed, linked, user, pipe)


CALLS = (
    query("packages"),
    query("doctor"),
    query("history"),
    pip("list"),
    pip("install", "--dry-run", "evil==2.0"),
    run("uvffi", "undo", "--python", "@VENV@"),
    run("uvffi", "doctor", "--fix", "--python", "@VENV@"),
    python("doctor"),
    python("fix"),
)
LAST = pip("install", "--reinstall", "lonely==2.0")


def cases() -> SearchStrategy[Case]:
    return st.builds(
        lambda change, arm, others, calls: Case("journal", (*change, arm, *others, *calls, LAST)),
        st.sampled_from(CHANGES),
        arms(),
        st.lists(disturbed(), max_size=1),
        st.lists(st.sampled_from(CALLS), max_size=2),
    )
