"""Modules that were imported before their files changed."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import make_venv
from tests.support.worker import ROOT

pytestmark = [pytest.mark.timeout(60), pytest.mark.usefixtures("library")]

PROGRAM = """
import json, pickle, sys
import uvffi
own, other = uvffi.Environment.current(), uvffi.Environment(sys.argv[1])
told = []
def note(result):
    told.append([list(result.modules), list(result.restart_needed)])
    return result
installed = note(own.install("alpha==1.0", "single", "ns-one"))
import alpha, single
told.append(list(installed.restart_needed))
note(own.install("alpha==1.0"))
note(own.plan("alpha==2.0").result)
swapped = note(own.install("alpha==2.0", "lonely"))
told.append(list(pickle.loads(pickle.dumps(swapped)).restart_needed))
note(other.install("alpha==1.0"))
import ns.one
note(own.uninstall("single", "ns-one", "lonely"))
note(uvffi.run("pip install --python " + sys.executable + " alpha==1.1"))
note(own.undo())
note(uvffi.run("--version"))
sys.modules["beta"] = type(sys)("beta")
sys.modules["beta"].__file__ = "/elsewhere/beta/__init__.py"
note(own.install("beta", no_deps=True))
print(json.dumps(told))
"""


def test_names_what_was_imported(env: dict[str, str], tmp_path: Path) -> None:
    own, other = (make_venv(tmp_path / name, env) for name in ("own", "other"))
    # The interpreter of the environment itself, with uvffi and its cffi from here.
    path = f"{ROOT}:{sysconfig.get_path('platlib')}"
    done = subprocess.run(
        [own / "bin" / "python", "-c", PROGRAM, other],
        env={**env, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told: list[Any] = json.loads(done.stdout)
    assert told == [
        [["alpha", "ns", "single"], []],
        [],
        [[], []],
        [[], []],
        [["alpha", "lonely"], ["alpha"]],
        [],
        [["alpha"], []],
        [["lonely", "ns", "single"], ["ns", "single"]],
        [["alpha"], ["alpha"]],
        [["alpha"], ["alpha"]],
        [[], []],
        [["beta"], []],
    ]
