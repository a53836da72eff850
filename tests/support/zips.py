"""Zip archives written field by field, so that what stands in them need not agree."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping

STORED, DEFLATED = 0, 8
LINK = 0o120777
FILE = 0o100644
DIRECTORY = 0o040755
DESCRIBED = 0x08
"""The flag of an entry whose sums and sizes follow its data."""
UTF8 = 0x800


@dataclass(frozen=True)
class Entry:
    """One member. `local` and `central` replace fields of one of its two headers: name, crc, size, packed, method,
    flags, extra; `both` of either. `descriptor` replaces those of what follows the data of one that is `DESCRIBED`."""

    name: str | bytes
    content: bytes = b""
    mode: int = FILE
    method: int = STORED
    flags: int = UTF8
    local: Mapping[str, Any] = field(default_factory=dict)
    central: Mapping[str, Any] = field(default_factory=dict)
    both: Mapping[str, Any] = field(default_factory=dict)
    descriptor: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = True
    """Whether the central directory has it."""

    def packed(self) -> bytes:
        if self.method != DEFLATED:
            return self.content
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(self.content) + packer.flush()

    def fields(self, which: Mapping[str, Any]) -> dict[str, Any]:
        true = {
            "name": self.name if isinstance(self.name, bytes) else self.name.encode(),
            "crc": zlib.crc32(self.content),
            "size": len(self.content),
            "packed": len(self.packed()),
            "method": self.method,
            "flags": self.flags,
            "extra": b"",
        }
        return {**true, **self.both, **which}


def archive(
    entries: Iterable[Entry], *, before: bytes = b"", shift: int = 0, comment: bytes = b"", **end: int
) -> bytes:
    """The archive. `before` precedes it, and offsets count from its own start plus `shift`.

    `end` replaces fields of the last record: count, size, offset.
    """
    body, central, count = bytearray(), bytearray(), 0
    for entry in entries:
        offset = len(body) + shift
        body += _local(entry) + entry.packed() + _descriptor(entry)
        if entry.listed:
            central += _central(entry, offset)
            count += 1
    told = {"count": count, "size": len(central), "offset": len(body) + shift, **end}
    last = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, told["count"], told["count"], told["size"], told["offset"], len(comment)
    )
    return before + bytes(body + central) + last + comment


def zip64(size: int, packed: int) -> bytes:
    """The extra field of sizes that need eight bytes."""
    return struct.pack("<HHQQ", 1, 16, size, packed)


def unicode_path(name: bytes, told: bytes) -> bytes:
    """The extra field by which an entry `name` has another name."""
    return struct.pack("<HHBL", 0x7075, 5 + len(told), 1, zlib.crc32(name)) + told


def _local(entry: Entry) -> bytes:
    told = entry.fields(entry.local)
    if entry.flags & DESCRIBED:
        told = {**told, "crc": 0, "size": 0, "packed": 0, **entry.local}
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, *_common(told), len(told["name"]), len(told["extra"]))
    return b"".join((head, told["name"], told["extra"]))


def _central(entry: Entry, offset: int) -> bytes:
    told = {"offset": offset, **entry.fields(entry.central)}
    lengths = (len(told["name"]), len(told["extra"]), 0, 0, 0)
    head = struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x0314, 20, *_common(told), *lengths, entry.mode << 16, told["offset"])
    return b"".join((head, told["name"], told["extra"]))


def _common(told: Mapping[str, Any]) -> tuple[int, ...]:
    # The time is midnight, the first of January 2020.
    return (told["flags"], told["method"], 0, 0x5021, told["crc"], told["packed"], told["size"])


def _descriptor(entry: Entry) -> bytes:
    if not entry.flags & DESCRIBED:
        return b""
    told = entry.fields(entry.descriptor)
    return struct.pack("<4s3L", b"PK\7\10", told["crc"], told["packed"], told["size"])
