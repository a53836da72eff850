"""Many real packages through uv and uvffi: the same code as its tests, at length."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
from pathlib import Path
from typing import Sequence

from tests.many import names
from tests.many.campaign import Ground, campaign
from tests.many.job import Job, jobs
from tests.many.state import Judged, State
from tests.support.environments import variables
from tests.support.interpreters import interpreters, own
from tests.support.judge import uv, wanted_version

from . import native, paths, say
from .lock import locked
from .say import Failed
from .status_line import StatusLine, bar


def run(chosen: argparse.Namespace) -> int:
    """Do what the command line asks for; an exit code."""
    for option, least in (("count", 1), ("sample", 1), ("lanes", 1), ("together", 0)):
        given = getattr(chosen, option)
        if given is not None and given < least:
            raise Failed(f"--{option} {given}: must be at least {least}")
    if chosen.python is not None and chosen.python not in interpreters():
        raise Failed(
            f"--python {chosen.python}: found {', '.join(sorted(interpreters()))}\nhint: UVFFI_PYTHONS has more"
        )
    flags = ["--only-binary", chosen.only_binary] if chosen.only_binary else []
    wanted = jobs(_names(chosen), chosen.together, flags)
    uv()  # says what to do where the judge is missing
    place = paths.cache() / "install_many"
    with locked("install_many"):
        return _judge(chosen, wanted, place)


def _names(chosen: argparse.Namespace) -> tuple[str, ...]:
    try:
        known = names.read(chosen.names) if chosen.names else names.BUILT_IN
    except names.BadNames as error:
        raise Failed(f"--names {error}") from error
    excluded = {name.strip().lower() for name in chosen.exclude.split(",")}
    known = names.choose(known, chosen.count, chosen.sample, chosen.seed)
    return tuple(name for name in known if name.lower() not in excluded)


def _judge(chosen: argparse.Namespace, wanted: Sequence[Job], place: Path) -> int:
    file = place / f"state-{_key(chosen)}.jsonl"
    if chosen.fresh:
        file.unlink(missing_ok=True)
    state = State(file)
    env = {**variables(place, place / "uv", chosen.default_index), "UV_HTTP_RETRIES": "3"}
    # What a run that was killed has started may still be at work in its own.
    shutil.rmtree(place / "work", ignore_errors=True)
    ground = Ground(place / "work" / str(os.getpid()), env, chosen.python, chosen.timeout)
    line = StatusLine("install_many")
    done = [sum(state.settled(job.id) for job in wanted)]
    if done[0]:
        say.note(f"{done[0]} of {len(wanted)} are judged already, in {file}")

    def tell(one: Judged) -> None:
        done[0] += 1
        if one.kind != "same" or one.once:
            line.note(_spell(one))
        line.show(f"{bar(done[0], len(wanted))} {one.job[:50]}")

    judged = campaign(wanted, ground, state, chosen.lanes, tell)
    line.end("all judged")
    return _end(judged, file)


def _key(chosen: argparse.Namespace) -> str:
    """Of everything but the names that an answer hangs on: a state is of one engine, one judge, one Python."""
    library = Path(os.environ.get("UVFFI_LIBRARY") or paths.PACKAGE / native.LIBRARY)
    if not library.exists():
        raise Failed(f"there is no library at {library}\nhint: Leave out --no-build, or run scripts/build")
    python = chosen.python or own()[0]
    facts = (wanted_version(), python, chosen.only_binary or "", chosen.default_index or "")
    return hashlib.sha256("\0".join(facts).encode() + library.read_bytes()).hexdigest()[:12]


def _end(judged: Sequence[Judged], file: Path) -> int:
    differ = [one for one in judged if one.kind == "differs"]
    for one in differ:
        print(_spell(one))
    routes = [route for one in judged for route in one.routes]
    counts = (
        f"{len(judged)} jobs, {len(differ)} with a difference",
        f"{sum(bool(one.once) for one in judged)} differed once and not again",
        f"{sum(one.kind == 'timed out' for one in judged)} took too long",
        f"{sum(any(one.exit_codes) for one in judged)} that uv refuses",
        f"{len(routes)} commands, {sum(route != 'resident' for route in routes)} by the child",
    )
    print(f"{'; '.join(counts)}; all in {file}", flush=True)
    return 1 if differ else 0


def _spell(one: Judged) -> str:
    what = f"{one.kind}: {one.job}"
    if one.kind == "same":
        return f"differed once, not again: {one.job}\n  " + "\n  ".join(one.once)
    return f"{what}\n  " + "\n  ".join(one.differences)
