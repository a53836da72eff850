"""What the demonstration installs: small packages made on the spot, or real ones."""

from __future__ import annotations

from typing import Callable, NamedTuple


class Index(NamedTuple):
    """Where packages come from, and which two versions of which one are swapped."""

    title: str
    flags: list[str]
    name: str
    old: str
    new: str
    close: Callable[[], None]


def embedded() -> Index:
    """An index on loopback with a package of a hundred files and three that it needs."""
    from tests.support.index import IndexServer
    from tests.support.wheels import build_wheel

    server = IndexServer()
    server.add("demo", [build_wheel("hue", "2.1"), build_wheel("tint", "1.4", ("hue>=2",)), build_wheel("ink", "0.9")])
    for version in ("1.0", "1.1"):
        files = {f"palette/part_{number}.py": f"NUMBER = {number}\n" * 40 for number in range(99)}
        files["palette/__init__.py"] = f"VERSION = {version!r}\n"
        server.add("demo", [build_wheel("palette", version, ("tint", "ink"), files=files)])
    url = server.simple("demo")
    return Index(f"a small index at {url}", ["--default-index", url], "palette", "1.0", "1.1", server.close)


def default() -> Index:
    """The index that uv takes when nothing is said."""
    return Index("the default index", [], "rich", "14.3.2", "14.3.3", lambda: None)
