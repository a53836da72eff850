from __future__ import annotations

from ._record import Record


class InstalledPackage(Record):
    """A distribution as it is installed.

    `name` is normalised; `url` is its direct URL (PEP 610), None if it came from an index; `path` is its metadata
    directory; `editable_location` is the project of an editable install, else None. `broken` says what is wrong with
    one that is installed by half (its METADATA or RECORD is missing), else it is None; the next install that needs the
    name mends it.
    """

    __slots__ = ("name", "version", "editable", "url", "path", "editable_location", "broken")

    name: str
    version: str
    editable: bool
    url: str | None
    path: str | None
    editable_location: str | None
    broken: str | None

    def __init__(
        self,
        name: str,
        version: str,
        editable: bool = False,
        url: str | None = None,
        path: str | None = None,
        editable_location: str | None = None,
        broken: str | None = None,
    ) -> None:
        self._set(
            name=name,
            version=version,
            editable=editable,
            url=url,
            path=path,
            editable_location=editable_location,
            broken=broken,
        )

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"
