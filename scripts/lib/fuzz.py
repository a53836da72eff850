"""The long search for a crash: the same code as the tests of strange input, at length."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tests.fuzz.campaign import campaign
from tests.fuzz.case import Case
from tests.fuzz.player import Player
from tests.fuzz.targets import TARGETS

from . import paths, say
from .say import Failed


def run(chosen: argparse.Namespace) -> int:
    """Do what the command line asks for; an exit code."""
    if chosen.replay is not None:
        return _replay(chosen.replay)
    if chosen.target is not None and chosen.target not in TARGETS:
        raise Failed(f"there is no target `{chosen.target}`; there are {', '.join(TARGETS)}")
    if chosen.minutes <= 0 or (chosen.cases is not None and chosen.cases < 1):
        raise Failed("--minutes must be more than 0, and --cases at least 1")
    sums = []
    for target in [chosen.target] if chosen.target else TARGETS:
        with Player(_started_with()) as player:
            folder = paths.cache() / "fuzz"
            sums.append(campaign(target, player, chosen.seed, say.note, folder, chosen.minutes, chosen.cases))
        say.note(str(sums[-1]))
    for one in sums:
        print(one, flush=True)
    return 1 if any(one.crashes for one in sums) else 0


def _replay(path: Path) -> int:
    try:
        case = Case.read(path)
    except (OSError, ValueError) as error:
        raise Failed(f"--replay {path}: {error}") from error
    with Player(_started_with()) as player:
        crashes = player.play(case, known_too=True)
    for crash in crashes:
        say.note(f"CRASH: {crash}")
    print(f"{case.target}: 1 case, {len(crashes)} crash{'' if len(crashes) == 1 else 'es'}", flush=True)
    return 1 if crashes else 0


def _started_with() -> dict[str, str]:
    """The variables that the warm process starts with."""
    return {name: os.environ[name] for name in ("UVFFI_LIBRARY", "UVFFI_PARANOID") if name in os.environ}
