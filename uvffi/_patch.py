"""Deltas: what a host knows of changes that others made."""

from __future__ import annotations

import os

from ._ask import tell
from ._given import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Tuple, Union

    Item = Union[str, Tuple[str, str]]


def patch(
    installed: Iterable[Item] = (),
    removed: Iterable[Item] = (),
    *,
    site_packages: str | os.PathLike[str] | None = None,
) -> tuple[str, ...]:
    """Tell the engine which packages somebody else may have put in place or taken away; it will look at them again.

    Each item is a name in any spelling, or a pair of name and version, so that `result.installed` can be handed on.
    `site_packages` is the absolute path of the directory they are in; default: each that the engine knows. A hint,
    never a fact: a wrong one, or one more, costs a look at the disk and changes no answer.

    Returns the names that were marked, normalised and sorted. Raises `RequestError` (code `bad-request`) for what is no
    name, no version or no absolute path, and then nothing is marked; `TypeError` for anything that is neither text nor
    a pair of texts.
    """
    delta = {"installed": _items("installed", installed), "removed": _items("removed", removed)}
    return tuple(tell({**delta, **_where(site_packages)})["marked"])


def invalidate(site_packages: str | os.PathLike[str] | None = None) -> None:
    """Make the engine forget all it knows of one site-packages directory (default: of all), so that it looks anew.

    Never needed for a true answer: it is for whoever wants to be sure, or to measure. The epoch in `status()` grows.
    Raises `RequestError` for a path that is not absolute.
    """
    tell({"forget": True, **_where(site_packages)})


def _items(list_name: str, items: Iterable[Item]) -> list[Any]:
    return [item if isinstance(item, str) else _pair(list_name, item) for item in texts(list_name, items, "names")]


def _pair(list_name: str, item: object) -> list[str]:
    if isinstance(item, (tuple, list)) and len(item) == 2 and all(isinstance(part, str) for part in item):
        return list(item)
    raise TypeError(f"an item of {list_name} must be a name or a pair of name and version, not {item!r}")


def _where(site_packages: object) -> dict[str, str]:
    if site_packages is None:
        return {}
    path = os.fspath(site_packages)  # type: ignore[call-overload]
    if not isinstance(path, str):
        raise TypeError(f"site_packages must be a str or a path of str, not {type(site_packages).__name__}")
    return {"site_packages": path}
