"""Strategies that several targets share: words, names, JSON of any kind, texts as Latin-1 has them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .mutate import TOKENS


def latin(text: str) -> str:
    """The bytes of a text as a case has them."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def anything(most: int = 40) -> SearchStrategy[str]:
    """Unicode of all kinds, and what parsers trip over."""
    return st.one_of(st.text(max_size=most), st.sampled_from([token for token in TOKENS if token.isascii()]))


NAMES = (
    "evil",
    "lonely",
    "Other",
    "absent",
    "EVIL",
    "e.v-i_l",
    "pip",
    "a" * 300,
    "-",
    "--",
    "evil[more]",
    "é",
    "",
    ".",
)
VERSIONS = ("1.0", "2.0", "1", "1!1.0", "1.0+local", "1.0.dev1", "0" * 400, "9" * 30, "x", "", "1.0-1", " 1.0", "v1.0")


def names() -> SearchStrategy[str]:
    return st.one_of(st.sampled_from(NAMES), st.from_regex(r"[A-Za-z0-9._-]{1,12}", fullmatch=True), anything(12))


def versions() -> SearchStrategy[str]:
    return st.one_of(st.sampled_from(VERSIONS), st.from_regex(r"[0-9.!+a-z]{1,10}", fullmatch=True), anything(12))


def requirements() -> SearchStrategy[str]:
    operators = st.sampled_from(("==", ">=", "~=", "!=", "<", "===", " @ ", "[more]==", "[", " ; ", "=", ""))
    markers = st.sampled_from(
        ("", "; python_version > '3'", "; extra == 'more'", "; x", "; (" * 50, " --hash=sha256:0")
    )
    return st.builds(lambda *parts: "".join(parts), names(), operators, versions(), markers)


def values() -> SearchStrategy[Any]:
    """JSON of any kind."""
    plain = st.one_of(
        st.none(), st.booleans(), st.integers(-(1 << 70), 1 << 70), st.floats(allow_nan=False), anything(20)
    )
    return st.recursive(
        plain,
        lambda some: st.one_of(st.lists(some, max_size=4), st.dictionaries(anything(8), some, max_size=4)),
        max_leaves=8,
    )


def encoded(value: Any) -> str:
    """JSON as a case has it. Lone surrogates stay escaped."""
    try:
        return latin(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8").decode())
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
