from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple

    _Pair = Tuple[str, str]
else:
    _Pair = tuple


class Package(_Pair):
    """A package that a call put in place or took away: a pair of its normalised name and its version."""

    __slots__ = ()

    def __new__(cls, name: str, version: str) -> Package:
        return tuple.__new__(cls, (name, version))

    @property
    def name(self) -> str:
        """The name, normalised: lower case, with single hyphens."""
        return self[0]

    @property
    def version(self) -> str:
        return self[1]

    def __getnewargs__(self) -> tuple[str, str]:
        return (self[0], self[1])

    def __repr__(self) -> str:
        return f"Package(name={self[0]!r}, version={self[1]!r})"

    def __str__(self) -> str:
        return f"{self[0]}=={self[1]}"
