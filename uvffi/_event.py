"""What a call under way tells, one class a kind.

A member of an event's JSON is a field of the same name. Kinds and members that are not known here come from a newer
library: such a kind is an `UnknownEvent`, such a member is left out.
"""

from __future__ import annotations

from ._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._result import Result


class Event(Record):
    """Something that a call tells while it is under way. `kind` is its name, in kebab-case; `str()` is for people."""

    __slots__ = ()

    kind: str = ""

    def __init__(self, *values: object, **fields: object) -> None:
        """`values`: the fields in their order; `fields`: by name. All have to be given."""
        named = dict(zip(self._names, values), **fields)
        if len(values) > len(self._names) or sorted(named) != sorted(self._names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self._names) or 'nothing'}")
        self._set(**named)

    def __str__(self) -> str:
        return self.kind


class Resolving(Event):
    """The resolver begins: which versions of which packages."""

    __slots__ = ()
    kind = "resolving"


class Resolved(Event):
    """It ended. `packages` is how many were chosen, those that are installed already too."""

    __slots__ = ("packages",)
    kind = "resolved"

    packages: int

    def __str__(self) -> str:
        return f"resolved {_packages(self.packages)}"


class Downloading(Event):
    """A file is being fetched. `id` ties its events together, `size` is in bytes, None where the index doesn't say."""

    __slots__ = ("id", "name", "size")
    kind = "downloading"

    id: int
    name: str
    size: int | None

    def __str__(self) -> str:
        return f"downloading {self.name}" + ("" if self.size is None else f" ({self.size:,} bytes)")


class Progress(Event):
    """So many `bytes` more of the file with this `id` have come."""

    __slots__ = ("id", "bytes")
    kind = "progress"

    id: int
    bytes: int

    def __str__(self) -> str:
        return f"received {self.bytes:,} bytes"


class Downloaded(Event):
    """The file with this `id` is there."""

    __slots__ = ("id", "name")
    kind = "downloaded"

    id: int
    name: str

    def __str__(self) -> str:
        return f"downloaded {self.name}"


class Building(Event):
    """A source distribution is being built; `what` is its name and version, or where it is from."""

    __slots__ = ("id", "what")
    kind = "building"

    id: int
    what: str

    def __str__(self) -> str:
        return f"building {self.what}"


class Built(Event):
    """That build ended well."""

    __slots__ = ("id", "what")
    kind = "built"

    id: int
    what: str

    def __str__(self) -> str:
        return f"built {self.what}"


class Prepared(Event):
    """All that will be installed is unpacked in uv's cache."""

    __slots__ = ("packages",)
    kind = "prepared"

    packages: int

    def __str__(self) -> str:
        return f"prepared {_packages(self.packages)}"


class Staged(Event):
    """All stands beside the environment, and nothing of it is changed yet."""

    __slots__ = ("packages",)
    kind = "staged"

    packages: int

    def __str__(self) -> str:
        return f"staged {_packages(self.packages)}"


class Committed(Event):
    """The change is made: from here on it stands, whatever happens."""

    __slots__ = ()
    kind = "committed"


class Output(Event):
    """A line that uv printed in a process of its own, as it came; `stream` is `stdout` or `stderr`."""

    __slots__ = ("stream", "text")
    kind = "output"

    stream: str
    text: str

    def __str__(self) -> str:
        return self.text.rstrip("\n")


class Finished(Event):
    """The last event of every call, whatever became of it."""

    __slots__ = ("result",)
    kind = "finished"

    result: Result

    def __str__(self) -> str:
        error = self.result.error
        return "finished" if error is None else f"finished: {error.message}"


class UnknownEvent(Event):
    """Of a kind that this package does not know. `data` is the event's JSON object."""

    __slots__ = ("kind", "data")

    kind: str
    data: dict[str, Any]

    def __hash__(self) -> int:
        return hash((type(self), self.kind))


_KINDS: dict[str, type[Event]] = {
    one.kind: one
    for one in (
        Resolving,
        Resolved,
        Downloading,
        Progress,
        Downloaded,
        Building,
        Built,
        Prepared,
        Staged,
        Committed,
        Output,
    )
}


def event_of(data: dict[str, Any]) -> Event:
    """The event that the library's JSON tells of; the final one is made where its result is."""
    cls = _KINDS.get(data["event"])
    if cls is None or not data.keys() >= set(cls._names):
        return UnknownEvent(data["event"], data)
    return cls(*[data[name] for name in cls._names])


def _packages(count: int) -> str:
    return f"{count:,} package{'' if count == 1 else 's'}"
