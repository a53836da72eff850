"""What is interrupted: an environment, the calls that lead there, and the call that is killed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence, Union

from .users import BESIDE, INSIDE

Words = Union[str, Mapping[str, Any]]
"""A command line without its environment, or a query without one."""

BASE = ("anchor==1.0", "swap==1.0", "steady==1.0", "space-one==1.0", "space-two==1.0", "shape==1.0", "plain==1.0")
LOCKS = {
    "base.txt": "".join(f"{one}\n" for one in BASE),
    "other.txt": "anchor==1.0\nswap==2.0\nspace-two==1.0\nshape==2.0\nfresh==1.0\n",
}
"""Files of the working directory, to be synced."""
TARGET = "--target {target} "
"""In a command line: it is about the directory of that name, not about the environment."""


@dataclass(frozen=True)
class Scenario:
    """One kind of change. `victims` go from the old state to the new one, `back` from there to the old one."""

    name: str
    victims: tuple[Words, ...]
    planted: tuple[str, ...] = BASE
    """What uv installs into the environment before all."""
    planted_target: tuple[str, ...] = ()
    prelude: tuple[Words, ...] = ()
    """What the same process does before."""
    back: tuple[Words, ...] = ()
    """What undoes it, so that it can be done again and again."""
    judged: bool = True
    """uv understands these commands, and comes to the same files."""
    users: tuple[str, ...] = INSIDE
    """The users' files that are in the environment."""
    subject: str | None = "swap"
    """What uv and pip change between kill and recovery; None where they don't come by."""


SCENARIOS = (
    Scenario(
        "install",
        ("pip install fresh==1.0 swap==1.0 space-one==1.0",),
        planted=("anchor==1.0", "space-two==1.0"),
        users=(),
        back=("pip uninstall fresh swap space-one",),
    ),
    Scenario(
        "install-beside",
        ("pip install --no-cache swap==1.0 shape==1.0",),
        planted=("anchor==1.0", "space-two==1.0"),
        users=BESIDE,
    ),
    Scenario("swap", ("pip install swap==2.0",), back=("pip install swap==1.0",)),
    Scenario(
        "swap-shelf",
        ("pip install swap==2.0",),
        prelude=("pip install swap==2.0", "pip install swap==1.0"),
        back=("pip install swap==1.0",),
    ),
    Scenario(
        "swap-shape",
        ("pip install shape==2.0 space-one==2.0",),
        back=("pip install shape==1.0 space-one==1.0",),
        subject="shape",
    ),
    Scenario("reinstall", ("pip install --reinstall-package swap --reinstall-package space-one swap==1.0 space-one",)),
    Scenario(
        "uninstall", ("pip uninstall swap space-one shape",), back=("pip install swap==1.0 space-one==1.0 shape==1.0",)
    ),
    Scenario(
        "five",
        (
            "pip install --exact --reinstall-package steady anchor swap==2.0 steady==1.0 space-one==2.0 space-two "
            "fresh shape plain==1.0",
        ),
        planted=(*BASE[:-1], "plain==2.0", "gone==1.0"),
    ),
    Scenario(
        "five-shelf",
        ("pip install swap==2.0 steady==2.0 space-one==2.0 shape==2.0 plain==2.0",),
        prelude=(
            "pip install swap==2.0 steady==2.0 space-one==2.0 shape==2.0 plain==2.0",
            "pip install swap==1.0 steady==1.0 space-one==1.0 shape==1.0 plain==1.0",
        ),
        back=("pip install swap==1.0 steady==1.0 space-one==1.0 shape==1.0 plain==1.0",),
    ),
    Scenario("sync", ("pip sync other.txt",), back=("pip sync base.txt",)),
    Scenario(
        "target",
        (f"pip install {TARGET}--upgrade swap==2.0 space-one==1.0",),
        planted=("anchor==1.0",),
        planted_target=("swap==1.0", "space-two==1.0"),
        users=(),
        subject=None,
    ),
    Scenario("target-new", (f"pip install {TARGET}swap==1.0",), planted=("anchor==1.0",), users=(), subject=None),
    Scenario(
        "undo",
        ("uvffi undo",),
        prelude=("pip install swap==2.0 fresh==1.0", "pip uninstall steady"),
        judged=False,
        subject=None,
    ),
    Scenario(
        "undo-swap",
        ("uvffi undo",),
        prelude=("pip install swap==2.0 fresh==1.0 space-one==2.0",),
        judged=False,
        subject=None,
    ),
    Scenario(
        "transaction",
        ("uvffi transaction begin", "pip install swap==2.0 fresh", "pip uninstall steady", "uvffi transaction commit"),
        judged=False,
        subject=None,
    ),
)
"""All of them; a name is what `--replay` is told."""


def named(name: str) -> Scenario:
    for scenario in SCENARIOS:
        if scenario.name == name:
            return scenario
    raise ValueError(f"there is no scenario `{name}`; there are {', '.join(one.name for one in SCENARIOS)}")


def spelled(command: Words, prefix: Path, target: Path) -> list[str] | dict[str, Any]:
    """A command as the ABI takes it: for this environment, or this target."""
    if not isinstance(command, str):
        return {**command, "environment": {"python": str(prefix)}}
    words = command.split()
    at = words.index("--target") if "--target" in words else None
    if at is not None:
        words[at + 1] = str(target)
    # `uvffi transaction begin` and `pip install` both take it after their last word of command.
    verb = 3 if words[:2] == ["uvffi", "transaction"] else 2
    return [*words[:verb], "--python", str(prefix), *words[verb:]]


def all_spelled(commands: Sequence[Words], prefix: Path, target: Path) -> list[list[str] | dict[str, Any]]:
    return [spelled(command, prefix, target) for command in commands]
