"""Mutations of bytes: each is a list `[kind, where, what]`, so that a case that has some can be kept and shortened."""

from __future__ import annotations

from typing import Any, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

KINDS = ("flip", "set", "insert", "replace", "cut", "end", "double", "repeat", "swap")
TOKENS = (
    "\0", "\xff", "\xc3\x28", "\xed\xa0\x80", "\xef\xbb\xbf", "\xe2\x80\xae", "\r\n", "\r", "\n\n", "\t", " ", "",
    '"', "'", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", "[" * 200, '{"a":' * 200, ",", ",,", ":", "=", "==", ";",
    "#", "@", "%", "%s", "${HOME}", "~", "*", "null", "true", "-1", "0", "1e999", "18446744073709551616",
    "9" * 400, "0x10", "1.0", "1!2.0+a.b", "..", "../", "../../../../outside/pwned", "@OUTSIDE@/pwned", "/", "//", "./",
    "a" * 5000, "(" * 300, "-" * 300, "é".encode().decode("latin-1"), "file:///", "https://u:p@h/", "sha256=",
    "\x1b[31m",
)  # fmt: skip
"""What is put in: what parsers, paths and terminals trip over."""


def apply(data: bytes, mutations: Sequence[Sequence[Any]]) -> bytes:
    for kind, where, what in mutations:
        data = _one(bytearray(data), kind, where, what)
    return data


def _one(data: bytearray, kind: str, where: int, what: int) -> bytes:
    token = TOKENS[what % len(TOKENS)].encode("latin-1")
    at = where % (len(data) + 1)
    long = what % 32 + 1
    if kind == "flip" and at < len(data):
        data[at] ^= 1 << what % 8
    elif kind == "set" and at < len(data):
        data[at] = what % 256
    elif kind == "insert":
        data[at:at] = token
    elif kind == "replace":
        data[at : at + long] = token
    elif kind == "cut":
        del data[at : at + long]
    elif kind == "end":
        del data[at:]
    elif kind == "double":
        data[at:at] = data[at : at + long]
    elif kind == "repeat":
        data[at:at] = data[at : at + long] * (what % 300)
    elif kind == "swap":
        data[at : at + 2 * long] = data[at + long : at + 2 * long] + data[at : at + long]
    return bytes(data)


def mutations(most: int = 4) -> SearchStrategy[list[list[Any]]]:
    one = st.tuples(st.sampled_from(KINDS), st.integers(0, 1 << 16), st.integers(0, 1 << 16)).map(list)
    return st.lists(one, min_size=0, max_size=most)


def mutated(texts: SearchStrategy[str], most: int = 4) -> SearchStrategy[str]:
    """Texts, in Latin-1, a little otherwise than these."""
    made = st.builds(lambda text, some: apply(text.encode("latin-1"), some), texts, mutations(most))
    return made.map(lambda data: data.decode("latin-1"))
