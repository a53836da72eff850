"""uvffi's own commands take no word from uv, and everything else goes on to be uv's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.judge import uv
from uvffi.__main__ import OWN

from .test_cli import OURS, play

pytestmark = [pytest.mark.timeout(60), pytest.mark.usefixtures("library")]


@pytest.mark.parametrize("word", OWN)
def test_uv_has_no_such_command(word: str) -> None:
    """Hidden ones and aliases are found too: uv is asked to run it."""
    told = subprocess.run([uv(), word], capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert told.stderr.startswith(f"error: unrecognized subcommand '{word}'")


@pytest.mark.parametrize(
    "words", ["doctor --fixx", "restore", "restore one", "restore -- -1", "shelf", "shelf drop", "undo 3"]
)
def test_wrong_use(words: str, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    told = play(OURS, words.split(), env, tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("usage: uvffi ")
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("word", OWN)
def test_help(word: str, env: dict[str, str], tmp_path: Path) -> None:
    told = play(OURS, [word, "--help"], env, tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"usage: uvffi {word} ")


@pytest.mark.parametrize("word", OWN)
def test_no_environment(word: str, env: dict[str, str], tmp_path: Path) -> None:
    more = {"restore": ["1"], "shelf": ["list"]}.get(word, [])
    told = play(OURS, [word, *more, "--python", str(tmp_path / "nowhere")], env, tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("error: ")
    assert "nowhere" in told.stderr


def test_no_environment_here(env: dict[str, str], tmp_path: Path) -> None:
    told = play(OURS, ["history"], env, tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert "hint: `--python PATH` takes the directory or the interpreter" in told.stderr


@pytest.mark.parametrize("words", ["--offline history", "help doctor", "transaction begin", "uvffi undo"])
def test_all_else_is_uvs(words: str, env: dict[str, str], tmp_path: Path) -> None:
    """Only the first word makes a command ours."""
    judged = play([str(uv())], words.split(), env, tmp_path)
    ours = play(OURS, words.split(), env, tmp_path)
    assert (ours.returncode, ours.stdout, ours.stderr) == (judged.returncode, judged.stdout, judged.stderr)
    assert ours.returncode == 2
