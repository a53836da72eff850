"""Real packages of the default index, each command by uv and by uvffi on twin environments, every file compared.

Where the default index can't be reached, these tests are skipped, and say so.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.support.environments import make_venv, site_packages, variables
from tests.support.judge import run_uv
from tests.support.normalise import normal_stderr
from tests.support.snapshot import installed, snapshot
from tests.support.worker import Worker

pytestmark = pytest.mark.timeout(150)
RICH = ("rich==14.3.2", "rich==14.3.3")
SCRIPT = "import {module}; print({module}.__name__)"


def run_here(argv: list[str]) -> dict[str, Any]:
    """In the worker: one `uvffi.run`, whole."""
    import uvffi

    return uvffi.run(argv).answer


class Twins:
    """Two environments with the same name in two folders: uv works in one, uvffi in the other."""

    def __init__(self, session: Path, folder: Path) -> None:
        self.envs: dict[str, dict[str, str]] = {}
        self.paths: dict[str, Path] = {}
        for side in ("a", "b"):
            # A cache for each: what one fetched must not help the other.
            self.envs[side] = {**variables(session, session / f"real-cache-{side}", None), "UV_HTTP_RETRIES": "3"}
            self.paths[side] = make_venv(folder / f"env-{side}", self.envs[side])
        self.folder = folder
        self.worker = Worker(self.envs["b"], folder)

    def argv(self, side: str, words: str) -> list[str]:
        return [*words.split(), "--python", str(self.paths[side])]

    def run(self, words: str, route: str = "resident") -> dict[str, Any]:
        """The command on both sides; they must agree, to the last file. Gives uvffi's answer."""
        judged = run_uv(self.argv("a", words), self.envs["a"], self.folder)
        answer: dict[str, Any] = self.worker.call(run_here, timeout=120, argv=self.argv("b", words))
        assert answer["exit_code"] == judged.exit_code, judged.stderr + answer["stderr"]
        assert answer["route"] == route, answer["reason"]
        assert answer["stdout"] == judged.stdout
        assert normal_stderr(answer["stderr"]) == normal_stderr(judged.stderr)
        assert self.files("b") == self.files("a")
        assert self.worker.printed() == ""
        return answer

    def files(self, side: str) -> dict[str, str]:
        path = self.paths[side]
        return snapshot(path, lambda text: text.replace(str(path), "ENV"))

    def installed(self) -> dict[str, str]:
        return installed(site_packages(self.paths["b"]))


@pytest.fixture(scope="module")
def reachable(session_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips the tests where uv itself does not get an answer of the default index in time."""
    env = {**variables(session_dir, session_dir / "real-cache-a", None), "UV_HTTP_TIMEOUT": "10"}
    folder = tmp_path_factory.mktemp("reach")
    path = make_venv(folder / "env", env)
    outcome = run_uv(["pip", "install", "--dry-run", "--python", str(path), "--no-deps", RICH[0]], env, folder)
    if outcome.exit_code != 0:
        last = outcome.stderr.strip().splitlines()[-1:]
        pytest.skip(f"the default index can't be reached from here: {''.join(last)}")


@pytest.fixture
def twins(reachable: None, library: Path, session_dir: Path, tmp_path: Path) -> Iterator[Twins]:
    twins = Twins(session_dir, tmp_path)
    yield twins
    twins.worker.close()


def imported(twins: Twins, *modules: str) -> None:
    """What uvffi installed can be imported."""
    python = twins.paths["b"] / "bin" / "python"
    for module in modules:
        program = SCRIPT.format(module=module)
        done = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (0, module + "\n"), done.stderr


def test_swaps_of_rich(twins: Twins) -> None:
    answer = twins.run(f"pip install {RICH[0]}")
    assert {one["name"] for one in answer["installed"]} == {"markdown-it-py", "mdurl", "pygments", "rich"}
    for turn in range(3):
        wanted = RICH[(turn + 1) % 2]
        answer = twins.run(f"pip install {wanted}")
        assert [f"{one['name']}=={one['version']}" for one in answer["installed"]] == [wanted]
        assert answer["changes"][0]["action"] == ("upgraded" if turn % 2 == 0 else "downgraded")
        assert twins.run(f"pip install {wanted}")["changes"] == []
    imported(twins, "rich", "pygments")
    assert twins.run("pip install rich==0.0.1.dev0")["exit_code"] == 1
    answer = twins.run("pip uninstall rich pygments")
    assert {one["name"] for one in answer["removed"]} == {"rich", "pygments"}
    assert set(twins.installed()) == {"markdown-it-py", "mdurl"}


def test_binary_wheel(twins: Twins) -> None:
    """A large wheel with shared objects, scripts, and files of every mode."""
    twins.run("pip install numpy --only-binary :all:")
    imported(twins, "numpy")
    answer = twins.run("pip install numpy --only-binary :all: --link-mode copy --reinstall")
    assert [(change["name"], change["action"]) for change in answer["changes"]] == [("numpy", "reinstalled")]
    imported(twins, "numpy")
    twins.run("pip uninstall numpy")
    assert twins.installed() == {}


def test_many_with_extras(twins: Twins) -> None:
    """Extras, markers, and console scripts of well-known packages."""
    answer = twins.run("pip install requests[socks]==2.32.3 flask==3.1.0 --exclude-newer 2025-06-01")
    assert {"requests", "flask", "pysocks", "urllib3", "jinja2"} <= {one["name"] for one in answer["installed"]}
    imported(twins, "requests", "flask")
    assert (twins.paths["b"] / "bin" / "flask").is_file()
    answer = twins.run("pip install requests==2.31.0 --upgrade --exclude-newer 2025-06-01")
    assert "requests" in {one["name"] for one in answer["removed"]}
    assert twins.run("pip install requests==2.31.0 urllib3>=99 --exclude-newer 2025-06-01")["exit_code"] == 1
