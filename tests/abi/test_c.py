"""A host in plain C, `program.c`: compiled against the header, linked with the library, and run."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.judge import wanted_version
from tests.support.snapshot import installed
from tests.support.worker import ROOT

pytestmark = pytest.mark.timeout(60)
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]


@pytest.fixture
def program(library: Path, tmp_path: Path) -> Path:
    compiler = shutil.which("cc")
    assert compiler, "there is no C compiler `cc`, without which the library could not have been linked either"
    built = tmp_path / "program"
    source = Path(__file__).with_name("program.c")
    linked = [str(library), f"-Wl,-rpath,{library.parent}", "-o", str(built)]
    words = [compiler, *STRICT, f"-I{ROOT / 'csrc' / 'include'}", str(source), *linked]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "the compiler warned"
    return built


def test_plain_c(program: Path, env: dict[str, str], wheels: Path, tmp_path: Path) -> None:
    environment = make_venv(tmp_path / "an environment", env)
    wheel = wheels / "alpha-1.0-py3-none-any.whl"
    done = subprocess.run(
        [program, environment, wheel], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    version, *lines, shut = done.stdout.splitlines()
    assert version.endswith(f"(uv {wanted_version()})")
    assert shut == "0"
    statuses = [int(line.split(" ", 1)[0]) for line in lines]
    answers: list[dict[str, Any]] = [json.loads(line.split(" ", 1)[1]) for line in lines]
    assert statuses == [0, 0, 0, 0, 0, -1, -1]
    install, again, packages, child, failure, quoting, null = answers

    assert install["exit_code"] == 0, install
    assert install["installed"] == [{"name": "alpha", "version": "1.0"}]
    assert install["changes"][0]["url"] == wheel.as_uri()
    assert (again["exit_code"], again["changes"]) == (0, [])
    assert [(one["name"], one["version"], one["url"]) for one in packages["packages"]] == [
        ("alpha", "1.0", wheel.as_uri())
    ]
    assert installed(site_packages(environment)) == {"alpha": "1.0"}
    assert child["route"] == "child"
    assert child["stdout"].startswith(f"uv {wanted_version()}")
    assert (failure["exit_code"], failure["error"]["code"]) == (1, "no-solution")
    assert quoting["error"]["code"] == "bad-quoting"
    assert null["error"]["code"] == "null-pointer"
