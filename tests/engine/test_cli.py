"""`python -m uvffi ...` is `uv ...`: exit codes, both streams, input, and signals."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.judge import must_uv, uv, wanted_version
from tests.support.normalise import normal_stderr, normal_text
from tests.support.snapshot import installed
from tests.support.worker import ROOT

pytestmark = [pytest.mark.timeout(60), pytest.mark.usefixtures("library")]
OURS = [sys.executable, "-m", "uvffi"]


def play(
    program: list[str], words: list[str], env: dict[str, str], cwd: Path, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs `program words` with this text on standard input."""
    env = {**env, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*program, *words], env=env, cwd=cwd, input=text, capture_output=True, text=True, timeout=50, check=False
    )


COMMANDS = {
    "nothing": "",
    "help": "help",
    "help-of-a-command": "help pip install",
    "short-help": "pip install -h",
    "unknown": "no-such-command",
    "unknown-flag": "pip install --no-such-flag",
    "list": "pip list --python {venv}",
    "list-json": "pip list --format=json --python {venv}",
    "freeze": "pip freeze --python {venv}",
    "check": "pip check --python {venv}",
    "dry-run": "pip install --dry-run --python {venv} alpha==1.0 lonely",
    "no-op": "pip install --python {venv} beta",
    "no-solution": "pip install --python {venv} no-such-thing",
    "no-environment": "pip list --python {venv}/nowhere",
    "compile": "pip compile --python {venv} wanted.in",
    "cache": "cache dir",
    "exit-7": "run --no-project --python {venv} python -c print(7);exit(7)",
    "program": "run --no-project --python {venv} python -c print(input())",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_as_uv(name: str, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    (tmp_path / "wanted.in").write_text("beta\n")
    must_uv(["pip", "install", "--python", str(venv), "beta"], env, tmp_path)
    words = COMMANDS[name].replace("{venv}", str(venv)).split()
    judged = play([str(uv())], words, env, tmp_path, "a line\n")
    ours = play(OURS, words, env, tmp_path, "a line\n")
    assert ours.returncode == judged.returncode
    assert normal_text(ours.stdout) == normal_text(judged.stdout)
    assert normal_stderr(ours.stderr) == normal_stderr(judged.stderr)
    assert ours.stdout + ours.stderr


def test_version(env: dict[str, str], tmp_path: Path) -> None:
    told = play(OURS, ["--version"], env, tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.split()[:2] == ["uv", wanted_version()]


def test_installs(env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """By requirements from standard input, and with uv's own lines on standard error."""
    told = play(OURS, ["pip", "install", "--python", str(venv), "-r", "-"], env, tmp_path, "alpha==1.0\n")
    assert told.returncode == 0, told.stderr
    assert " + alpha==1.0\n" in told.stderr
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def test_variables(env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """What launcher and library say to each other is gone before a program sees it."""
    words = ["run", "--no-project", "--python", str(venv), "python", "-c", "import os; print(sorted(os.environ))"]
    judged, ours = (play(program, words, env, tmp_path) for program in ([str(uv())], OURS))
    assert ours.returncode == 0
    assert ours.stdout == judged.stdout


def test_signal(env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """The process that was started is uv: it takes the signal itself, and leaves nothing behind."""
    source = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(30)"
    words = ["run", "--no-project", "--python", str(venv), "python", "-c", source]
    seen = []
    for program in ([str(uv())], OURS):
        (tmp_path / "pid").unlink(missing_ok=True)
        process = subprocess.Popen([*program, *words], env={**env, "PYTHONPATH": str(ROOT)}, cwd=tmp_path)
        deadline = time.monotonic() + 20
        while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        seen.append(process.wait(20))
        program_id = int((tmp_path / "pid").read_text())
        while Path(f"/proc/{program_id}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not Path(f"/proc/{program_id}").exists(), f"{program[0]} left its program running"
    assert seen[0] == seen[1] != 0


def test_launcher_is_missing(env: dict[str, str], tmp_path: Path) -> None:
    told = play(OURS, ["--version"], {**env, "UVFFI_LAUNCHER": str(tmp_path / "nowhere")}, tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert str(tmp_path / "nowhere") in told.stderr
    assert "hint: " in told.stderr
    assert "Traceback" not in told.stderr


def test_environment_of_the_python(env: dict[str, str], tmp_path: Path) -> None:
    """As with uv, it is the directory and VIRTUAL_ENV that decide, not the Python that runs the command."""
    path = make_venv(tmp_path / ".venv", env)
    assert play(OURS, ["pip", "install", "lonely"], env, tmp_path).returncode == 0
    assert installed(site_packages(path)) == {"lonely": "1.0"}
