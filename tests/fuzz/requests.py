"""`request`: JSON texts, sound and not, for `uvffi_run`, `uvffi_query` and `uvffi_start`."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from . import texts
from .case import Case, call
from .mutate import mutated

ENV = {"@ENV@": ""}
"""The whole environment of the ground."""
ARGV: tuple[list[str], ...] = (
    ["pip", "list", "--python", "@VENV@"],
    ["pip", "freeze", "--python", "@VENV@"],
    ["pip", "show", "evil", "absent", "--python", "@VENV@"],
    ["pip", "check", "--python", "@VENV@"],
    ["pip", "tree", "--python", "@VENV@"],
    ["pip", "install", "--dry-run", "evil", "--python", "@VENV@"],
    ["pip", "install", "--dry-run", "evil==2.0", "--no-index", "--find-links", "@WHEELS@", "--python", "@VENV@"],
    ["pip", "install", "evil==2.0", "--no-index", "--find-links", "@WHEELS@", "--python", "@VENV@"],
    ["pip", "uninstall", "--dry-run", "evil", "--python", "@VENV@"],
    ["pip", "uninstall", "-r", "-", "--python", "@VENV@"],
    ["uvffi", "undo", "--python", "@VENV@"],
    ["uvffi", "shelf", "prune", "--all", "--python", "@VENV@"],
    ["uvffi", "transaction", "begin", "--python", "@VENV@"],
    ["--version"],
    [],
)
PLACES: tuple[Any, ...] = (
    {"prefix": "@VENV@"},
    {"python": "@VENV@/bin/python"},
    {"python": "@VENV@"},
    {},
    None,
    {"prefix": "@OUTSIDE@"},
)
QUERIES = ("packages", "changes", "plan", "history", "shelf", "doctor", "status", "settings", "Status", "")
FIELDS = ("argv", "cwd", "env", "stdin", "durable", "expect", "query", "environment", "since", "site_packages", "x")


def fields() -> SearchStrategy[Any]:
    """Members that a request has, each of its type or of another."""
    right = {
        "argv": st.one_of(st.sampled_from(ARGV), st.lists(st.one_of(texts.names(), st.just("pip")), max_size=4)),
        "cwd": st.sampled_from(("@WORK@", "@VENV@", "/", ".", "", "@OUTSIDE@/none", "a\0b", None)),
        "env": st.one_of(
            st.just(ENV),
            st.dictionaries(texts.anything(8), texts.anything(8), max_size=3).map(lambda some: {**ENV, **some}),
        ),
        "stdin": st.sampled_from((None, "", "evil\n", "inherit", "-r @WORK@/requirements.txt\n", "\0", "a" * 70_000)),
        "durable": st.booleans(),
        "expect": st.sampled_from(("", "0" * 64, "x")),
        "query": st.sampled_from(QUERIES),
        "environment": st.sampled_from(PLACES),
        "since": st.integers(-1, 1 << 65),
        "site_packages": st.sampled_from(("@SITE@", "@OUTSIDE@", "/", "lib", "")),
    }
    wrong = st.dictionaries(st.sampled_from(FIELDS), texts.values(), max_size=1)
    sound = st.one_of(
        st.fixed_dictionaries({"argv": right["argv"]}, optional={name: right[name] for name in FIELDS[1:6]}),
        st.fixed_dictionaries({"query": right["query"], "environment": right["environment"]}),
        st.fixed_dictionaries({}, optional=right),
    )
    return st.builds(lambda some, other: {**some, **other}, sound, st.one_of(st.just({}), wrong))


EXAMPLES = tuple(
    json.dumps(one, separators=(",", ":"))
    for one in (
        *({"argv": argv} for argv in ARGV),
        {"argv": ARGV[0], "cwd": "@WORK@", "env": ENV, "stdin": None, "durable": True},
        {"argv": ARGV[0], "cwd": "@VENV@", "env": {**ENV, "UV_NO_COLOR": "1"}, "stdin": "x"},
        *({"query": query, "environment": {"prefix": "@VENV@"}} for query in QUERIES),
        *({"query": query, "argv": ARGV[6]} for query in ("plan", "settings")),
        {"query": "changes", "site_packages": "@SITE@", "since": 0},
    )
)


def cases() -> SearchStrategy[Case]:
    text = st.one_of(
        mutated(st.sampled_from(EXAMPLES)), fields().map(texts.encoded), texts.values().map(texts.encoded),
        st.binary(max_size=40).map(lambda data: "{" + data.decode("latin-1")),
    )  # fmt: skip
    asked = st.builds(call, st.sampled_from(("run", "query", "run", "query", "start", "cancel")), text)
    return st.lists(asked, min_size=1, max_size=3).map(lambda steps: Case("request", tuple(steps)))
