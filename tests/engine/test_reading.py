"""`pip list`, `freeze`, `show`, `check`, `tree`: answered here, remembered, and right after any change from outside."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import site_packages
from tests.support.judge import must_uv, run_uv
from tests.support.normalise import normal_stderr, normal_text
from tests.support.worker import Worker

from . import calls, outside

pytestmark = pytest.mark.timeout(60)

COMMANDS = (
    "pip list",
    "pip list --format json",
    "pip list --strict",
    "pip freeze",
    "pip freeze --path {root}",
    "pip show alpha",
    "pip show -f alpha lonely",
    "pip check",
    "pip tree",
    "pip tree --invert --show-version-specifiers",
)


def answers(commands: list[str]) -> list[tuple[dict[str, Any], bool]]:
    """In the worker: each answer, and whether it was remembered."""
    import uvffi

    found = []
    for command in commands:
        before = uvffi.status()["answers"]
        answer = uvffi.run(command).answer
        after = uvffi.status()["answers"]
        remembered = sum(after[key] - before[key] for key in ("remembered", "proved"))
        found.append((answer, remembered == 1))
    return found


class Asking:
    """All commands, held against uv's own answers."""

    def __init__(self, worker: Worker, env: dict[str, str], venv: Path, cwd: Path) -> None:
        self.worker, self.env, self.cwd = worker, env, cwd
        root = site_packages(venv)
        self.commands = [f"{command.format(root=root)} --python {venv}" for command in COMMANDS]

    def right(self) -> list[dict[str, Any]]:
        """The answers, which are uv's."""
        found = [answer for answer, _ in self.worker.call(answers, commands=self.commands)]
        for command, answer in zip(self.commands, found):
            judged = run_uv(command.split(), self.env, self.cwd)
            assert (answer["exit_code"], answer["route"]) == (judged.exit_code, "resident"), command
            assert normal_text(answer["stdout"]) == normal_text(judged.stdout), command
            assert normal_stderr(answer["stderr"]) == normal_stderr(judged.stderr), command
        return found

    def remembered(self) -> list[dict[str, Any]]:
        """The answers, all of them from memory."""
        told = self.worker.call(answers, commands=self.commands)
        assert [command for command, (_, remembered) in zip(self.commands, told) if not remembered] == []
        return [answer for answer, _ in told]


@pytest.fixture
def asking(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> Asking:
    must_uv(["pip", "install", "-q", "--python", str(venv), "beta", "lonely"], env, tmp_path)
    # Until then nobody can tell a change from what was there.
    time.sleep(0.05)
    return Asking(worker, env, venv, tmp_path)


def timeless(answer: dict[str, Any]) -> tuple[Any, ...]:
    """All of an answer but how long it took."""
    return answer["exit_code"], answer["stdout"], normal_stderr(answer["stderr"]), answer["data"]


def info(venv: Path, name: str) -> Path:
    (found,) = site_packages(venv).glob(f"{name}-*.dist-info")
    return found


def anew(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text)


def edit_metadata(venv: Path) -> None:
    path = info(venv, "beta") / "METADATA"
    anew(path, path.read_text().replace("Requires-Dist: alpha>=2", "Requires-Dist: alpha>=3"))


def edit_in_place(venv: Path) -> None:
    """The same object, the same size, its times put back."""
    import os

    path = info(venv, "beta") / "METADATA"
    anew(path, text := path.read_text())
    about = path.stat()
    path.write_text(text.replace("alpha>=2", "alpha>=9"))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def edit_record(venv: Path) -> None:
    path = info(venv, "alpha") / "RECORD"
    anew(path, path.read_text() + "alpha/more.py,,\n")


def become_editable(venv: Path) -> None:
    anew(info(venv, "lonely") / "direct_url.json", '{"url": "file:///nowhere/lonely", "dir_info": {"editable": true}}')


EVERYWHERE = ("pip list", "pip freeze", "pip show -f", "pip check", "pip tree")

CHANGES: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "comes": (lambda venv: outside.put(site_packages(venv), "other", "1.0"), ("pip list", "pip freeze", "pip check")),
    "goes": (lambda venv: info(venv, "lonely").rename(venv / "aside"), EVERYWHERE),
    "metadata": (edit_metadata, ("pip list --strict", "pip check", "pip tree")),
    "metadata-in-place": (edit_in_place, ("pip list --strict", "pip check", "pip tree")),
    "metadata-gone": (lambda venv: (info(venv, "alpha") / "METADATA").unlink(), ("pip list", "pip show", "pip check")),
    "wheel-gone": (lambda venv: (info(venv, "alpha") / "WHEEL").unlink(), ("pip list --strict", "pip check")),
    "record": (edit_record, ("pip show -f",)),
    "origin": (become_editable, ("pip list", "pip freeze", "pip show -f")),
    "root-gone": (lambda venv: site_packages(venv).rename(venv / "aside"), EVERYWHERE),
}  # fmt: skip
"""What is done to the environment, and the beginnings of commands whose answers must be others then."""


def test_remembered(asking: Asking) -> None:
    """And the answer from memory is the very one that was computed."""
    first = asking.right()
    assert [answer["data"] is not None for answer in first] == [True] * len(COMMANDS)
    time.sleep(0.05)
    asking.right()
    assert [{**answer, "stderr": normal_text(answer["stderr"])} for answer in asking.remembered()] == [
        {**answer, "stderr": normal_text(answer["stderr"])} for answer in first
    ]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(asking: Asking, venv: Path, change: str) -> None:
    """At once, and what comes back is seen too."""
    make, touched = CHANGES[change]
    asking.right()
    time.sleep(0.05)
    asking.right()
    before = asking.remembered()
    make(venv)
    changed = [
        command for command, then, now in zip(COMMANDS, before, asking.right()) if timeless(then) != timeless(now)
    ]
    for beginning in touched:
        assert any(command.startswith(beginning) for command in changed), (beginning, changed)
    asking.right()


def test_a_failure_is_remembered_where_it_is_the_answer(asking: Asking, worker: Worker, venv: Path) -> None:
    at = f"--python {venv}"
    commands = [f"pip show absent {at}", f"pip check {at}"]
    (info(venv, "alpha") / "METADATA").unlink()
    time.sleep(0.05)
    worker.call(answers, commands=commands * 2)
    told = worker.call(answers, commands=commands)
    assert [(answer["exit_code"], remembered) for answer, remembered in told] == [(1, True)] * 2
    outside.put(site_packages(venv), "absent", "1.0")
    told = worker.call(answers, commands=commands)
    assert [(answer["exit_code"], remembered) for answer, remembered in told] == [(0, False), (1, False)]


def test_an_error_is_not(asking: Asking, worker: Worker, venv: Path) -> None:
    commands = [f"pip list --python {venv}", f"pip show -f alpha --python {venv}"]
    (info(venv, "alpha") / "direct_url.json").write_text("{")
    time.sleep(0.05)
    told = worker.call(answers, commands=commands * 3)
    assert {(answer["exit_code"], answer["data"] is None, remembered) for answer, remembered in told} == {
        (2, True, False)
    }


def test_the_strict_setting_of_a_file(asking: Asking, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    """A configuration file that comes to the working directory counts at once."""
    command = f"pip list --python {venv}"
    (info(venv, "alpha") / "METADATA").unlink()
    with Worker(env, tmp_path) as worker:
        for _ in range(2):
            (plain, _), *_ = worker.call(answers, commands=[command])
            assert "warning:" not in plain["stderr"]
            time.sleep(0.05)
        (tmp_path / "uv.toml").write_text("[pip]\nstrict = true\n")
        (strict, remembered), *_ = worker.call(answers, commands=[command])
        assert "warning: The package `alpha` is broken" in strict["stderr"] and not remembered


def test_data_of_the_child(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """JSON on standard output is data whoever answers; other text is none."""
    worker.call(calls.run, command=f"pip install --python {venv} alpha==1.0")
    elsewhere = {**env, "OTHERWISE": "1"}
    listed = worker.call(calls.run, command=f"pip list --format json --python {venv}", env=elsewhere)
    assert (listed["route"], listed["data"]) == ("child", [{"name": "alpha", "version": "1.0"}])
    plain = worker.call(calls.run, command=f"pip list --python {venv}", env=elsewhere)
    assert (plain["route"], plain["data"]) == ("child", None)
    assert worker.call(data, command=f"pip freeze --python {venv}") == ["alpha==1.0"]


def data(command: str) -> Any:
    """In the worker: what a program reads."""
    import uvffi

    return uvffi.run(command).data
