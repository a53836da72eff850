"""The fewest steps that still end in a false answer."""

from __future__ import annotations

import time
from typing import Callable, Sequence

from .step import Step

False_ = Callable[[Sequence[Step]], bool]


def shortened(steps: Sequence[Step], is_false: False_, seconds: float) -> list[Step]:
    """Leaves out what isn't needed: halves first, then quarters, down to single steps, as far as the time goes."""
    ends = time.monotonic() + seconds
    best = list(steps)
    # Mostly it is all in what came after everything was as at first.
    last = max((at for at, step in enumerate(best) if step.kind == "reset"), default=0)
    if last and is_false(best[last:]):
        best = best[last:]
    size = len(best) // 2
    while size >= 1 and time.monotonic() < ends:
        at = 0
        while at < len(best) - 1 and time.monotonic() < ends:
            # The last step is the one that was judged false.
            fewer = best[:at] + best[min(at + size, len(best) - 1) :]
            if len(fewer) < len(best) and is_false(fewer):
                best = fewer
            else:
                at += size
        size //= 2
    return best
