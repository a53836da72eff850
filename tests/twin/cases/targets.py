"""Where to: --target, --prefix, --system, --python, externally managed interpreters."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..case import Case

ALPHA = {"alpha": "2.0"}
OUT = ("env", "out")
SYSTEM = ("system",)
ON_PATH = {"PATH": "{system}/bin:{uv_path}"}


def no_interpreter(env: Path) -> None:
    """The link to the interpreter leads nowhere."""
    for name in ("python", "python3"):
        (env / "bin" / name).unlink()
    (env / "bin" / "python").symlink_to("/nowhere/python")


def no_site_packages(env: Path) -> None:
    shutil.rmtree(env / "lib")


CASES = [
    Case("target", "pip install --target {out} alpha", places=OUT, after=ALPHA),
    Case("target-short", "pip install -t {out} beta", places=OUT, after={"beta": "2.0", **ALPHA}),
    Case("target-no-op", "pip install --target {out} alpha", places=OUT, times=2, after=ALPHA, says=("Checked 1 package",)),
    Case("target-swap", "pip install --target {out} alpha==1.0", before=("pip install --target {out} alpha",), places=OUT, after={"alpha": "1.0"}),
    Case("target-ignores-environment", "pip install --target {out} alpha", seed="alpha", places=OUT, after=ALPHA),
    Case("target-kinds", "pip install --target {out} kinds==1.0", places=OUT, after={"kinds": "1.0"}),
    Case("target-reinstall", "pip install --target {out} --reinstall kinds==1.0", before=("pip install --target {out} kinds==1.0",), places=OUT, after={"kinds": "1.0"}),
    Case("target-uninstall", "pip uninstall --target {out} alpha", before=("pip install --target {out} alpha",), places=OUT, after={}),
    Case("prefix", "pip install --prefix {out} alpha", places=OUT, after=ALPHA),
    Case("prefix-no-op", "pip install --prefix {out} alpha", places=OUT, times=2, after=ALPHA, says=("Checked 1 package",)),
    Case("prefix-swap", "pip install --prefix {out} kinds==2.0", before=("pip install --prefix {out} kinds==1.0",), places=OUT, after={"kinds": "2.0"}),
    Case("prefix-uninstall", "pip uninstall --prefix {out} beta alpha", before=("pip install --prefix {out} beta",), places=OUT, after={}),
    Case("target-and-prefix", "pip install --prefix {out} --target {out} alpha", route="child", exit=2, says=("cannot be used with",), after={}),
    Case("python-executable", "pip install --python {python} alpha", bare=True, after=ALPHA),
    Case("python-short", "pip install -p {python} alpha", bare=True, after=ALPHA),
    Case("python-bin-3", "pip install -p {env}/bin/python3 alpha", bare=True, after=ALPHA),
    Case("python-relative", "pip install -p {name}/env-{side} alpha", bare=True, after=ALPHA),
    Case("python-missing", "pip install -p {case}/none alpha", route="child", bare=True, exit=2, says=("No virtual environment or system Python installation found for path",), after={}),
    Case("python-version-missing", "pip install -p 3.99 alpha", route="child", bare=True, exit=2, says=("3.99",), after={}),
    Case("python-nonsense", "pip install -p 'no such python' alpha", route="child", bare=True, exit=2, says=("no such python",), after={}),
    Case("python-twice", "pip install -p {env} -p {env} alpha", route="child", bare=True, exit=2, says=("cannot be used multiple times",), after={}),
    Case("python-variable", "pip install alpha", bare=True, env={"UV_PYTHON": "{env}"}, after=ALPHA),
    Case("virtual-env", "pip install alpha", bare=True, env={"VIRTUAL_ENV": "{env}"}, after=ALPHA),
    Case("virtual-env-missing", "pip install alpha", route="child", bare=True, env={"VIRTUAL_ENV": "{case}/none"}, exit=2, says=("none",), after={}),
    Case("no-environment", "pip install alpha", route="child", bare=True, at_home=True, env={"PATH": "{uv_path}"}, exit=2, says=("No virtual environment found",), after={}),
    Case("conda-prefix", "pip install alpha", bare=True, env={"CONDA_PREFIX": "{env}", "CONDA_DEFAULT_ENV": "mine"}, after=ALPHA),
    Case("system", "pip install --system alpha", bare=True, env=ON_PATH, places=SYSTEM, after=ALPHA),
    Case("system-variable", "pip install alpha", bare=True, env={**ON_PATH, "UV_SYSTEM_PYTHON": "1"}, places=SYSTEM, after=ALPHA),
    Case("system-by-path", "pip install -p {system}/bin/python3 kinds==1.0", bare=True, places=SYSTEM, after={"kinds": "1.0"}),
    Case("system-uninstall", "pip uninstall -p {system}/bin/python3 alpha", bare=True, before=("pip install -p {system}/bin/python3 alpha",), places=SYSTEM, after={}),
    Case("managed", "pip install -p {system}/bin/python3 alpha", route="child", bare=True, exit=2, says=("externally managed",), places=SYSTEM, after={}),
    Case("managed-uninstall", "pip uninstall -p {system}/bin/python3 alpha", route="child", bare=True, exit=2, says=("externally managed",), places=SYSTEM, after={}),
    Case("managed-break", "pip install -p {system}/bin/python3 --break-system-packages alpha", bare=True, places=SYSTEM, after=ALPHA),
    Case("managed-break-variable", "pip install --system alpha", bare=True, env={**ON_PATH, "UV_BREAK_SYSTEM_PACKAGES": "1"}, places=SYSTEM, after=ALPHA),
    Case("managed-break-uninstall", "pip uninstall -p {system}/bin/python3 --break-system-packages alpha", bare=True, before=("pip install --break-system-packages -p {system}/bin/python3 alpha",), places=SYSTEM, after={}),
    Case("managed-no-break", "pip install -p {system}/bin/python3 --break-system-packages --no-break-system-packages alpha", route="child", bare=True, exit=2, says=("externally managed",), places=SYSTEM, after={}),
    Case("managed-target", "pip install -p {system}/bin/python3 --target {out} alpha", bare=True, places=("system", "out"), after=ALPHA),
    Case("break-in-venv", "pip install --break-system-packages alpha", after=ALPHA),
    Case("user", "pip install --user alpha", route="child", exit=2, says=("--user",), after={}),
    Case("broken-interpreter", "pip install alpha", route="child", spoil=no_interpreter, exit=2, says=("env-",), after={}),
    Case("broken-no-site-packages", "pip install alpha", spoil=no_site_packages, after=ALPHA),
    Case("managed-python-only", "pip install --managed-python alpha", after=ALPHA),
    Case("no-managed-python", "pip install --no-managed-python alpha", after=ALPHA),
    Case("no-python-downloads", "pip install --no-python-downloads alpha", after=ALPHA),
]
