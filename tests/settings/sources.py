"""Reads `sources.txt`, the table of settings that can be given in several places."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("sources.txt")


@dataclass(frozen=True)
class Setting:
    """One setting. A place that hasn't got it is None."""

    name: str
    flag: str | None
    variable: str | None
    """`NAME=value`."""
    pip: str | None
    """A line of the table `pip` of a configuration file."""
    top: str | None
    """A line of the top level of a configuration file."""

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(place for place in ("flag", "variable", "pip", "top") if getattr(self, place) is not None)


def read() -> list[Setting]:
    settings = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, *places = (cell.strip() for cell in line.split(" | "))
            flag, variable, pip, top = (None if cell == "-" else cell.replace("\\n", "\n") for cell in places)
            settings.append(Setting(name, flag, variable, pip, top))
    return settings
