"""What somebody did to an installed `evil` 1.0 so that taking it away reaches for what is not its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from .ground import Ground

INFO = "evil-1.0.dist-info"


@dataclass(frozen=True)
class Spoiled:
    id: str
    spoil: Callable[[Ground], None]


GENTLER = {
    # A directory, with what its users have in it.
    "row-directory-inside": {"uninstall": 0, "upgrade": 0, "reinstall": 0},
    # The environment, and all in site-packages.
    "row-the-environment": {"uninstall": 0, "upgrade": 0, "reinstall": 0},
    "row-site-packages": {"uninstall": 0, "upgrade": 0, "reinstall": 0},
    "row-no-name": {"uninstall": 0, "upgrade": 0, "reinstall": 0},
    # What no system has; uv stops in the middle.
    "row-nul": {"uninstall": 2, "upgrade": 0, "reinstall": 0},
    "row-long": {"uninstall": 2, "upgrade": 0, "reinstall": 0},
    # What is behind a link, wherever it leads.
    "through-a-link": {"uninstall": 0, "upgrade": 0, "reinstall": 0},
    "package-is-a-link": {"uninstall": 0},
}
"""Where uvffi does less than uv, and its exit codes. (What comes goes through a link that its user put there.)"""


def spoiled() -> list[Spoiled]:
    rows = {
        "sound": lambda ground: "",
        "parent": lambda ground: "../../../../outside/pwned,,\n",
        "parent-deep": lambda ground: "evil/../../../../../outside/deep/pwned,,\n",
        "absolute": lambda ground: f"{ground.outside}/pwned,,\n",
        "absolute-parent": lambda ground: f"{ground.venv}/../outside/pwned,,\n",
        "absolute-inside": lambda ground: f"{ground.site}/evil/more.py,,\n",
        "directory": lambda ground: "../../../../outside/deep,,\n",
        "directory-inside": lambda ground: "evil/sub,,\n",
        "the-environment": lambda ground: "../../..,,\n",
        "site-packages": lambda ground: ".,,\n",
        "the-interpreter": lambda ground: "../../../bin/python,,\n",
        "another-package": lambda ground: "lonely/__init__.py,,\n",
        "not-there": lambda ground: "evil/none.py,,\n../../../none/none.py,,\n",
        "bytecode-outside": lambda ground: "../../../../outside/__pycache__/pwned.cpython-311.pyc,,\n",
        "few-columns": lambda ground: "../../../../outside/pwned\n",
        "many-columns": lambda ground: "../../../../outside/pwned,,,,\n",
        "quoted": lambda ground: '"../../../../outside/pwned",,\n',
        "unclosed": lambda ground: '"../../../../outside/pwned,,\n',
        "backslash": lambda ground: "..\\..\\..\\..\\outside\\pwned,,\n",
        "nul": lambda ground: "evil/\0,,\n",
        "no-name": lambda ground: ",,\n",
        "long": lambda ground: "evil/" + "n" * 5000 + ",,\n",
        "twice": lambda ground: "evil/__init__.py,,\nevil/__init__.py,,\n",
    }
    return [
        *(Spoiled(f"row-{id}", _with_row(row)) for id, row in rows.items()),
        Spoiled("through-a-link", _linked_directory),
        Spoiled("a-link", _linked_file),
        Spoiled("package-is-a-link", _linked_package),
        Spoiled("record-is-a-link", _linked_record),
        Spoiled("record-not-utf8", _not_utf8),
        Spoiled("top-level-outside", _top_level),
    ]


def _with_row(row: Callable[[Ground], str]) -> Callable[[Ground], None]:
    def spoil(ground: Ground) -> None:
        (ground.site / "evil" / "sub").mkdir()
        (ground.site / "evil" / "sub" / "users.txt").write_text("a user's\n")
        _append(ground, row(ground))

    return spoil


def _append(ground: Ground, rows: str) -> None:
    record = ground.site / INFO / "RECORD"
    text = record.read_text()
    # What is linked from uv's cache stays as it is.
    record.unlink()
    record.write_text(text + rows)


def _linked_directory(ground: Ground) -> None:
    (ground.site / "evil" / "link").symlink_to(ground.outside)
    _append(ground, "evil/link/pwned,,\nevil/link/deep/pwned,,\n")


def _linked_file(ground: Ground) -> None:
    (ground.site / "evil" / "link").symlink_to(ground.outside / "pwned")
    _append(ground, "evil/link,,\n")


def _linked_package(ground: Ground) -> None:
    """As an editable install by hand would be: its files are the user's."""
    (ground.site / "evil").rename(ground.outside / "evil")
    (ground.site / "evil").symlink_to(ground.outside / "evil")


def _linked_record(ground: Ground) -> None:
    record = ground.site / INFO / "RECORD"
    record.rename(ground.outside / "RECORD")
    record.symlink_to(ground.outside / "RECORD")


def _not_utf8(ground: Ground) -> None:
    record = ground.site / INFO / "RECORD"
    data = record.read_bytes()
    record.unlink()
    record.write_bytes(data + b"evil/\xff.py,,\n")


def _top_level(ground: Ground) -> None:
    """What an older kind of install goes by."""
    (ground.site / INFO / "top_level.txt").write_text("../../../../outside\nevil\n")
    _append(ground, f"{INFO}/top_level.txt,,\n")
