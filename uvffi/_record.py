from __future__ import annotations


class Record:
    """A small immutable value with named fields, compared and shown by them (a frozen dataclass without its import)."""

    __slots__: tuple[str, ...] = ()
    _names: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        # A class has the fields of the one it grew from, and its own after them.
        cls._names = (*cls._names, *cls.__dict__.get("__slots__", ()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is read-only: {name!r} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is read-only: {name!r} can't be deleted")

    def _set(self, **fields: object) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def _fields(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self._names])

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((type(self), self._fields()))

    def __repr__(self) -> str:
        fields = ", ".join([f"{name}={getattr(self, name)!r}" for name in self._names])
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[type[Record], tuple[object, ...]]:
        # The constructors take the fields in the order of `_names`.
        return (type(self), self._fields())
