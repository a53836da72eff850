"""What the interrupted calls install."""

from __future__ import annotations

import random

from tests.support import universe
from tests.support.dist import Dist
from tests.support.sdists import build_sdist
from tests.support.wheels import build_wheel

WIDE = 3000
"""Files of `wide`, each of which is put in place in a stage."""
LOOSE = 4000
"""Modules of `loose`, with no directory around them: each is a rename of its own."""
TANGLED = 250
"""Versions of `tangle`, none of which can be had: one after the other is tried."""
HEAVY = 2_000_000
"""Bytes of `heavy` that can't be compressed."""


def packages() -> list[Dist]:
    dists = list(universe.main())
    dists.append(build_wheel("heavy", "1.0", files={"heavy/data.bin": random.Random(1).randbytes(HEAVY)}))
    dists.append(build_wheel("wide", "1.0", files={f"wide/m{at:04}.py": f"NUMBER = {at}\n" for at in range(WIDE)}))
    dists.append(build_wheel("loose", "1.0", files={f"loose{at:04}.py": f"NUMBER = {at}\n" for at in range(LOOSE)}))
    dists.append(build_sdist("endless", "1.0", fault="endless"))
    # Its metadata are not to be had without a build: a plan needs one, too.
    dists.append(build_sdist("unsaid", "1.0", fault="endless", dynamic=True))
    for number in range(1, TANGLED + 1):
        dists.append(build_wheel("tangle", f"{number}.0", (f"knot=={number}.0",)))
        dists.append(build_wheel("knot", f"{number}.0", (f"tangle!={number}.0",)))
    return dists
