"""Every case, in the order of the table."""

from __future__ import annotations

from benchmarks.cases.base import Case
from benchmarks.cases.child import Child
from benchmarks.cases.durable import Durable
from benchmarks.cases.first_call import FirstCall
from benchmarks.cases.first_swap import FirstSwap
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
from benchmarks.cases.undo import Undo
from benchmarks.cases.watch import Watch
from benchmarks.swapping import LOCK, NONE, NUMPY, PAUSE, RICH, SHORT

SIZES = (10, 500, 2000)


def every_case() -> list[Case]:
    """New objects each time: a case keeps the state of its lanes."""
    no_ops = [NoOp(), *(NoOp(size) for size in SIZES)]
    memory = [Remembered(), Known(), Outside(), Patch(), Watch()]
    swaps = [
        Swap("swap", "swap", RICH, rounds=60, pauses=(PAUSE, SHORT, NONE)),
        Swap("swap-numpy", "swap", (NUMPY,)),
        Swap("swap-lock", "swap", (LOCK,)),
        FirstSwap(),
        Undo("undo", "undo of a swap", RICH[:1], rounds=60),
        Undo("undo-numpy", "undo of a swap", (NUMPY,)),
        Undo("undo-lock", "undo of a swap", (LOCK,)),
        Durable(),
    ]
    shipped = [Memory(), Footprint(), Size()]
    return [FirstCall(), *no_ops, *memory, *swaps, Reinstall(), Fresh(), Child(), *shipped]
