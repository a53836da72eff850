from __future__ import annotations

from ._record import Record


class Finding(Record):
    """Something that `Environment.doctor` found.

    `code` is one of `interrupted` (a change of a dead process), `journal-unreadable`, `journal-of-another-place` (the
    environment is a copy), `half-installed`, `duplicate` (a package that is there twice), `files-missing` (files that
    its RECORD names are gone), `stale-stage`, `orphaned-tree`. `name` is the package, None where it is about none;
    `path` is where. `message` says what was found and `fix` what mends it. `fixed` says whether it was mended, and
    `outcome` how, or why not, where there is more to tell, else None.
    """

    __slots__ = ("code", "name", "path", "message", "fix", "fixed", "outcome")

    code: str
    name: str | None
    path: str
    message: str
    fix: str
    fixed: bool
    outcome: str | None

    def __init__(
        self,
        code: str,
        name: str | None,
        path: str,
        message: str,
        fix: str,
        fixed: bool = False,
        outcome: str | None = None,
    ) -> None:
        self._set(code=code, name=name, path=path, message=message, fix=fix, fixed=fixed, outcome=outcome)

    def __str__(self) -> str:
        return f"{self.code}{f' {self.name}' if self.name else ''}: {self.message}"
