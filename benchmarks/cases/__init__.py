"""Every case, in the order of the table."""

from __future__ import annotations

from benchmarks.cases.base import Case
from benchmarks.cases.child import Child
from benchmarks.cases.first_call import FirstCall
from benchmarks.cases.footprint import Footprint
from benchmarks.cases.fresh import Fresh
from benchmarks.cases.known import Known
from benchmarks.cases.memory import Memory
from benchmarks.cases.noop import NoOp
from benchmarks.cases.outside import Outside
from benchmarks.cases.patch import Patch
from benchmarks.cases.reinstall import Reinstall
from benchmarks.cases.remembered import Remembered
from benchmarks.cases.size import Size
from benchmarks.cases.swap import Swap
from benchmarks.cases.watch import Watch

SIZES = (10, 500, 2000)


def every_case() -> list[Case]:
    """New objects each time: a case keeps the state of its lanes."""
    scaled = [kind(size) for kind in (NoOp, Swap) for size in SIZES]
    memory = [Remembered(), Known(), Outside(), Patch(), Watch()]
    return [FirstCall(), NoOp(), *memory, Swap(), Reinstall(), Fresh(), *scaled, Child(), Memory(), Footprint(), Size()]
