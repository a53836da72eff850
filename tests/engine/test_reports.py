"""A Result as pip's installation report and as uv's JSON, each held against what the tool itself writes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import interpreters
from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.judge import must_uv, run_uv
from tests.support.wheels import build_wheel
from tests.support.worker import Worker

DESCRIBED = """\
Keywords: one,two words
Author-email: Somebody <somebody@example.org>
License-File: LICENSE
Classifier: Topic :: Software Development
Classifier: Typing :: Typed
Project-URL: Home, https://example.org/a,b
Description-Content-Type: text/markdown

# Described

Über alles: and so on
"""
ITEM = {"download_info", "is_direct", "is_yanked", "requested", "metadata"}


def report(argv: list[str], form: str = "to_pip_report") -> dict[str, Any]:
    """In the worker: a command's report, or the error that its making raised."""
    import uvffi

    try:
        made: dict[str, Any] = getattr(uvffi.run(argv), form)()
        return made
    except uvffi.UvffiError as error:
        return {"raised": type(error).__name__, "code": error.code, "text": str(error)}


def ours(worker: Worker, venv: Path, *words: str, form: str = "to_pip_report") -> dict[str, Any]:
    made: dict[str, Any] = worker.call(report, argv=["pip", "install", "--python", str(venv), *words], form=form)
    return made


def pips(env: dict[str, str], venv: Path, folder: Path, *words: str) -> dict[str, Any]:
    """What pip writes for the same request."""
    file = folder / "pip-report.json"
    pip = [sys.executable, "-m", "pip", "--python", str(venv), "--isolated", "--disable-pip-version-check"]
    command = [*pip, "install", "-q", "--no-cache-dir", "--index-url", env["UV_INDEX_URL"], "--report", str(file)]
    done = subprocess.run([*command, *words], env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written: dict[str, Any] = json.loads(file.read_text())
    return written


def comparable(made: dict[str, Any]) -> dict[str, Any]:
    """In one order, without what this side can't know; what pip learns of a direct archive by loading it, neither."""
    assert made.pop("pip_version")
    for item in made["install"]:
        item.pop("requested_extras", None)
        if item["is_direct"] and "archive_info" in item["download_info"]:
            item["download_info"]["archive_info"] = {}
    made["install"].sort(key=lambda item: str(item["metadata"]["name"]))
    return made


@pytest.mark.parametrize(
    "words",
    [
        ["beta==2.0"],
        ["extras[fast,slow]", "chain-4"],
        ["yanked==1.1"],
        ["Mixed_Case.Name", "shared<2"],
        ["{wheels}/alpha-1.0-py3-none-any.whl", "lonely"],
        ["lonely @ {files}/lonely-1.0-py3-none-any.whl"],
    ],
    ids=["dependency", "extras", "yanked", "names", "path", "url"],
)
def test_as_pip(
    worker: Worker, env: dict[str, str], tmp_path: Path, wheels: Path, server: IndexServer, words: list[str]
) -> None:
    """The same items from the same files, with the same metadata, on the same machine."""
    places = {"wheels": wheels, "files": f"{server.base}/main/files"}
    words = [re.sub(r"\{(\w+)\}", lambda found: str(places[found[1]]), word) for word in words]
    of_pip = pips(env, make_venv(tmp_path / "pip", env), tmp_path, *words)
    of_uvffi = ours(worker, make_venv(tmp_path / "uvffi", env), *words)
    assert "raised" not in of_uvffi, of_uvffi
    assert all(set(item) == ITEM for item in of_uvffi["install"])
    if "is_yanked" not in of_pip["install"][0]:
        # An older pip, which doesn't tell.
        for item in of_uvffi["install"]:
            del item["is_yanked"]
    assert comparable(of_uvffi) == comparable(of_pip)


def test_yanked(worker: Worker, venv: Path) -> None:
    assert [item["is_yanked"] for item in ours(worker, venv, "yanked==1.1", "alpha")["install"]] == [False, True]


def test_metadata_of_every_kind(worker: Worker, env: dict[str, str], tmp_path: Path, server: IndexServer) -> None:
    server.add("described", [build_wheel("described", "1.0", ("alpha ; extra == 'x'",), more_metadata=DESCRIBED)])
    index = server.simple("described")
    of_pip = pips({**env, "UV_INDEX_URL": index}, make_venv(tmp_path / "pip", env), tmp_path, "described")
    of_uvffi = ours(worker, make_venv(tmp_path / "uvffi", env), "described", "--default-index", index)
    (item,) = of_uvffi["install"]
    assert item["metadata"]["keywords"] == ["one", "two words"]
    assert item["metadata"]["classifier"] == ["Topic :: Software Development", "Typing :: Typed"]
    assert item["metadata"]["description"].startswith("# Described\n\nÜber alles")
    assert item["metadata"]["license_file"] == ["LICENSE"]
    # Older versions of pip don't know all fields.
    of_pip = of_pip["install"][0]["metadata"]
    assert {name: item["metadata"].get(name) for name in of_pip} == of_pip
    assert set(item["metadata"]) - set(of_pip) <= {"license_file"}


def test_a_sum_in_both_spellings(worker: Worker, venv: Path) -> None:
    (item,) = ours(worker, venv, "alpha==1.0")["install"]
    info = item["download_info"]["archive_info"]
    assert info["hash"] == "sha256=" + info["hashes"]["sha256"]


def test_no_credentials(worker: Worker, venv: Path, server: IndexServer) -> None:
    index = server.simple("main", "auth").replace("http://", "http://user:secret@")
    made = ours(worker, venv, "alpha==1.0", "--default-index", index)
    assert made["install"][0]["download_info"]["url"].startswith(f"{server.base}/main~auth/")
    assert "secret" not in json.dumps(made)


def test_another_interpreter(worker: Worker, env: dict[str, str], tmp_path: Path) -> None:
    """Markers are those of the environment, not of the process."""
    here = interpreters.own()[0]
    other = next((version for version in sorted(interpreters.interpreters()) if version not in (here, "3.14")), None)
    if other is None:
        pytest.skip("there is one Python only")
    made = ours(worker, make_venv(tmp_path / "other", env, other), "lonely")
    assert made["environment"]["python_version"] == other
    assert made["environment"]["python_full_version"].startswith(other + ".")


def test_a_dry_run(worker: Worker, env: dict[str, str], tmp_path: Path, venv: Path, session_dir: Path) -> None:
    """Of what is in uv's cache all is known; of what isn't there is no metadata."""
    fresh = [*("beta==1.0", "--dry-run"), "--cache-dir", str(tmp_path / "cache")]
    told = ours(worker, venv, *fresh)
    assert told["raised"] == "ReportError"
    assert told["code"] == "report-unavailable"
    assert "metadata of alpha 1.1" in told["text"]
    done = ours(worker, make_venv(tmp_path / "filled", env), "beta==1.0", "--cache-dir", str(tmp_path / "cache"))
    assert ours(worker, venv, *fresh) == done
    assert not list(site_packages(venv).glob("*.dist-info"))


def test_again_by_the_remembered_plan(worker: Worker, env: dict[str, str], venv: Path) -> None:
    """A swap that is not planned anew tells the same."""
    first = {version: ours(worker, venv, f"alpha=={version}") for version in ("1.0", "1.1")}
    for _ in range(3):
        for version, made in first.items():
            assert ours(worker, venv, f"alpha=={version}") == made
    assert first["1.0"]["install"][0]["requested"] is True


def test_nothing_came(worker: Worker, venv: Path) -> None:
    ours(worker, venv, "alpha")
    assert ours(worker, venv, "alpha")["install"] == []
    gone = worker.call(report, argv=["pip", "uninstall", "--python", str(venv), "alpha"])
    assert gone["install"] == []
    assert gone["version"] == "1"


def test_beside_the_environment(worker: Worker, venv: Path, tmp_path: Path) -> None:
    for flag in ("--target", "--prefix"):
        made = ours(worker, venv, flag, str(tmp_path / flag), "beta==2.0")
        assert [item["metadata"]["name"] for item in made["install"]] == ["alpha", "beta"]


def test_what_the_child_installed(worker: Worker, venv: Path) -> None:
    """uv doesn't tell where from; nothing is guessed."""
    told = ours(worker, venv, "lonely", "-v")
    assert told["raised"] == "ReportError"
    assert "It isn't known where these were installed from: lonely" in told["text"]


def test_a_failure(worker: Worker, venv: Path) -> None:
    for form in ("to_pip_report", "to_uv_json"):
        assert ours(worker, venv, "alpha==99", form=form)["raised"] == "ResolutionError"
        assert worker.call(report, argv=["--version"], form=form)["raised"] == "ReportError"


def test_what_is_gone_meanwhile(worker: Worker, env: dict[str, str], venv: Path) -> None:
    assert worker.call(late, python=str(venv), requirement="alpha==1.0", other="alpha==1.1") == (
        f"The metadata of alpha 1.0 can't be read: `{site_packages(venv)}/alpha-1.1.dist-info` is of version 1.1 now"
    )


def late(python: str, requirement: str, other: str) -> str:
    """In the worker: the message of the error of a report that comes after another install."""
    import uvffi

    result = uvffi.run(["pip", "install", "--python", python, requirement])
    uvffi.run(["pip", "install", "--python", python, other])
    try:
        result.to_pip_report()
    except uvffi.ReportError as error:
        return error.message
    return "made"


def test_without_packaging(worker: Worker, venv: Path) -> None:
    code, text = worker.call(without_packaging, python=str(venv))
    assert code == "report-unavailable"
    assert "Reports need the package `packaging`" in text and "-m pip install packaging`" in text


def without_packaging(python: str) -> list[str]:
    """In the worker: the error of a report where that package is not installed."""
    import uvffi

    result = uvffi.run(["pip", "install", "--python", python, "alpha==1.0"])
    for name in [name for name in sys.modules if name.split(".")[0] == "packaging"]:
        del sys.modules[name]
    sys.modules["packaging"] = None  # type: ignore[assignment]
    try:
        result.to_pip_report()
    except uvffi.UvffiError as error:
        return [error.code, str(error)]
    finally:
        del sys.modules["packaging"]
    return ["made"]


def test_as_uv(worker: Worker, env: dict[str, str], tmp_path: Path) -> None:
    """`sync` and `dry_run` as `uv sync` writes them for the same changes of the same environment."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        '[project]\nname = "it"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = ["alpha==1.1", "beta", '
        '"lonely"]\n[tool.uv]\npackage = false\n'
    )
    theirs, mine = project / ".venv", tmp_path / "mine"
    for venv in (theirs, mine):
        make_venv(venv, env)
        must_uv(["pip", "install", "-q", "--python", str(venv), "alpha==1.0", "lonely"], env, tmp_path)
    index = ["--default-index", env["UV_INDEX_URL"]]
    flags = ["--reinstall-package", "lonely"]
    for dry_run in (["--dry-run"], []):
        sync = ["sync", "--output-format", "json", "--inexact", *flags, *index, *dry_run]
        outcome = run_uv(sync, env, project)
        assert outcome.exit_code == 0, outcome.stderr
        written = json.loads(outcome.stdout.replace(str(theirs), str(mine)))
        words = ["alpha==1.1", "beta", "lonely", *flags, *index, *dry_run]
        made = ours(worker, mine, *words, form="to_uv_json")
        assert made["sync"]["changes"]
        assert made == {name: written[name] for name in ("schema", "sync", "dry_run")}
    gone = worker.call(report, argv=["pip", "uninstall", "--python", str(mine), "lonely"], form="to_uv_json")
    assert gone["sync"]["changes"] == [{"name": "lonely", "version": "1.0", "action": "uninstalled"}]
