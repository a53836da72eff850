"""Fields and files that one setting in four places does not show: merged lists, layers of files, single flags."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.worker import Worker

from .comparing import REFUSED, compare, settings_here
from .rows import FILES, FLAGS, READS, SYNCS, UNINSTALLS, VARIABLES, Row

ROWS = [*FILES, *FLAGS, *SYNCS, *UNINSTALLS, *READS, *VARIABLES]


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_field(row: Row, settler: Worker, place: Path, plain: dict[str, str]) -> None:
    written = [place / name for name in row.files]
    for path, text in zip(written, row.files.values()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    try:
        _, different = compare(settler, place, {**plain, **row.env}, row.argv.split())
    finally:
        for path in written:
            path.unlink()
        shutil.rmtree(place / "other", ignore_errors=True)
    assert not different, "\n".join(different)


@pytest.mark.parametrize("name", ["UV_CONCURRENT_INSTALLS", "UV_LOCK_TIMEOUT", "UV_SKIP_WHEEL_FILENAME_CHECK", "TZ"])
def test_what_is_read_once_sends_to_the_child(name: str, settler: Worker, plain: dict[str, str]) -> None:
    """uv's crates would not see a new value in a process that has seen another."""
    argv = ["pip", "install", "a"]
    assert not settler.call(settings_here, argv=argv, env=plain).startswith(REFUSED)
    changed = settler.call(settings_here, argv=argv, env={**plain, name: "1"})
    assert changed.startswith(REFUSED) and name in changed
    assert not settler.call(settings_here, argv=argv, env=plain).startswith(REFUSED)


def test_most_rows_are_accepted(settler: Worker, place: Path, plain: dict[str, str]) -> None:
    """A row that uv refuses compares nothing but the refusal: few of them may be such."""
    refused = [row.id for row in FLAGS if not compare(settler, place, plain, row.argv.split())[0]]
    assert len(refused) <= 3, refused
