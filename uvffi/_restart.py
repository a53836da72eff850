"""Which modules of this interpreter are older than their files."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator


def imported(names: tuple[str, ...]) -> list[str]:
    """Of these names, those that this interpreter has imported by now."""
    modules = sys.modules
    return [name for name in names if name in modules]


def of_own(names: list[str], prefix: str) -> tuple[str, ...]:
    """Of names that are imported, those that came from `prefix`, if that is where this interpreter is at home."""
    own = os.path.realpath(sys.prefix)
    if os.path.realpath(prefix) != own:
        return ()
    return tuple(sorted([name for name in names if _is_in(name, own)]))


def _is_in(name: str, prefix: str) -> bool:
    places = list(_places(sys.modules.get(name)))
    # One that doesn't say where it came from may well be.
    return not places or any(place.startswith(os.path.join(prefix, "")) for place in places)


def _places(module: object) -> Iterator[str]:
    """The real directories a module or package was loaded from."""
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        # The file itself may be a link into uv's cache.
        yield os.path.join(os.path.realpath(os.path.dirname(file)), "")
        return
    # A namespace package has no file.
    for folder in list(getattr(module, "__path__", None) or ()):
        yield os.path.join(os.path.realpath(str(folder)), "")
