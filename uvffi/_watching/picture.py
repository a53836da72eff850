from __future__ import annotations

import os

from .._ask import ask
from .change import WatchedChange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple

    _Key = Tuple[str, str]  # directory, name
    _Had = Tuple[str, bool, "str | None"]  # version, editable, URL


class Picture:
    """What is installed in an environment: what a reader goes by where the engine can't tell the changes one by one."""

    __slots__ = ("_had", "prefix", "roots")

    def __init__(self, python: str) -> None:
        """Asks the engine; raises `EnvironmentNotFoundError` where there is none now."""
        answer = ask({"query": "packages", "environment": {"python": python}})
        self.prefix: str = answer["environment"]["prefix"]
        self.roots: tuple[str, ...] = tuple(answer["roots"])
        self._had: dict[_Key, _Had] = {}
        for package in answer["packages"]:
            folder = os.path.dirname(package["path"] or "")
            root = folder if folder in self.roots else self.roots[0]
            self._had[root, package["name"]] = (package["version"], package["editable"], package["url"])

    def note(self, change: WatchedChange) -> None:
        """A change that was told."""
        key = (change.site_packages, change.name)
        if change.version is None:
            self._had.pop(key, None)
        else:
            self._had[key] = (change.version, change.editable, change.url)

    def changes_to(self, later: Picture) -> list[WatchedChange]:
        """What must have happened between the two, whoever did it."""
        changes = []
        for key in sorted({**self._had, **later._had}):
            before, after = self._had.get(key), later._had.get(key)
            if before != after:
                changes.append(_change(key, before, after))
        return changes


def _change(key: _Key, before: _Had | None, after: _Had | None) -> WatchedChange:
    root, name = key
    old, new = before and before[0], after and after[0]
    _, editable, url = after or before or ("", False, None)
    return WatchedChange(name, new, old, _action(old, new), editable, url, "other", root)


def _action(old: str | None, new: str | None) -> str:
    if old is None:
        return "installed"
    if new is None:
        return "uninstalled"
    if old == new:
        return "reinstalled"
    from packaging.version import InvalidVersion, Version

    try:
        return "upgraded" if Version(new) > Version(old) else "downgraded"
    except InvalidVersion:
        return "reinstalled"
