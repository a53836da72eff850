"""A journal that counts again: the record of a change that was made is put back, and the change half undone.

When a change is done the engine writes zeroes over the journal's head, and its record stays behind it. To arm it:

1. The record is read. What had gone out is found again on the Shelf, by its inode, and put where the step left it.
2. The steps named by `undone` are undone: a rename back, so the objects stay the ones that the record tells of.
3. `edits` change the record as JSON: each names a node by its key, if any, and its number among those of that key, and
   gives it another value, or none.
4. A head is written with the length and the checksum of that record, unless `sum` says otherwise.
5. `bytes` change the file itself; `size` makes it longer or shorter, without anything in it.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Sequence, Union

from . import mutate
from .case import Step

if TYPE_CHECKING:
    from .ground import Ground

HEAD = 32
MAGIC = b"uvffi-j1"
MOST = 1 << 43
"""The longest that a journal is made: holes cost nothing."""


def journal(venv: Path) -> Path:
    return venv / ".uvffi" / "journal"


def is_armed(venv: Path) -> bool:
    """Whether there is a journal that says anything."""
    path = journal(venv)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(HEAD)
    return len(head) == HEAD and head != bytes(HEAD)


def kept(venv: Path) -> list[str]:
    """Journals that were kept aside."""
    return sorted(path.name for path in venv.glob(".uvffi/journal.*"))


def arm(ground: Ground, step: Step) -> None:
    path = journal(ground.venv)
    text = path.read_bytes()[HEAD:].rstrip(b"\0").decode("utf-8", "replace")
    record, _ = json.JSONDecoder().raw_decode(text)
    _put_back(ground.venv, record, step.get("undone", ()))
    for name, at, value in step.get("edits", ()):
        _edit(record, name, at, _filled(ground, value))
    body = json.dumps(record, separators=(",", ":")).encode()
    length, sum = step.get("length", len(body)), step.get("sum", zlib.crc32(body))
    head = MAGIC + struct.pack("<QI", length % (1 << 64), sum % (1 << 32))
    data = mutate.apply(head.ljust(HEAD, b"\0") + body, step.get("bytes", ()))
    path.write_bytes(data)
    os.truncate(path, min(step.get("size", max(len(data), 1 << 16)), MOST))


def _put_back(venv: Path, record: Any, undone: Sequence[bool]) -> None:
    places = {}
    for folder, directories, files in os.walk(venv / ".uvffi"):
        for name in (*directories, *files):
            found = os.path.join(folder, name)
            places[os.lstat(found).st_ino] = found
    steps = record["steps"]
    for step in steps:
        went = step["outgoing"]
        kept_at = places.get(went["ino"]) if went else None
        if kept_at and not os.path.lexists(step["beside"]):
            os.makedirs(os.path.dirname(step["beside"]), exist_ok=True)
            os.rename(kept_at, step["beside"])
    for at, step in reversed(list(enumerate(steps))):
        if at < len(undone) and undone[at]:
            _undo(step["beside"], step["live"], step["kind"])


def _undo(beside: str, live: str, kind: str) -> None:
    try:
        os.makedirs(os.path.dirname(beside), exist_ok=True)
        if kind == "out":
            os.rename(beside, live)
        elif kind == "in":
            os.rename(live, beside)
        else:
            os.rename(live, f"{live}.turn")
            os.rename(beside, live)
            os.rename(f"{live}.turn", beside)
    except OSError:
        # Its other half is gone, as it may be for somebody who died.
        pass


Key = Union[str, int]


def _nodes(value: Any, path: tuple[Key, ...] = ()) -> Iterator[tuple[Key, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield (*path, key)
        yield from _nodes(below, (*path, key))


def _edit(record: Any, name: str | None, at: int, value: Any) -> None:
    """Gives a node another value: `"@GONE@"` takes it out, `"@TWICE@"` doubles it in its list."""
    paths = [path for path in _nodes(record) if name is None or path[-1] == name]
    if not paths:
        return
    *above, last = paths[at % len(paths)]
    key: Any = last
    holder: Any = record
    for one in above:
        holder = holder[one]
    if value == "@GONE@":
        del holder[key]
    elif value == "@TWICE@":
        if isinstance(holder, list):
            holder.insert(key, holder[key])
    else:
        holder[key] = value


def _filled(ground: Ground, value: Any) -> Any:
    return json.loads(ground.fill(json.dumps(value)))
