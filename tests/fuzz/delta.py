"""`delta`: texts for `uvffi_patch`, and a look at what the engine says afterwards."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from . import texts
from .case import Case, call, query
from .mutate import mutated

ROOTS = ("@SITE@", "@VENV@", "@OUTSIDE@", "/", "lib", "", "@SITE@/../site-packages", "@SITE@/", "a\0b", None)
EXAMPLES = tuple(
    json.dumps(one)
    for one in (
        {"installed": ["evil", ["lonely", "1.0"], ["other", None]], "removed": ["EVIL"]},
        {"installed": [], "removed": ["lonely"], "site_packages": "@SITE@"},
        {"forget": True},
        {"forget": True, "site_packages": "@SITE@"},
        {"forget": False, "installed": ["a" * 100], "site_packages": None},
    )
)


def items() -> SearchStrategy[Any]:
    name, version = texts.names(), texts.versions()
    pair = st.builds(lambda *both: list(both), name, st.one_of(version, st.none()))
    return st.lists(st.one_of(name, pair, texts.values()), max_size=5)


def deltas() -> SearchStrategy[Any]:
    members = {
        "installed": items(),
        "removed": items(),
        "site_packages": st.sampled_from(ROOTS),
        "forget": st.one_of(st.booleans(), texts.values()),
        "forgot": texts.values(),
    }
    return st.fixed_dictionaries({}, optional=members)


def cases() -> SearchStrategy[Case]:
    text = st.one_of(
        deltas().map(texts.encoded),
        mutated(st.sampled_from(EXAMPLES)),
        texts.values().map(texts.encoded),
        st.binary(max_size=40).map(lambda data: data.decode("latin-1")),
    )
    patched = st.lists(text.map(lambda one: call("patch", one)), min_size=1, max_size=4)
    return patched.map(lambda steps: Case("delta", (query("packages"), *steps, query("packages"))))
