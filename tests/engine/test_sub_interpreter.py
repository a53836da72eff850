"""A sub-interpreter is refused, whichever kind it is, and the main one goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from uvffi._interpreter import MODULE

pytest.importorskip(MODULE, reason="this Python has no sub-interpreters")

ROOT = Path(__file__).parents[2]
IN_THERE = """
import json, sys
sys.path.insert(0, %(root)r)
import uvffi
try:
    uvffi.run("--version")
    told = "it ran"
except uvffi.LibraryLoadError as error:
    told = [error.code, str(error)]
with open(%(file)r, "w") as file:
    json.dump(told, file)
"""
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import uvffi
import {module} as interpreters
kind, file, text = sys.argv[2:]
first = uvffi.run("--version").stdout if kind != "before the library is loaded" else None
if sys.version_info >= (3, 13):
    made = interpreters.create("legacy" if kind == "legacy" else "isolated")
else:
    made = interpreters.create(isolated=kind != "legacy")
interpreters.run_string(made, text)
interpreters.destroy(made)
print(json.dumps([json.load(open(file)), first, uvffi.run("--version").stdout]))
"""


@pytest.mark.parametrize("kind", ["isolated", "legacy", "before the library is loaded"])
def test_refused(kind: str, env: dict[str, str], tmp_path: Path, library: Path) -> None:
    file = str(tmp_path / "told")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM.format(module=MODULE),
            str(ROOT),
            kind,
            file,
            IN_THERE % {"root": str(ROOT), "file": file},
        ],
        env=env,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: Any = json.loads(done.stdout)
    (code, text), first, after = told
    assert code == "sub-interpreter"
    assert "main interpreter" in text and "python -m uvffi" in text
    assert after.startswith("uv 0.12.5") and first in (None, after)
