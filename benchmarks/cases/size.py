"""What is shipped."""

from __future__ import annotations

import zipfile

from benchmarks.cases.base import MEGABYTE, Case, Row
from benchmarks.lane import Lane


class Size(Case):
    """The library (uv: the executable) and the wheel that brings it."""

    name = "size"
    rows = (Row("library", "library, or executable", "MB"), Row("wheel", "wheel", "MB"))
    rounds = quick_rounds = 1
    warmups = 0

    def round(self, lane: Lane, number: int) -> dict[str, float]:
        """The library is taken from the wheel where there is one, else it must have been named."""
        library, wheel = lane.contender.library, lane.contender.wheel
        if wheel is None:
            return {} if library is None else {"library": library.stat().st_size / MEGABYTE}
        with zipfile.ZipFile(wheel) as archive:
            shipped = max(entry.file_size for entry in archive.infolist())
        return {"library": shipped / MEGABYTE, "wheel": wheel.stat().st_size / MEGABYTE}
