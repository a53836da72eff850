"""Requests that never become a command, with the code of the header that each must get.

Were its fault overlooked, a request of `uvffi_run` would install something.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

INSTALL = ["pip", "install", "alpha"]


@dataclass(frozen=True)
class Refused:
    id: str
    code: str
    request: str | None
    entry: str = "uvffi_run"
    length: int | None = None


def _run(id: str, code: str = "bad-request", **fields: Any) -> Refused:
    return Refused(id, code, json.dumps({"argv": INSTALL, **fields}))


def _query(id: str, request: Any, code: str = "bad-request") -> Refused:
    return Refused(id, code, json.dumps(request), "uvffi_query")


LINE = "pip install alpha"
REFUSED = [
    Refused("null", "null-pointer", None, length=5),
    Refused("null-query", "null-pointer", None, "uvffi_query", length=5),
    Refused("no-length", "bad-length", LINE, length=0),
    Refused("just-too-long", "bad-length", LINE, length=(64 << 20) + 1),
    Refused("minus-one-long", "bad-length", LINE, length=2**64 - 1),
    Refused("minus-one-long-query", "bad-length", '{"query": "status"}', "uvffi_query", length=2**64 - 1),
    Refused("not-utf8", "bad-utf8", LINE + " \xff"),
    Refused("cut-utf8", "bad-utf8", LINE + " \xe2\x82"),
    Refused("not-utf8-json", "bad-utf8", '{"argv": ["pip", "install", "alpha"], "cwd": "/\xff"}'),
    Refused("open-quote", "bad-quoting", LINE + " 'beta"),
    Refused("open-double-quote", "bad-quoting", LINE + ' "beta'),
    Refused("last-backslash", "bad-quoting", LINE + " \\"),
    Refused("cut-json", "bad-json", '{"argv": ["pip", "install", "alpha"]'),
    Refused("more-after-json", "bad-json", '{"argv": ["pip", "install", "alpha"]} beta'),
    Refused("brace", "bad-json", "{"),
    Refused("comma", "bad-json", '{"argv": ["pip", "install", "alpha"],}'),
    Refused("two-requests", "bad-json", '{"argv": ["pip", "install", "alpha"]}{}'),
    Refused("no-argv", "bad-request", '{"cwd": "/"}'),
    Refused("null-argv", "bad-request", '{"argv": null}'),
    _run("unknown-field", dry_run=True),
    _run("argv-text", argv=LINE),
    _run("argv-number", argv=[*INSTALL, 1]),
    _run("argv-null", argv=[*INSTALL, None]),
    _run("argv-nul", argv=["pip", "install", "alpha\0"]),
    _run("cwd-number", cwd=1),
    _run("cwd-empty", cwd=""),
    _run("env-list", env=["A=1"]),
    _run("env-number", env={"A": 1}),
    _run("env-bad-name", env={"A=B": "1"}),
    _run("env-no-name", env={"": "1"}),
    _run("stdin-bool", stdin=True),
    _run("no-such-directory", "working-directory-gone", cwd="/no/such/directory"),
    Refused("query-line", "bad-json", LINE, "uvffi_query"),
    _query("query-list", ["status"]),
    _query("query-missing", {"argv": INSTALL}),
    _query("query-unknown", {"query": "package"}),
    _query("query-extra", {"query": "status", "argv": INSTALL}),
    _query("query-two-places", {"query": "packages", "environment": {"python": "3", "prefix": "/"}}),
    _query("query-place-text", {"query": "packages", "environment": "here"}),
    _query("plan-no-argv", {"query": "plan"}),
    _query("plan-venv", {"query": "plan", "argv": ["venv"]}),
]
