"""One row of the table: what is there before, the command, and what must come of it.

In `argv`, `files`, `env` and `says` these stand for places of the case:

    {env}      the environment of this side          {out}      a directory of this side that isn't there yet
    {case}     the case's directory, for both sides  {name}     its name below the working directory
    {index}    the main index                        {extra}    the index `extra`
    {port}     the server's port                      {side}     a or b: which side this is
    {base}     the server; "{base}/main~html/simple/" is an index with the mode `html`
    {wheels}   a directory with all files of the main index
    {system}   a private system Python of this side  {fresh}    a cache directory of this side that isn't there yet
    {uv_path}  the PATH of all calls                 {python}   this side's interpreter
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Mapping


@dataclass(frozen=True)
class Case:
    """A case that says neither `says` nor `after` is refused: both sides could be wrong in the same way."""

    id: str
    argv: str
    """The command line without `uv`; `--python {env}` is added unless `bare`."""
    seed: str = ""
    """Requirements that uv installs on both sides before."""
    exit: int = 0
    route: str = "resident"
    says: tuple[str, ...] = ()
    """Texts that must be in standard output or standard error."""
    after: Mapping[str, str] | None = None
    """Exactly the distributions that are there afterwards."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Files of the case's directory."""
    trees: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Source trees of the case's directory: name, version, requirements."""
    env: Mapping[str, str | None] = field(default_factory=dict)
    """Variables on top of the usual ones (None: without one of those): the worker is started with them."""
    at_home: bool = False
    """The case's directory is the working directory, of a worker of its own."""
    given: bool = False
    """Directory and variables are given with the request, to the common worker."""
    before: tuple[str, ...] = ()
    """Command lines that uv runs on both sides after the seed."""
    spoil: Callable[[Path], None] | None = None
    """Does something to the environment of each side, last before the command."""
    python: str | None = None
    """The minor version of the environments' Python."""
    bare: bool = False
    bytecode: bool = False
    times: int = 1
    """How often the command is given; each time is compared."""
    places: tuple[str, ...] = ("env",)
    """Which places are compared: env, out, system."""

    def __post_init__(self) -> None:
        if not self.says and self.after is None:
            raise ValueError(f"case {self.id} expects nothing: give it `says` or `after`")
        if self.route not in ("resident", "child"):
            raise ValueError(f"case {self.id}: route {self.route!r} is neither resident nor child")
