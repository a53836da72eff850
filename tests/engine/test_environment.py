"""The typed side: environments, their packages, plans, changes, and errors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.interpreters import interpreters
from tests.support.judge import must_uv
from tests.support.sdists import write_tree
from tests.support.snapshot import installed
from tests.support.worker import Worker

pytestmark = pytest.mark.timeout(60)


def facts(paths: list[str | None]) -> list[dict[str, str]]:
    """In the worker: what each environment says of itself; None is the current one."""
    import uvffi

    told = []
    for path in paths:
        environment = uvffi.Environment.current() if path is None else uvffi.Environment(path)
        told.append(
            {
                "prefix": environment.prefix,
                "python": environment.python,
                "python_version": environment.python_version,
                "path": os.fspath(environment),
            }
        )
    return told


def test_current(worker: Worker) -> None:
    """The running interpreter's own, from wherever and whatever VIRTUAL_ENV says."""
    (told,) = worker.call(facts, paths=[None])
    assert Path(told["prefix"]) == Path(sys.prefix)
    assert os.path.samefile(told["python"], sys.executable)
    assert told["python_version"] == "%d.%d.%d" % sys.version_info[:3]


def test_by_path_and_by_interpreter(worker: Worker, env: dict[str, str], venv: Path, tmp_path: Path) -> None:
    version = sorted(interpreters())[0]
    other = make_venv(tmp_path / "an other", env, version)
    for path in (str(venv), str(venv / "bin" / "python"), "environment"):
        (told,) = worker.call(facts, paths=[path])
        assert Path(told["prefix"]) == venv
        assert Path(told["python"]).parent == venv / "bin"
    (told,) = worker.call(facts, paths=[str(other)])
    assert Path(told["prefix"]) == other
    assert told["python_version"].startswith(version + ".")


class Seen:
    """In the worker: one live view, kept from call to call."""

    packages: Any = None


def view(environment: str) -> dict[str, Any]:
    import uvffi

    if Seen.packages is None:
        Seen.packages = uvffi.Environment(environment).packages
    packages = Seen.packages
    return {
        "versions": {name: packages[name].version for name in packages},
        "count": len(packages),
        "has_alpha": "Alpha" in packages,
        "items": {name: [package.editable, package.url] for name, package in packages.items()},
    }


def test_packages_are_a_live_view(
    worker: Worker, env: dict[str, str], venv: Path, wheels: Path, tmp_path: Path
) -> None:
    """uv and pip change the environment behind the engine's back; the next look sees it."""

    def look() -> dict[str, Any]:
        seen: dict[str, Any] = worker.call(view, environment=str(venv))
        assert seen["count"] == len(seen["versions"])
        assert seen["has_alpha"] == ("alpha" in seen["versions"])
        assert seen["versions"] == installed(site_packages(venv))
        return seen

    assert look()["versions"] == {}
    must_uv(["pip", "install", "--python", str(venv), "alpha==1.0", "Mixed_Case.Name"], env, tmp_path)
    assert look()["versions"] == {"alpha": "1.0", "mixed-case-name": "1.0"}
    must_uv(["pip", "install", "--python", str(venv), "alpha==2.0"], env, tmp_path)
    assert look()["versions"]["alpha"] == "2.0"

    pip = [sys.executable, "-m", "pip", "--python", str(venv), "--disable-pip-version-check", "-q"]
    wheel = wheels / "lonely-1.0-py3-none-any.whl"
    subprocess.run([*pip, "install", "--no-index", str(wheel)], env=env, check=True)
    editable, url = look()["items"]["lonely"]
    # pip notes the wheel's hash, which is part of the URL then.
    assert (editable, url.split("#")[0]) == (False, wheel.as_uri())
    subprocess.run([*pip, "uninstall", "-y", "alpha"], env=env, check=True)
    assert sorted(look()["versions"]) == ["lonely", "mixed-case-name"]

    tree = write_tree(tmp_path / "tree", "tree", "1.0")
    must_uv(["pip", "install", "--python", str(venv), "-e", str(tree)], env, tmp_path)
    assert look()["items"]["tree"] == [True, tree.as_uri()]
    for path in site_packages(venv).glob("lonely*"):
        subprocess.run(["rm", "-r", str(path)], check=True)
    assert sorted(look()["versions"]) == ["mixed-case-name", "tree"]


def use(environment: str) -> list[Any]:
    """In the worker: install, plan, apply and uninstall, each with what it told."""
    import uvffi

    env = uvffi.Environment(environment)
    told: list[Any] = []

    def note(result: Any) -> None:
        told.append([[str(change) for change in result.changes], {n: p.version for n, p in env.packages.items()}])

    note(env.install("alpha==1.0", "lonely"))
    plan = env.plan("alpha", upgrade=True)
    told.append(bool(plan))
    note(plan)
    note(plan.apply())
    plan = env.plan("alpha==2.0")
    told.append(bool(plan))
    note(plan)
    note(plan.apply())
    note(env.install("beta", no_deps=True, resolution="lowest", constraints=["constraints.txt"]))
    note(env.uninstall("beta", "Lonely", "not-there"))
    note(env.install(args=["--reinstall"], requirements="wanted.txt"))
    return told


def test_install_plan_apply_uninstall(worker: Worker, venv: Path, tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("beta>=2\n")
    (tmp_path / "wanted.txt").write_text("alpha==2.0\n")
    assert worker.call(use, environment=str(venv)) == [
        [["installed alpha 1.0", "installed lonely 1.0"], {"alpha": "1.0", "lonely": "1.0"}],
        True,
        [["upgraded alpha 1.0 -> 2.0"], {"alpha": "1.0", "lonely": "1.0"}],
        [["upgraded alpha 1.0 -> 2.0"], {"alpha": "2.0", "lonely": "1.0"}],
        False,
        [[], {"alpha": "2.0", "lonely": "1.0"}],
        [[], {"alpha": "2.0", "lonely": "1.0"}],
        [["installed beta 2.0"], {"alpha": "2.0", "beta": "2.0", "lonely": "1.0"}],
        [["uninstalled beta 2.0", "uninstalled lonely 1.0"], {"alpha": "2.0"}],
        [["reinstalled alpha 2.0"], {"alpha": "2.0"}],
    ]
    assert installed(site_packages(venv)) == {"alpha": "2.0"}


def errors(environment: str, broken: str) -> dict[str, list[Any]]:
    """In the worker: what each wrong use raises: class, code, whether it is the builtin, and the result's exit code."""
    import uvffi

    env = uvffi.Environment(environment)
    nowhere = uvffi.Environment(environment + "-nowhere")
    works: dict[str, tuple[Callable[[], object], type[Exception]]] = {
        "no-solution": (lambda: env.install("no-such-thing"), uvffi.CommandError),
        "plan": (lambda: env.plan("left", "right"), RuntimeError),
        "nowhere": (lambda: nowhere.install("alpha"), FileNotFoundError),
        "nowhere-packages": (lambda: nowhere.packages["alpha"], FileNotFoundError),
        "not-installed": (lambda: env.packages["no-such-thing"], KeyError),
        "network": (lambda: env.install("alpha", index_url=broken), ConnectionError),
        "quote": (lambda: uvffi.run("pip install 'alpha"), ValueError),
        "surrogate": (lambda: uvffi.run(["pip", "install", "\udcff"]), ValueError),
        "requirement": (lambda: env.install("@@@"), ValueError),
        "option": (lambda: env.install("alpha", no_such_option=True), TypeError),  # type: ignore[call-arg]
        "option-type": (lambda: env.install("alpha", index_url=1), TypeError),  # type: ignore[arg-type]
        "word": (lambda: uvffi.run(["pip", b"list"]), TypeError),  # type: ignore[list-item]
        "flag-for-a-package": (lambda: env.install("--target=/"), uvffi.CommandError),
        "usage": (lambda: uvffi.run("no-such-command").check(), uvffi.CommandError),
        "directory": (lambda: uvffi.run("--version", cwd="/no/such").check(), FileNotFoundError),
    }
    told = {}
    for name, (work, builtin) in works.items():
        try:
            work()
        except Exception as error:
            result = getattr(error, "result", None)
            parts = [getattr(error, "message", ""), *getattr(error, "hints", ())]
            whole = all(part in str(error) for part in parts)
            code = getattr(error, "code", None)
            told[name] = [type(error).__name__, code, isinstance(error, builtin), result and result.exit_code, whole]
    return told


def test_errors(worker: Worker, venv: Path, server: IndexServer) -> None:
    told = worker.call(errors, environment=str(venv), broken=server.simple("main", "500"))
    assert told == {
        "no-solution": ["ResolutionError", "no-solution", True, 1, True],
        "plan": ["ResolutionError", "no-solution", True, 1, True],
        "nowhere": ["EnvironmentNotFoundError", "environment-not-found", True, 2, True],
        "nowhere-packages": ["EnvironmentNotFoundError", "environment-not-found", True, None, True],
        "not-installed": ["PackageNotFoundError", "package-not-found", True, None, True],
        "network": ["NetworkError", "network", True, 2, True],
        "quote": ["RequestError", "bad-quoting", True, None, True],
        "surrogate": ["RequestError", "bad-utf8", True, None, True],
        "requirement": ["RequirementError", "bad-requirement", True, 2, True],
        "option": ["TypeError", None, True, None, True],
        "option-type": ["TypeError", None, True, None, True],
        "word": ["TypeError", None, True, None, True],
        "flag-for-a-package": ["CommandError", told["flag-for-a-package"][1], True, 2, True],
        "usage": ["CommandError", "usage", True, 2, True],
        "directory": ["WorkingDirectoryError", "working-directory-gone", True, None, True],
    }
    assert installed(site_packages(venv)) == {}
