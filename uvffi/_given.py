"""What callers give, looked at before it goes anywhere: each error names the argument and what it may be.

What is of the wrong type is a `TypeError`, as in Python's own calls; what is of the right one and wrong a
`RequestError`.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Sequence


def path(name: str, value: object, instead: str = "") -> str:
    """A path or other text; `instead` is what to do where it is neither."""
    if isinstance(value, str):
        return value
    text = os.fspath(value) if hasattr(type(value), "__fspath__") else None  # type: ignore[call-overload]
    if isinstance(text, str):
        return text
    raise TypeError(f"{name} must be a str or a path of str, not {_kind(value)}{instead and ': ' + instead}")


def one_by_one(method: str, name: str, values: Iterable[object]) -> list[str]:
    """What stands before the keywords of a method: each a text or a path."""
    # Nearly always it is texts: nothing is called for them.
    return [
        value if type(value) is str else path(f"{name} given to `{method}`", value, _spread(method, value))
        for value in values
    ]


def texts(name: str, values: Any, of: str = "texts") -> Sequence[Any]:
    """A sequence of texts, which a text alone is not: it would be taken for its letters."""
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{name} must be a sequence of {of}, not {_kind(values)}: write [{values!r}]")
    if isinstance(values, (list, tuple)):
        return values
    try:
        return list(values)
    except TypeError:
        raise TypeError(f"{name} must be a sequence of {of}, not {_kind(values)}") from None


def words(name: str, values: Any) -> list[str]:
    """Words of a command line, given as a sequence."""
    return [value if type(value) is str else path(f"an item of {name}", value) for value in texts(name, values)]


def can_be_called(name: str, value: object) -> None:
    """Nothing, or what can be called."""
    if value is not None and not callable(value):
        raise TypeError(f"{name} must be callable, or None, not {_kind(value)}")


def seconds(name: str, value: Any) -> None:
    """Nothing, or a time to wait."""
    if value is None:
        return
    try:
        fits = 0.0 + value >= 0
    except TypeError:
        raise TypeError(f"{name} must be a number of seconds, or None, not {_kind(value)}") from None
    if not fits:
        from .errors import RequestError

        raise RequestError(f"{name} must not be negative, found {value}", code="bad-request")


def generation(value: Any) -> str:
    """The number of a change, as the command `restore` takes it."""
    wanted = "a generation is a number from 0 on, as `env.history()` shows it"
    if isinstance(value, bool) or not hasattr(type(value), "__index__"):
        raise TypeError(f"{wanted}, not {value!r}")
    if value < 0:
        from .errors import RequestError

        raise RequestError(f"{wanted}, not {value}", code="bad-request", hints=["0 is before the first change"])
    return str(int(value))


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__


def _spread(method: str, value: object) -> str:
    if not isinstance(value, (list, tuple, set, frozenset)):
        return ""
    shown = ", ".join([repr(one) for one in value])
    return f"give them one by one, `{method}({shown})`" if shown else f"give them one by one to `{method}`"
