from __future__ import annotations

from ._record import Record


class Notice(Record):
    """Something that a call has to tell beside what it did.

    `code` is one of `recovered` (a change that a dead process left half done was finished or undone),
    `recovery-incomplete`, `journal-unreadable`, `history-not-written` (the change stands and can't be undone by
    `Environment.undo`), `users-file-kept` (files that no package owns could not stay where they were, and
    were put aside; the message says where), `trace-not-written` (what `UVFFI_TRACE` asks for can't be had; told once).
    `message` is for people.
    """

    __slots__ = ("code", "message")

    code: str
    message: str

    def __init__(self, code: str, message: str) -> None:
        self._set(code=code, message=message)

    def __str__(self) -> str:
        return self.message
