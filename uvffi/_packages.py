from __future__ import annotations

from collections.abc import Mapping
from typing import ItemsView, Iterator, ValuesView
from typing import Mapping as MappingOf

from ._ask import ask
from ._installed import InstalledPackage
from .errors import PackageNotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    _Base = MappingOf[str, InstalledPackage]
else:
    _Base = Mapping


class Packages(_Base):
    """What is installed in one environment, by normalised name; names are looked up in any spelling.

    A live view: each access looks at the disk again. `dict(env.packages.items())` is a picture that stands still,
    made by one look.
    """

    __slots__ = ("_python",)

    def __init__(self, python: str) -> None:
        self._python = python

    def __getitem__(self, name: str) -> InstalledPackage:
        try:
            return self._look()[normalize(name)]
        except KeyError:
            raise PackageNotFoundError(
                f"`{name}` is not installed in {self._python}", code="package-not-found"
            ) from None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and normalize(name) in self._look()

    def __iter__(self) -> Iterator[str]:
        return iter(self._look())

    def __len__(self) -> int:
        return len(self._look())

    def items(self) -> ItemsView[str, InstalledPackage]:
        return self._look().items()

    def values(self) -> ValuesView[InstalledPackage]:
        return self._look().values()

    def __repr__(self) -> str:
        return f"Packages({', '.join(map(str, self._look().values()))})"

    def _look(self) -> dict[str, InstalledPackage]:
        answer = ask({"query": "packages", "environment": {"python": self._python}})
        fields = InstalledPackage.__slots__
        return {item["name"]: InstalledPackage(*[item[field] for field in fields]) for item in answer["packages"]}


def normalize(name: str) -> str:
    """A name in the one spelling that all of its spellings share."""
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name
