from __future__ import annotations

from ._history import moment
from ._own import inquire
from ._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Iterator


class ShelvedTree(Record):
    """A distribution that was installed and may be again, kept whole beside the environment.

    `bytes` and `files` are its size; `last_used` is when it was last put there or taken back, in UTC.
    """

    __slots__ = ("name", "version", "bytes", "files", "last_used")

    name: str
    version: str
    bytes: int
    files: int
    last_used: datetime

    def __init__(self, name: str, version: str, bytes: int, files: int, last_used: datetime) -> None:
        self._set(name=name, version=version, bytes=bytes, files=files, last_used=last_used)

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


class Shelf(Record):
    """What was kept of an environment at the moment of the look: iterates over its trees.

    `bytes` is the size of all, and `limit` what they may come to; `path` is the directory they are in; `enabled` is
    False where nothing is kept: with `UVFFI_SHELF=0`, and for what is no virtual environment.
    """

    __slots__ = ("trees", "bytes", "limit", "path", "enabled")

    trees: tuple[ShelvedTree, ...]
    bytes: int
    limit: int
    path: str
    enabled: bool

    def __init__(self, trees: tuple[ShelvedTree, ...], bytes: int, limit: int, path: str, enabled: bool) -> None:
        self._set(trees=trees, bytes=bytes, limit=limit, path=path, enabled=enabled)

    def __iter__(self) -> Iterator[ShelvedTree]:
        return iter(self.trees)

    def __len__(self) -> int:
        return len(self.trees)


def shelf(python: str | None) -> Shelf:
    """The environment's Shelf as it is now."""
    told = inquire(python, "shelf")
    trees = tuple(
        [
            ShelvedTree(tree["name"], tree["version"], tree["bytes"], tree["files"], moment(tree["last_used"]))
            for tree in told["trees"]
        ]
    )
    return Shelf(trees, told["bytes"], told["limit"], told["path"], told["enabled"])
