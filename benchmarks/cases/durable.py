"""A swap that a power cut can't take back."""

from __future__ import annotations

from benchmarks.cases.swap import Swap
from benchmarks.contenders import Contender
from benchmarks.swapping import PAUSE, RICH


class Durable(Swap):
    """The swap of rich with `UVFFI_DURABLE=1`: how much the disk adds."""

    def __init__(self) -> None:
        super().__init__("durable", "durable swap", RICH[:1], rounds=30, pauses=(PAUSE,))
        self.variables = {"UVFFI_DURABLE": "1"}

    def takes(self, contender: Contender) -> bool:
        """The others do not wait for the disk."""
        return contender.name == "uvffi"
