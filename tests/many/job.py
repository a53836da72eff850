"""What is done in one pair of environments."""

from __future__ import annotations

from typing import Iterator, NamedTuple, Sequence


class Job(NamedTuple):
    """`id` names it in the state and in reports; `steps` are words that follow `uv`, each compared."""

    id: str
    steps: tuple[tuple[str, ...], ...]


def jobs(names: Sequence[str], together: int, flags: Sequence[str] = ()) -> list[Job]:
    """Each name alone, then groups of `together` names in one request each (0: none)."""
    return [alone(name, flags) for name in names] + list(_groups(names, together, flags))


def alone(name: str, flags: Sequence[str] = ()) -> Job:
    """Installed, asked for again, and taken away."""
    install = ("pip", "install", *flags, name)
    return Job(f"alone:{name}", (install, install, ("pip", "uninstall", name)))


def _groups(names: Sequence[str], size: int, flags: Sequence[str]) -> Iterator[Job]:
    for start in range(0, len(names) if size > 1 else 0, max(size, 1)):
        group = names[start : start + size]
        if len(group) > 1:
            yield Job(f"together:{','.join(group)}", (("pip", "install", *flags, *group), ("pip", "uninstall", *group)))
