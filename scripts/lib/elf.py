"""What an ELF file needs of the system it runs on, as a wheel's platform tag says it.

A tag `manylinux_2_X` promises that glibc 2.X is enough. The files themselves say what they need: the versions of the
symbols they import, and the libraries these come from.
"""

from __future__ import annotations

import re
import struct
import sysconfig
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple

# Of those that every manylinux system has (PEP 600), the ones that Rust's standard library and uv's C code link.
_PROMISED = re.compile(r"(ld-linux[-\w]*|libc|libdl|libgcc_s|libm|libpthread|librt|libutil)\.so\.\d+$")

# Needed by packed relative relocations; it has no number, glibc 2.36 brought it.
_WITHOUT_NUMBER = {"GLIBC_ABI_DT_RELR": (2, 36)}

# Kinds of sections, and of entries in the second.
_VERNEED = 0x6FFFFFFE
_DYNAMIC = 6
_NEEDED = 1


class Needed(NamedTuple):
    """One version of one library's symbols that a file imports."""

    library: str
    version: str


def platform_tag(files: Iterable[Path]) -> str:
    """The platform tag of a wheel that holds these files: manylinux where that is the truth, else this system's own."""
    own = re.sub(r"[^0-9a-zA-Z]", "_", sysconfig.get_platform())
    if not own.startswith("linux_"):
        return own
    versions: list[tuple[int, int]] = []
    for file in files:
        if not all(map(_PROMISED.match, libraries(file))):
            return own
        for version in (need.version for need in needed(file)):
            number = re.match(r"GLIBC_2\.(\d+)", version)
            if version == "GLIBC_PRIVATE":
                return own
            if number:
                versions.append((2, int(number[1])))
            elif version in _WITHOUT_NUMBER:
                versions.append(_WITHOUT_NUMBER[version])
    if not versions:
        # Not glibc at all.
        return own
    # No Rust of today makes anything for less than 2.17, the oldest manylinux that tools accept by number.
    major, minor = max([*versions, (2, 17)])
    return f"manylinux_{major}_{minor}_{own[len('linux_') :]}"


def libraries(file: Path) -> list[str]:
    """The libraries that an ELF file loads."""
    return list(_libraries(_read(file)))


def needed(file: Path) -> list[Needed]:
    """The symbol versions that an ELF file imports."""
    return list(_needed(_read(file)))


def _read(file: Path) -> bytes:
    data = file.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        raise ValueError(f"{file} is no 64-bit little-endian ELF file")
    return data


def _libraries(data: bytes) -> Iterator[str]:
    sections = list(_sections(data))
    for kind, offset, size, link, _ in sections:
        if kind == _DYNAMIC:
            for tag, value in struct.iter_unpack("<qQ", data[offset : offset + size]):
                if tag == _NEEDED:
                    yield _string(data, sections[link][1] + value)


def _needed(data: bytes) -> Iterator[Needed]:
    sections = list(_sections(data))
    for kind, offset, _, link, count in sections:
        if kind != _VERNEED:
            continue
        strings = sections[link][1]
        for _ in range(count):
            _, auxiliaries, library, auxiliary, following = struct.unpack_from("<HHIII", data, offset)
            at = offset + auxiliary
            for _ in range(auxiliaries):
                _, _, _, name, step = struct.unpack_from("<IHHII", data, at)
                yield Needed(_string(data, strings + library), _string(data, strings + name))
                at += step
            offset += following


def _sections(data: bytes) -> Iterator[tuple[int, int, int, int, int]]:
    """Type, offset, size, link and info of each section."""
    (start,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    for index in range(count):
        _, kind, _, _, offset, length, link, info = struct.unpack_from("<IIQQQQII", data, start + index * size)
        yield kind, offset, length, link, info


def _string(data: bytes, at: int) -> str:
    return data[at : data.index(b"\0", at)].decode("ascii")
