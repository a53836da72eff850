"""What goes to the Child: other commands, and resident commands given another directory or other variables."""

from __future__ import annotations

from ..case import Case

ALPHA = {"alpha": "2.0"}

CASES = [
    Case("pip-compile", "pip compile {name}/r.in", files={"r.in": "beta\n"}, route="child", says=("alpha==2.0",)),
    Case(
        "given-directory",
        "pip install -r r.txt",
        at_home=True,
        given=True,
        files={"r.txt": "alpha\n"},
        route="child",
        after=ALPHA,
    ),
    Case(
        "given-directory-config",
        "pip install 'alpha>=1'",
        at_home=True,
        given=True,
        files={"uv.toml": 'resolution = "lowest"\n'},
        route="child",
        after={"alpha": "1.0"},
    ),
    Case(
        "given-variables",
        "pip install 'alpha>=1'",
        given=True,
        env={"UV_RESOLUTION": "lowest"},
        route="child",
        after={"alpha": "1.0"},
    ),
    Case(
        "given-virtual-env",
        "pip install alpha",
        bare=True,
        given=True,
        env={"VIRTUAL_ENV": "{env}"},
        route="child",
        after=ALPHA,
    ),
    Case("given-uninstall", "pip uninstall alpha", given=True, at_home=True, seed="alpha", route="child", after={}),
    Case(
        "given-error",
        "pip install no-such-thing",
        given=True,
        at_home=True,
        route="child",
        exit=1,
        after={},
        says=("no-such-thing",),
    ),
    Case(
        "directory-flag",
        "pip install -r r.txt --directory {case}",
        files={"r.txt": "alpha\n"},
        route="child",
        after=ALPHA,
    ),
    Case("project-flag", "pip install alpha --project {case}", files={"uv.toml": ""}, route="child", after=ALPHA),
    Case("torch-backend", "pip install alpha --torch-backend cpu", route="child", after=ALPHA),
    Case("cache-dir-command", "cache dir", bare=True, route="child", says=("cache-#",)),
    Case("help-command", "help pip", bare=True, route="child", says=("Manage Python packages",)),
    Case("venv", "venv {out} --python {python}", bare=True, route="child", says=("Creating virtual environment at:",)),
    Case("python-find", "python find {env}", bare=True, route="child", says=("env-#/bin/python",)),
]
