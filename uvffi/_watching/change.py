from __future__ import annotations

from .._change import Change


class WatchedChange(Change):
    """A change that `Environment.watch` saw, whoever made it.

    `by` is `engine` for a call of this process, `other` for anyone else; `site_packages` is the directory it happened
    in. The rest is as in `Change`.
    """

    __slots__ = ("by", "site_packages")

    by: str
    site_packages: str

    def __init__(
        self,
        name: str,
        version: str | None,
        previous_version: str | None,
        action: str,
        editable: bool = False,
        url: str | None = None,
        by: str = "other",
        site_packages: str = "",
    ) -> None:
        Change.__init__(self, name, version, previous_version, action, editable, url)
        self._set(by=by, site_packages=site_packages)
