"""The differences from uv that are meant. There are two, and each is judged by uv all the same.

1. *Half a distribution*: a dist-info without METADATA or RECORD. uv fails, or calls it satisfied; uvffi puts it in
   place anew when an install needs the name. So it must answer as uv does where that half is not there at all.
2. *A broken neighbour*: a dist-info that uv can't read (`direct_url.json` that is no JSON, a version that is none)
   stops uv's every command on the environment. uvffi reads what an answer needs, so an answer that doesn't need the
   neighbour stands. So it must be uv's where the neighbour is not there at all; or it fails with uv's words, but later.

"Not there at all" is tried: the dist-info is put aside for the moment of the second question.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

from tests.support.judge import Outcome

from . import cold, compare, mounts
from .home import Home, half
from .question import Question
from .world import Undo, World, copy, remove

UNREADABLE = re.compile(r"Failed to read metadata from: `([^`]+)`")
ERROR = re.compile(r"^(error: |  × )", re.MULTILINE)
MANY = 20


class Second(NamedTuple):
    """uv's answer where what it stumbles over is not there at all."""

    answer: Outcome
    halves: bool
    first: Outcome


def second(world: World, question: Question, first: Outcome) -> Second | None:
    """Asks uv once more, without the halves and the neighbours that it can't read; None where there are none."""
    homes = [question.at(world)] if question.home else world.homes
    put_aside: list[Undo] = []
    try:
        halves = [info for home in homes for info in home.infos() if half(info)] if question.installs else []
        for info in halves:
            _put_aside(world, info, put_aside)
        answer, neighbour = first, _unreadable(homes, first)
        if not halves and neighbour is None:
            return None
        for _ in range(MANY):
            if neighbour is not None and neighbour.exists():
                _put_aside(world, neighbour, put_aside)
            answer = cold.ask([question.cold(world)])[0]
            neighbour = _unreadable(homes, answer)
            if neighbour is None:
                break
        return Second(answer, bool(halves), first)
    finally:
        for back in reversed(put_aside):
            back()


def meant(world: World, question: Question, warm: Mapping[str, Any], other: Second | None) -> str | None:
    """Which difference this is, if it is one of them."""
    if other is None:
        return None
    if not question.lists and warm["exit_code"] == other.first.exit_code != 0:
        error = _error(other.first.stderr)
        if error is not None and _error(warm["stderr"]) == error:
            return "a broken neighbour, seen later"
    if not _agrees(question, warm, other.answer, lenient=other.halves):
        return None
    return "half a distribution" if other.halves else "a broken neighbour"


def _agrees(question: Question, warm: Mapping[str, Any], answer: Outcome, lenient: bool) -> bool:
    if question.lists:
        if warm.get("error") or answer.exit_code != 0:
            return False
        # What is broken in a way that uv doesn't mind was not put aside.
        return compare.packages(answer) in (compare.looked(warm), compare.looked(warm, whole=True))
    if not lenient:
        return not compare.differences(question, warm, answer)
    if (warm["exit_code"] == 0) != (answer.exit_code == 0):
        return False
    # What is put in place is the same; that the half leaves is told by uvffi only.
    return compare.moves(warm["changes"])[1] == compare.told(answer.stderr)[1]


def _unreadable(homes: Sequence[Home], answer: Outcome) -> Path | None:
    match = UNREADABLE.search(answer.stderr)
    if answer.exit_code == 0 or match is None:
        return None
    path = Path(match[1])
    return path if any(path.parent in home.roots() for home in homes) else None


def _error(stderr: str) -> str | None:
    """uv's error without what it says before; none if it doesn't fail."""
    match = ERROR.search(stderr)
    return None if match is None else stderr[match.start() :]


def _put_aside(world: World, info: Path, put_aside: list[Undo]) -> None:
    """With what is mounted over it, if something is."""
    shelter = world.aside / f"put-aside-{len(put_aside)}"
    if info in mounts.below(world.base):
        shelter.mkdir()
        mounts.move(info, shelter)

        def back() -> None:
            mounts.move(shelter, info)
            shelter.rmdir()

        put_aside.append(back)
        _put_aside(world, info, put_aside)
        return
    os.rename(info, shelter)
    put_aside.append(lambda: os.rename(shelter, info))


@contextmanager
def kept(world: World, home: Home) -> Iterator[Path]:
    """A copy of an environment, to ask uv on what was there before a command."""
    place = world.aside / "kept"
    remove(place)
    if home.path.is_dir():
        copy(home.path, place)
    yield place
    remove(place)


def busy(world: World, question: Question, answer: Mapping[str, Any]) -> bool:
    """Whether it failed at a mount: nobody can take away what one is on, and a copy has none."""
    told = ("(os error 16)", "something is mounted at")
    return any(one in answer["stderr"] for one in told) and bool(mounts.below(question.at(world).path))


def fails(world: World, question: Question, copied: Path, answer: Mapping[str, Any]) -> bool:
    """Whether uv, too, fails at it. It is asked on the copy, put in the environment's place for the moment."""
    if busy(world, question, answer):
        return True
    with _in_its_place(world, question.at(world).path, copied):
        return cold.ask([question.really(world)])[0].exit_code != 0


@contextmanager
def _in_its_place(world: World, path: Path, copied: Path) -> Iterator[None]:
    places = [(path, world.aside / "between"), (copied, path)]
    places = [(one, other) for one, other in places if one.exists()]
    with mounts.lifted(path, world.aside):
        for one, other in places:
            os.rename(one, other)
        try:
            yield
        finally:
            for one, other in reversed(places):
                os.rename(other, one)


def ends_so(world: World, question: Question, copied: Path, after: Outcome) -> bool:
    """Whether uv's own installation, of what was there before, leaves the same to do: with upgrades and metadata that
    says something else than the index, uv comes to its end only the second time."""
    with _in_its_place(world, question.at(world).path, copied):
        cold.ask([question.really(world)])
        (again,) = cold.ask([question.cold(world)])
    return (again.exit_code, compare.told(again.stderr)) == (after.exit_code, compare.told(after.stderr))


def never_satisfied(world: World, question: Question) -> bool:
    """Whether uv's own installation leaves what uv isn't satisfied with: then ours may, too."""
    cold.ask([question.really(world)])
    (after,) = cold.ask([question.cold(world)])
    return after.exit_code != 0 or compare.told(after.stderr) != (set(), set())
