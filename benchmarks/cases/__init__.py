"""Every case, in the order of the table."""

from __future__ import annotations

from benchmarks.cases.base import Case
from benchmarks.cases.child import Child
from benchmarks.cases.first_call import FirstCall
from benchmarks.cases.fresh import Fresh
from benchmarks.cases.memory import Memory
from benchmarks.cases.noop import NoOp
from benchmarks.cases.reinstall import Reinstall
from benchmarks.cases.size import Size
from benchmarks.cases.swap import Swap

SIZES = (10, 500, 2000)


def every_case() -> list[Case]:
    """New objects each time: a case keeps the state of its lanes."""
    scaled = [kind(size) for kind in (NoOp, Swap) for size in SIZES]
    return [FirstCall(), NoOp(), Swap(), Reinstall(), Fresh(), *scaled, Child(), Memory(), Size()]
