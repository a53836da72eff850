"""Requests and replies as JSON.

CPython's own C scanner is used directly where it is there: `import json` brings `re` and `enum` with it, which would
cost a new process as much as a first call does.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

try:
    from _json import encode_basestring, make_scanner
except ImportError:  # PyPy has its own, inside `json`
    from json import dumps as _dumps
    from json import loads as _loads

    def encode_basestring(text: str, /) -> str:
        return _dumps(text, ensure_ascii=False)

    def decode(text: str) -> Any:
        """The value of a JSON text."""
        return _loads(text)

else:

    class _Context:
        """What the C scanner reads off a `json.JSONDecoder`."""

        strict = True
        object_hook = None
        object_pairs_hook = None
        parse_float = float
        parse_int = int
        parse_constant = float

    _context: Any = _Context()
    _scan: Callable[[str, int], tuple[Any, int]] = make_scanner(_context)

    def decode(text: str) -> Any:
        """The value of a JSON text that starts at its first character, as the library writes it."""
        return _scan(text, 0)[0]


def encode(value: object) -> str:
    """JSON of what a request is made of: None, booleans, integers, strings, and lists and dicts of them."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, (list, tuple)):
        # Words, mostly.
        return "[" + ",".join([encode_basestring(one) if type(one) is str else encode(one) for one in value]) + "]"
    if isinstance(value, dict):
        return "{" + ",".join([encode_basestring(key) + ":" + encode(item) for key, item in value.items()]) + "}"
    raise TypeError(f"a request can't hold {type(value).__name__}")
