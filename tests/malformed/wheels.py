"""Wheels of `evil` 1.0, each wrong in one way. `sound` is made alike and is not."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from typing import Callable, Sequence

from tests.support.dist import core_metadata
from tests.support.zips import DEFLATED, DESCRIBED, DIRECTORY, LINK, Entry, archive, unicode_path, zip64

from .ground import Ground

INFO = "evil-1.0.dist-info"
MODULE = "evil/__init__.py"
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
CODE = b"VERSION = '1.0'\n" * 20
ENTRY_POINTS = "[console_scripts]\n{name} = evil:main\n"


@dataclass(frozen=True)
class Wheel:
    """How one is made. It is asked for by its path, where uv reads it from its end, and from an index, where uv reads
    it from its start: `ways` names those in which its verdict doesn't hang on which thread is first."""

    id: str
    make: Callable[[Ground], bytes]
    ways: Sequence[str] = ("path", "index")


def wheels() -> list[Wheel]:
    return [*_sound(), *_headers(), *_whole(), *_names(), *_links(), *_schemes(), *_records()]


def members(more: Sequence[Entry] = (), *, module: Entry | None = None, rows: str = "") -> list[Entry]:
    """Those that every wheel has, and a RECORD that is true but for `rows`."""
    entries = [
        module or Entry(MODULE, CODE),
        *more,
        Entry(f"{INFO}/METADATA", core_metadata("evil", "1.0").encode()),
        Entry(f"{INFO}/WHEEL", WHEEL.encode()),
    ]
    listed = [_row(entry) for entry in entries if entry.mode not in (LINK, DIRECTORY)]
    return [*entries, Entry(f"{INFO}/RECORD", ("\n".join(listed) + f"\n{INFO}/RECORD,,\n{rows}").encode())]


def _row(entry: Entry) -> str:
    name = entry.name.decode("utf-8", "replace") if isinstance(entry.name, bytes) else entry.name
    digest = base64.urlsafe_b64encode(hashlib.sha256(entry.content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(entry.content)}"


def _of(*more: Entry, module: Entry | None = None, rows: str = "") -> Callable[[Ground], bytes]:
    return lambda ground: archive(members(more, module=module, rows=rows))


def _module(**fields: object) -> Callable[[Ground], bytes]:
    return _of(module=replace(Entry(MODULE, CODE), **fields))  # type: ignore[arg-type]


def _sound() -> list[Wheel]:
    return [
        Wheel("sound", _of(Entry("evil/data.txt", b"data\n"))),
        Wheel("sound-deflated", _module(method=DEFLATED)),
        Wheel("sound-described", _module(method=DEFLATED, flags=DESCRIBED)),
    ]


def _headers() -> list[Wheel]:
    """What stands before a member's data, and in the central directory, and what is true."""
    wrong = {"name": "evil/other.py", "crc": 1, "size": 7, "packed": 7, "method": DEFLATED, "flags": DESCRIBED}
    found = []
    for name, value in wrong.items():
        value = value.encode() if isinstance(value, str) else value
        for which in ("local", "central", "both"):
            found.append(Wheel(f"{which}-{name}", _module(**{which: {name: value}})))
    deflated = {"method": DEFLATED}
    return [
        *found,
        Wheel("deflated-crc", _module(**deflated, both={"crc": 1})),
        Wheel("deflated-size-small", _module(**deflated, both={"size": 7})),
        Wheel("deflated-size-large", _module(**deflated, both={"size": 7000})),
        Wheel("deflated-packed-large", _module(**deflated, both={"packed": 7000})),
        Wheel("deflated-garbage", _module(both={"method": DEFLATED})),
        Wheel("described-crc", _module(**deflated, flags=DESCRIBED, descriptor={"crc": 1})),
        Wheel("described-size", _module(**deflated, flags=DESCRIBED, descriptor={"size": 7})),
        Wheel("described-packed", _module(**deflated, flags=DESCRIBED, descriptor={"packed": 7})),
        Wheel("described-stored", _module(flags=DESCRIBED)),
        Wheel("encrypted", _module(both={"flags": 1})),
        Wheel("unknown-method", _module(both={"method": 99})),
        Wheel("zip64-local", _module(local={"extra": zip64(7, 7), "size": 0xFFFFFFFF, "packed": 0xFFFFFFFF})),
        Wheel("zip64-both", _module(both={"extra": zip64(7, 7), "size": 0xFFFFFFFF, "packed": 0xFFFFFFFF})),
        Wheel("unicode-path", _module(both={"extra": unicode_path(MODULE.encode(), b"evil/other.py")})),
    ]


def _whole() -> list[Wheel]:
    """Archives that are more, or less, than one."""

    def stacked(ground: Ground) -> bytes:
        return archive(members([Entry("evil/first.py", b"FIRST = 1\n")])) + archive(members())

    def stacked_counted(ground: Ground) -> bytes:
        first = archive(members([Entry("evil/first.py", b"FIRST = 1\n")]))
        return archive(members(), before=first, shift=len(first))

    def in_comment(ground: Ground) -> bytes:
        return archive(members(), comment=archive(members([Entry("evil/second.py", b"SECOND = 1\n")])))

    def cut(ground: Ground) -> bytes:
        return archive(members())[:-30]

    return [
        Wheel("stacked", stacked),
        Wheel("stacked-counted", stacked_counted),
        Wheel("stacked-in-comment", in_comment),
        Wheel("something-before", lambda ground: archive(members(), before=b"#!/bin/sh\n")),
        Wheel("something-before-counted", lambda ground: archive(members(), before=b"#!/bin/sh\n", shift=10)),
        Wheel("something-after", lambda ground: archive(members()) + b"and more\n" * 9),
        Wheel("comment", lambda ground: archive(members(), comment=b"a comment")),
        Wheel("without-end", cut),
        Wheel("count-small", lambda ground: archive(members(), count=2)),
        Wheel("count-large", lambda ground: archive(members(), count=9)),
        Wheel("directory-elsewhere", lambda ground: archive(members(), offset=0)),
        Wheel("directory-size", lambda ground: archive(members(), size=50)),
        Wheel("unlisted-member", _of(Entry("evil/hidden.py", b"HIDDEN = 1\n", listed=False))),
        Wheel("overlapping", _of(Entry("evil/again.py", CODE, central={"offset": 0}))),
        Wheel("empty", lambda ground: archive([])),
        Wheel("no-bytes", lambda ground: b""),
    ]


def _names() -> list[Wheel]:
    """Members whose names reach for what is not theirs."""
    names = {
        "parent": "../pwned",
        "parents": "../../../../outside/pwned",
        "parent-inside": "evil/../../pwned",
        "parent-within": "evil/../evil/within.py",
        "here": "./evil/here.py",
        "slashes": "evil//slashes.py",
        "backslash": "..\\pwned",
        "backslashes": "evil\\..\\..\\pwned",
        "drive": "C:\\pwned",
        "no-name": "",
        "dots": "..",
        "nul": "evil/a\0b.py",
        "newline": "evil/a\nb.py",
        "long": "evil/" + "n" * 300 + ".py",
        "other-case": "EVIL/__INIT__.py",
        "file-as-directory": f"{MODULE}/more.py",
    }
    found = [Wheel(f"name-{id}", _of(Entry(name, b"PWNED = 1\n"))) for id, name in names.items()]
    twice = Wheel("name-twice", _of(Entry(MODULE, b"PWNED = 1\n")), ways=["index"])

    def absolute(ground: Ground) -> bytes:
        return archive(members([Entry(f"{ground.outside}/pwned", b"PWNED\n")]))

    return [
        *found,
        twice,
        Wheel("name-absolute", absolute),
        Wheel("name-not-utf8", _of(Entry(b"evil/\xff.py", b"X = 1\n"))),
        Wheel("name-not-utf8-unsaid", _of(Entry(b"evil/\xff.py", b"X = 1\n", flags=0))),
        Wheel("directory-outside", _of(Entry("../made/", mode=DIRECTORY))),
        Wheel("directory-with-content", _of(Entry("evil/directory/", b"content", mode=DIRECTORY))),
        Wheel("local-name-parent", _of(Entry("evil/x.py", b"X = 1\n", local={"name": b"../pwned"}))),
        Wheel("central-name-parent", _of(Entry("evil/x.py", b"X = 1\n", central={"name": b"../pwned"}))),
    ]


def _links() -> list[Wheel]:
    """Members that are links, and members behind them."""

    def absolute(ground: Ground) -> bytes:
        link = Entry("evil/link", str(ground.outside).encode(), mode=LINK)
        return archive(members([link, Entry("evil/link/pwned", b"PWNED\n")]))

    def to_file(ground: Ground) -> bytes:
        link = Entry("evil/link", f"{ground.outside}/pwned".encode(), mode=LINK)
        return archive(members([link, Entry("evil/link", b"PWNED\n")]))

    up = Entry("evil/link", b"../../../../../outside", mode=LINK)
    return [
        Wheel("link-out", _of(up)),
        Wheel("link-out-and-through", _of(up, Entry("evil/link/pwned", b"PWNED\n"))),
        Wheel("link-absolute", absolute),
        Wheel("link-to-file", to_file, ways=["index"]),
        Wheel("link-within", _of(Entry("evil/link", b"__init__.py", mode=LINK))),
        Wheel("link-package", _of(Entry("evil_two", b"../../../../outside", mode=LINK))),
        Wheel("link-metadata", _of(Entry(f"{INFO}/LICENSE", b"/etc/hostname", mode=LINK))),
    ]


def _schemes() -> list[Wheel]:
    """The `.data` folder and scripts: what an installer puts elsewhere by itself."""
    data = "evil-1.0.data"
    parts = {
        "scripts": f"{data}/scripts/../../../../../pwned",
        "data": f"{data}/data/../pwned",
        "data-site": f"{data}/data/lib/../../../outside/pwned",
        "headers": f"{data}/headers/../../../../../pwned",
        "purelib": f"{data}/purelib/../../../../../pwned",
        "unknown": f"{data}/elsewhere/pwned",
    }

    def points(name: str) -> Callable[[Ground], bytes]:
        text = ENTRY_POINTS.format(name=name).encode()
        return _of(Entry(f"{INFO}/entry_points.txt", text))

    def absolute(ground: Ground) -> bytes:
        text = ENTRY_POINTS.format(name=f"{ground.outside}/pwned").encode()
        return archive(members([Entry(f"{INFO}/entry_points.txt", text)]))

    return [
        *(Wheel(f"scheme-{id}", _of(Entry(name, b"#!python\n"))) for id, name in parts.items()),
        Wheel("scheme-link", _of(Entry(f"{data}/data/link", b"../outside", mode=LINK))),
        Wheel("script-parent", points("../../pwned")),
        Wheel("script-backslash", points("..\\pwned")),
        Wheel("script-below", points("below/script")),
        Wheel("script-python", points("python")),
        Wheel("script-absolute", absolute),
    ]


def _records() -> list[Wheel]:
    """RECORDs that tell of other files than the archive's; what they name must outlive the uninstall."""

    def absolute(ground: Ground) -> bytes:
        return archive(members(rows=f"{ground.outside}/pwned,,\n"))

    return [
        Wheel("record-parent", _of(rows="../../../../outside/pwned,,\n")),
        Wheel("record-parents", _of(rows="../../../../../../../../../../etc/none-such,,\n")),
        Wheel("record-absolute", absolute),
        Wheel("record-not-there", _of(rows="evil/none.py,sha256=AAAA,1\n")),
        Wheel("record-other-package", _of(rows="pip/__init__.py,,\n")),
        Wheel("record-python", _of(rows="../../../bin/python,,\n")),
        Wheel("record-no-columns", _of(rows="evil/__init__.py\n")),
        Wheel("record-many-columns", _of(rows="a,b,c,d,e\n")),
        Wheel("record-quotes", _of(rows='"evil/unclosed.py,,\n')),
        Wheel("record-empty-rows", _of(rows=",,\n\n,,\n")),
    ]
