"""The long search for a false answer: the same code as the tests of truth, at length."""

from __future__ import annotations

import argparse
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from tests.truth import campaign
from tests.truth.during import during
from tests.truth.overflow import overflow
from tests.truth.step import parse
from tests.truth.threads import threads

from . import say
from .say import Failed


def run(chosen: argparse.Namespace) -> int:
    """Do what the command line asks for; an exit code."""
    how = f"seed {chosen.seed}, watcher {chosen.watcher}"
    if chosen.replay is not None:
        return _replay(chosen)
    if chosen.during is not None:
        total = during(chosen.during, chosen.seed, chosen.watcher, _started_with(chosen), say.note)
        return _end(f"{total.changes} changes during our own", total.false, f"{total.answers} answers judged, {how}")
    if chosen.threads is not None:
        false = threads(chosen.threads, _started_with(chosen), say.note, chosen.seed)
        return _listed(f"{chosen.threads:g} s of eight threads", false, f"seed {chosen.seed}")
    if chosen.overflow is not None:
        false = overflow(chosen.overflow, _started_with(chosen), say.note, chosen.seed)
        return _listed(f"{chosen.overflow} overflows", false, f"seed {chosen.seed}")
    return _campaign(chosen, how)


def _campaign(chosen: argparse.Namespace, how: str) -> int:
    if chosen.lanes < 1 or chosen.changes < chosen.lanes:
        raise Failed(f"--changes {chosen.changes} can't be shared by --lanes {chosen.lanes}: both must be at least 1")
    share = chosen.changes // chosen.lanes
    work = (share, chosen.watcher, _started_with(chosen))
    if chosen.lanes == 1:
        sums = [_lane(chosen.seed, *work)]
    else:
        # Each lane has a world of its own; nothing is shared but the machine.
        with ProcessPoolExecutor(chosen.lanes, multiprocessing.get_context("spawn")) as pool:
            lanes = [pool.submit(_lane, chosen.seed + lane, *work) for lane in range(chosen.lanes)]
            sums = [lane.result() for lane in lanes]
    changes, answers, false = (sum(numbers) for numbers in zip(*sums))
    return _end(f"{changes} changes", false, f"{answers} answers judged, {how}")


def _lane(seed: int, changes: int, watcher: str, started_with: dict[str, str]) -> campaign.Sum:
    return campaign.campaign(changes, seed, watcher, started_with, say.note)


def _replay(chosen: argparse.Namespace) -> int:
    steps = parse(chosen.replay)
    false = campaign.replay(steps, _started_with(chosen))
    for line in false:
        say.note(line)
    return _end(f"{len(steps)} steps", 1 if false else 0, "replayed")


def _listed(what: str, false: list[str], how: str) -> int:
    for line in false:
        say.note(f"FALSE: {line}")
    return _end(what, len(false), how)


def _started_with(chosen: argparse.Namespace) -> dict[str, str]:
    """The variables that the warm process starts with."""
    started_with = {}
    if chosen.grain:
        started_with["UVFFI_TEST_GRAIN"] = chosen.grain
    if chosen.paranoid:
        started_with["UVFFI_PARANOID"] = "1"
    if chosen.watcher != "off":
        started_with["UVFFI_WATCH"] = "1"
    if "UVFFI_LIBRARY" in os.environ:
        started_with["UVFFI_LIBRARY"] = os.environ["UVFFI_LIBRARY"]
    return started_with


def _end(what: str, false: int, how: str) -> int:
    print(f"{what}, {false} false answer{'' if false == 1 else 's'}, {how}", flush=True)
    return 1 if false else 0
