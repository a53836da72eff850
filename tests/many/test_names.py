"""Which packages are taken: the list as it is written, its head, and a sample that a seed decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from .job import jobs
from .names import BadNames, choose, read


def test_a_list(tmp_path: Path) -> None:
    file = tmp_path / "names"
    file.write_text("# the first\nrich\n\n  Mixed_Case.Name  # with a remark\nrich\nattrs\n")
    assert read(file) == ("rich", "Mixed_Case.Name", "attrs")


@pytest.mark.parametrize(
    ("text", "says"), [("rich\nrich==1\n", "line 2: 'rich==1'"), ("-r x\n", "line 1"), ("# none\n", "names no package")]
)
def test_what_is_no_list(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "names"
    file.write_text(text)
    with pytest.raises(BadNames, match=says):
        read(file)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadNames, match="No such file"):
        read(tmp_path / "none")


def test_the_head_and_a_sample() -> None:
    names = tuple("abcdefgh")
    assert choose(names, None, None, 1) == names
    assert choose(names, 3, None, 1) == ("a", "b", "c")
    assert choose(names, 3, 9, 1) == ("a", "b", "c")
    sample = choose(names, 6, 3, 1)
    assert len(sample) == 3
    assert set(sample) <= set("abcdef")
    assert list(sample) == sorted(sample)
    assert sample == choose(names, 6, 3, 1)
    assert len({choose(names, None, 3, seed) for seed in range(20)}) > 5


def test_alone_and_together() -> None:
    made = jobs(["a", "b", "c"], 2, ["--only-binary", ":all:"])
    assert [job.id for job in made] == ["alone:a", "alone:b", "alone:c", "together:a,b"]
    assert made[0].steps[0] == ("pip", "install", "--only-binary", ":all:", "a")
    assert made[3].steps == (
        ("pip", "install", "--only-binary", ":all:", "a", "b"),
        ("pip", "uninstall", "a", "b"),
    )
    assert len(jobs(["a", "b"], 0)) == 2
