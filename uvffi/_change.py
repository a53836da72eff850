from __future__ import annotations

from ._record import Record


class Change(Record):
    """One distribution that a call changed, or that a `Plan` would change.

    `version` is the version after the change and `previous_version` the one before; each is None where there is none.
    In a `Plan`, `version` is None too for a source that is not built yet: what it will be, the build says.
    `action` is one of `installed`, `uninstalled`, `reinstalled`, `upgraded`, `downgraded`. `url` is the direct URL
    (PEP 610) of a distribution that came from no index.
    """

    __slots__ = ("name", "version", "previous_version", "action", "editable", "url")

    name: str
    version: str | None
    previous_version: str | None
    action: str
    editable: bool
    url: str | None

    def __init__(
        self,
        name: str,
        version: str | None,
        previous_version: str | None,
        action: str,
        editable: bool = False,
        url: str | None = None,
    ) -> None:
        self._set(
            name=name,
            version=version,
            previous_version=previous_version,
            action=action,
            editable=editable,
            url=url,
        )

    def __str__(self) -> str:
        if self.previous_version is None or self.version is None or self.version == self.previous_version:
            return f"{self.action} {self.name} {self.version or self.previous_version or ''}".rstrip()
        return f"{self.action} {self.name} {self.previous_version} -> {self.version}"
