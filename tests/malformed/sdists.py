"""Source distributions of `evil` 1.0, each wrong in one way. `sound` is made alike and is not."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import dataclass
from typing import Callable, Iterable, Sequence

from tests.support.sdists import source_files
from tests.support.zips import LINK, Entry, archive

from .ground import Ground

STEM = "evil-1.0"
TIME = 1577836800


@dataclass(frozen=True)
class Sdist:
    id: str
    make: Callable[[Ground], bytes]
    suffix: str = ".tar.gz"


class Member(tarfile.TarInfo):
    """A member that stands as it is told: not even its size is looked up."""

    def __init__(self, name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> None:
        super().__init__(name)
        self.content = content
        self.size = len(content)
        self.type = kind
        self.linkname = link
        self.mtime = TIME
        self.mode = 0o644


def sdists() -> list[Sdist]:
    return [
        Sdist("sound", _of()),
        *_names(),
        *_links(),
        *_whole(),
        *_zips(),
    ]


def _names() -> list[Sdist]:
    names = {
        "parent": "../pwned",
        "parents": f"{STEM}/../../../../../outside/pwned",
        "parent-inside": f"{STEM}/evil/../../pwned",
        "other-top": "other/pwned",
        "no-top": "pwned",
        "backslash": f"{STEM}\\..\\..\\pwned",
        "long": f"{STEM}/" + "n" * 300 + ".py",
        "twice": f"{STEM}/pyproject.toml",
        "file-as-directory": f"{STEM}/pyproject.toml/more",
    }
    return [
        *(Sdist(f"name-{id}", _of(Member(name, b"PWNED\n"))) for id, name in names.items()),
        Sdist("name-absolute", lambda ground: _tar([Member(f"{ground.outside}/pwned", b"PWNED\n")])),
        Sdist("name-in-pax", _of(_with_pax(Member(f"{STEM}/x", b"PWNED\n"), {"path": "../../pwned"}))),
        Sdist("size-in-pax", _of(_with_pax(Member(f"{STEM}/x", b"PWNED\n"), {"size": "9999999"}))),
    ]


def _links() -> list[Sdist]:
    """Links of both kinds, what is written behind them, and what is no file at all."""
    up = "../../../../../../outside"

    def through(ground: Ground) -> bytes:
        link = Member(f"{STEM}/link", kind=tarfile.SYMTYPE, link=str(ground.outside))
        return _tar([link, Member(f"{STEM}/link/pwned", b"PWNED\n")])

    def over(ground: Ground) -> bytes:
        link = Member(f"{STEM}/link", kind=tarfile.SYMTYPE, link=f"{ground.outside}/pwned")
        return _tar([link, Member(f"{STEM}/link", b"PWNED\n")])

    def hard(ground: Ground) -> bytes:
        link = Member(f"{STEM}/link", kind=tarfile.LNKTYPE, link=f"{ground.outside}/pwned")
        return _tar([link, Member(f"{STEM}/link", b"PWNED\n")])

    return [
        Sdist("link-out", _of(Member(f"{STEM}/link", kind=tarfile.SYMTYPE, link=up))),
        Sdist("link-within", _of(Member(f"{STEM}/link", kind=tarfile.SYMTYPE, link="pyproject.toml"))),
        Sdist("link-nowhere", _of(Member(f"{STEM}/link", kind=tarfile.SYMTYPE, link="none"))),
        Sdist("link-through", through),
        Sdist("link-over", over),
        Sdist("link-hard", hard),
        Sdist("link-hard-parent", _of(Member(f"{STEM}/link", kind=tarfile.LNKTYPE, link="../../pwned"))),
        Sdist("top-is-a-link", lambda ground: _tar([], [Member(STEM, kind=tarfile.SYMTYPE, link=str(ground.outside))])),
        Sdist("fifo", _of(Member(f"{STEM}/fifo", kind=tarfile.FIFOTYPE))),
        Sdist("device", _of(Member(f"{STEM}/device", kind=tarfile.CHRTYPE))),
    ]


def _whole() -> list[Sdist]:
    def two(ground: Ground) -> bytes:
        return _tar([]) + _tar([Member(f"{STEM}/second.py", b"SECOND = 1\n")])

    def checksum(ground: Ground) -> bytes:
        raw = bytearray(gzip.decompress(_tar([])))
        raw[148:154] = b"000001"
        return gzip.compress(bytes(raw), mtime=0)

    def sum_of_gzip(ground: Ground) -> bytes:
        data = bytearray(_tar([]))
        data[-8:-4] = b"\1\2\3\4"
        return bytes(data)

    return [
        Sdist("stacked", two),
        Sdist("cut", lambda ground: _tar([])[:-400]),
        Sdist("cut-inside", lambda ground: gzip.compress(gzip.decompress(_tar([]))[:1500], mtime=0)),
        Sdist("header-sum", checksum),
        Sdist("gzip-sum", sum_of_gzip),
        Sdist("something-after", lambda ground: _tar([]) + b"and more\n" * 99),
        Sdist("no-archive", lambda ground: b"this is no archive\n" * 20),
        Sdist("no-bytes", lambda ground: b""),
        Sdist("empty", lambda ground: gzip.compress(b"\0" * 10240, mtime=0)),
    ]


def _zips() -> list[Sdist]:
    def of(*more: Entry) -> Callable[[Ground], bytes]:
        files = source_files("evil", "1.0")
        return lambda ground: archive(
            [*(Entry(f"{STEM}/{path}", text.encode()) for path, text in files.items()), *more]
        )

    up = Entry(f"{STEM}/link", b"../../../../../../outside", mode=LINK)
    return [
        Sdist("zip-sound", of(), ".zip"),
        Sdist("zip-parent", of(Entry("../pwned", b"PWNED\n")), ".zip"),
        Sdist("zip-link-through", of(up, Entry(f"{STEM}/link/pwned", b"PWNED\n")), ".zip"),
        Sdist("zip-local-name", of(Entry(f"{STEM}/x", b"X\n", local={"name": b"../pwned"})), ".zip"),
        Sdist("zip-crc", of(Entry(f"{STEM}/x", b"X\n", both={"crc": 1})), ".zip"),
        Sdist("zip-size", of(Entry(f"{STEM}/x", b"X\n", both={"size": 1})), ".zip"),
    ]


def _of(*more: Member) -> Callable[[Ground], bytes]:
    return lambda ground: _tar(more)


def _with_pax(member: Member, headers: dict[str, str]) -> Member:
    member.pax_headers = headers
    return member


def _tar(more: Iterable[Member], first: Sequence[Member] = ()) -> bytes:
    """A sound one with `more` at its end."""
    files = [Member(f"{STEM}/{path}", text.encode()) for path, text in source_files("evil", "1.0").items()]
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member in (*first, *files, *more):
            archive.addfile(member, io.BytesIO(member.content))
    return gzip.compress(raw.getvalue(), mtime=0)
