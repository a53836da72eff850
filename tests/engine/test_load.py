"""Finding and loading the library: what goes wrong is one ImportError; copies share one library; builds don't mix."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.snapshot import installed
from tests.support.worker import ROOT

pytestmark = pytest.mark.timeout(60)

FAIL = """
import json, sys
import uvffi
told = {"imported": sorted(uvffi.__all__) == uvffi.__all__}
for name in ("run", "Environment", "run"):
    try:
        getattr(uvffi, name)
    except ImportError as error:
        told[name] = {"type": type(error).__name__, "code": error.code, "text": str(error)}
print(json.dumps(told))
"""

RUN = """
import json, sys
import {module} as uvffi
from {module} import run
answer = run(sys.argv[1:]).answer
maps = {{line.split()[-1] for line in open("/proc/self/maps") if "libuvffi" in line}}
print(json.dumps({{"path": uvffi.library_path(), "answer": answer, "maps": sorted(maps)}}))
"""

TWO = """
import json, sys
import uvffi
from uvffi import run as one
from {other} import run as other
answers = [[run(words.split()).answer for run in (one, other)] for words in sys.argv[1:]]
maps = {{line.split()[-1] for line in open("/proc/self/maps") if "libuvffi" in line}}
print(json.dumps({{"answers": answers, "maps": sorted(maps)}}))
"""


def play(program: str, *words: str, env: dict[str, str], cwd: Path, path: Path | None = None) -> dict[str, Any]:
    """Runs a Python program in a process of its own that has the package on its path, and `path` too."""
    paths = os.pathsep.join(str(one) for one in (path, ROOT) if one is not None)
    env = {**env, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=env,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def vendored(library: Path | None, folder: Path, name: str = "_bundled_installer") -> Path:
    """A copy of the package under another name, with this library and the launcher beside it, or without."""
    target = folder / name
    shutil.copytree(ROOT / "uvffi", target, ignore=shutil.ignore_patterns("libuvffi*", "uvffi-launcher", "__pycache__"))
    if library is not None:
        shutil.copy(library, target / "libuvffi.so")
        shutil.copy(library.with_name("uvffi-launcher"), target)
    return target


def other_build(library: Path, folder: Path) -> Path:
    """The library as another build of it would be: other bytes, the same behaviour."""
    folder.mkdir()
    made = folder / "libuvffi.so"
    shutil.copy(library, made)
    with made.open("ab") as file:
        file.write(b"\0")
    shutil.copy(library.with_name("uvffi-launcher"), folder)
    return made


def compiled(folder: Path, source: str) -> Path:
    made = folder / "libuvffi.so"
    (folder / "source.c").write_text(source)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(made), str(folder / "source.c")], check=True)
    return made


def bad_library(kind: str, library: Path, folder: Path) -> tuple[Path, str]:
    """A file that can't be the library, and words that the error must say of it."""
    path = folder / "libuvffi.so"
    if kind == "missing":
        return path, "no such file"
    if kind == "folder":
        path.mkdir()
        return path, "no such file"
    if kind == "text":
        path.write_text("this is no library\n")
        return path, "refuses it"
    if kind == "cut":
        with library.open("rb") as file:
            path.write_bytes(file.read(40))
        return path, "refuses it"
    if kind == "stranger":
        return compiled(folder, "int stranger(void) { return 1; }\n"), "without `uvffi_abi`"
    return compiled(folder, "unsigned uvffi_abi(void) { return 999; }\n"), "version 999 of the ABI"


@pytest.mark.parametrize("kind", ["missing", "folder", "text", "cut", "stranger", "other-abi"])
def test_cannot_be_loaded(kind: str, library: Path, env: dict[str, str], tmp_path: Path) -> None:
    path, said = bad_library(kind, library, tmp_path)
    told = play(FAIL, env={**env, "UVFFI_LIBRARY": str(path)}, cwd=tmp_path)
    assert told["imported"], "importing the package itself loads nothing"
    for name in ("run", "Environment"):
        error = told[name]
        assert (error["type"], error["code"]) == ("LibraryLoadError", "library-not-loaded")
        assert str(path) in error["text"]
        assert said in error["text"]
        assert "UVFFI_LIBRARY is set" in error["text"], "how to mend it"
    if kind == "other-abi":
        assert "needs version 1" in told["run"]["text"]


def test_missing_beside_the_package(env: dict[str, str], library: Path, tmp_path: Path) -> None:
    package = vendored(None, tmp_path, "uvffi")
    told = play(FAIL, env=env, cwd=tmp_path, path=tmp_path)
    assert told["run"]["type"] == "LibraryLoadError"
    assert str(package / "libuvffi.so") in told["run"]["text"]
    assert "hint: Install uvffi's wheel for this platform" in told["run"]["text"]
    assert "UVFFI_LIBRARY is set" not in told["run"]["text"]


@pytest.mark.parametrize("relative", [False, True], ids=["absolute", "relative"])
def test_override(relative: bool, env: dict[str, str], venv: Path, library: Path, tmp_path: Path) -> None:
    made = other_build(library, tmp_path / "build")
    words = ["pip", "install", "--python", str(venv), "alpha"]
    value = "build/libuvffi.so" if relative else str(made)
    told = play(RUN.format(module="uvffi"), *words, env={**env, "UVFFI_LIBRARY": value}, cwd=tmp_path)
    assert (told["path"], told["maps"]) == (str(made), [str(made)])
    assert (told["answer"]["exit_code"], told["answer"]["route"]) == (0, "resident"), told
    child = play(RUN.format(module="uvffi"), "--version", env={**env, "UVFFI_LIBRARY": value}, cwd=tmp_path)
    assert (child["answer"]["exit_code"], child["answer"]["route"]) == (0, "child"), child


def test_vendored(env: dict[str, str], venv: Path, library: Path, tmp_path: Path) -> None:
    """Under another name, inside another package, with the library beside it."""
    host = tmp_path / "host" / "_vendor"
    host.mkdir(parents=True)
    package = vendored(library, host)
    program = RUN.format(module="host._vendor._bundled_installer")
    for words, route in ((["pip", "install", "--python", str(venv), "alpha"], "resident"), (["--version"], "child")):
        told = play(program + "\nassert 'uvffi' not in sys.modules\n", *words, env=env, cwd=tmp_path, path=tmp_path)
        assert told["path"] == str(package / "libuvffi.so")
        assert (told["answer"]["exit_code"], told["answer"]["route"]) == (0, route), told
    assert installed(site_packages(venv)) == {"alpha": "2.0"}


def test_copies_share_one_library(env: dict[str, str], venv: Path, library: Path, tmp_path: Path) -> None:
    """The same bytes at another path are not loaded a second time."""
    vendored(library, tmp_path)
    told = play(
        TWO.format(other="_bundled_installer"),
        f"pip install --python {venv} alpha",
        env=env,
        cwd=tmp_path,
        path=tmp_path,
    )
    ((first, second),) = told["answers"]
    assert (first["exit_code"], second["exit_code"]) == (0, 0)
    assert (len(first["changes"]), len(second["changes"])) == (1, 0)
    assert told["maps"] == [str(library)]


def test_two_builds(env: dict[str, str], venv: Path, library: Path, tmp_path: Path) -> None:
    """Each in its turn sees what the other one did, resident and in a process of its own."""
    made = other_build(library, tmp_path / "build")
    vendored(made, tmp_path)
    other = make_venv(tmp_path / "other", env)
    told = play(
        TWO.format(other="_bundled_installer"),
        f"pip install --python {venv} alpha==1.0",
        f"pip uninstall --python {venv} alpha",
        f"pip install --python {other} beta",
        f"pip list --python {other}",
        "pip install --bad-flag",
        env=env,
        cwd=tmp_path,
        path=tmp_path,
    )
    assert told["maps"] == sorted([str(library), str(tmp_path / "_bundled_installer" / "libuvffi.so")])
    routes = [[answer["route"] for answer in pair] for pair in told["answers"]]
    assert routes == [["resident"] * 2] * 4 + [["child"] * 2]
    assert [[answer["exit_code"] for answer in pair] for pair in told["answers"]] == [[0, 0]] * 4 + [[2, 2]]
    assert [[len(answer["changes"]) for answer in pair] for pair in told["answers"][:3]] == [[1, 0], [1, 0], [2, 0]]
    assert told["answers"][3][0]["stdout"] == told["answers"][3][1]["stdout"]
    assert installed(site_packages(other)) == {"alpha": "2.0", "beta": "2.0"}


@pytest.mark.parametrize("named", [False, True], ids=["beside", "named"])
def test_launcher_is_missing(named: bool, env: dict[str, str], venv: Path, library: Path, tmp_path: Path) -> None:
    """What needs no other process still works; the rest says what is missing."""
    package = vendored(library, tmp_path)
    (package / "uvffi-launcher").unlink()
    missing = package / "uvffi-launcher"
    if named:
        missing = tmp_path / "nowhere"
        env = {**env, "UVFFI_LAUNCHER": str(missing)}
    program = RUN.format(module="_bundled_installer")
    told = play(program, "pip", "install", "--python", str(venv), "alpha", env=env, cwd=tmp_path, path=tmp_path)
    assert (told["answer"]["exit_code"], told["answer"]["route"]) == (0, "resident"), told
    error = play(program, "--version", env=env, cwd=tmp_path, path=tmp_path)["answer"]["error"]
    assert error["code"] == "launcher-missing"
    assert str(missing) in error["message"]
    assert "UVFFI_LAUNCHER" in error["hints"][0]
