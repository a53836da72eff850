"""What is printed: quiet, dry runs, strict."""

from __future__ import annotations

from pathlib import Path

from tests.support.environments import site_packages

from ..case import Case

ALPHA = {"alpha": "2.0"}
BETA = {"beta": "2.0", **ALPHA}


def double(env: Path) -> None:
    """alpha is there twice, as a killed installer leaves it."""
    packages = site_packages(env)
    other = packages / "alpha-0.9.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: alpha\nVersion: 0.9\n")
    (other / "RECORD").write_text("alpha-0.9.dist-info/METADATA,,\nalpha-0.9.dist-info/RECORD,,\n")


CASES = [
    Case("quiet", "pip install -q alpha", after=ALPHA),
    Case("quiet-twice", "pip install -qq alpha", after=ALPHA),
    Case("quiet-first", "-q pip install alpha", after=ALPHA),
    Case("quiet-long", "pip install --quiet beta==2.0", seed="beta==1.0", after=BETA),
    Case("quiet-error", "pip install -q no-such-thing", exit=1, after={}),
    Case("quiet-twice-error", "pip install -qq no-such-thing", exit=1, after={}),
    Case("quiet-warning", "pip install -q 'extras[warp]'", after={"extras": "1.0"}),
    Case("quiet-dry-run", "pip install -q --dry-run alpha", after={}),
    Case("quiet-usage-error", "pip install -q --nonsense", route="child", exit=2, says=("--nonsense",), after={}),
    Case("dry-run", "pip install --dry-run alpha", after={}, says=("Would install 1 package\n + alpha==2.0",)),
    Case("dry-run-swap", "pip install --dry-run beta==2.0", seed="beta==1.0", after={"beta": "1.0", "alpha": "1.1"}, says=("Would uninstall 2 packages",)),
    Case("dry-run-no-op", "pip install --dry-run alpha", seed="alpha", after=ALPHA, says=("Would make no changes",)),
    Case("dry-run-reinstall", "pip install --dry-run --reinstall alpha", seed="alpha", after=ALPHA, says=(" - alpha==2.0\n + alpha==2.0",)),
    Case("dry-run-downloads", "pip install --dry-run chain-1 --cache-dir {fresh}", after={}, says=("Would download 6 packages",)),
    Case("dry-run-error", "pip install --dry-run no-such-thing", exit=1, says=("no-such-thing",), after={}),
    Case("dry-run-uninstall", "pip uninstall --dry-run alpha", seed="alpha", after=ALPHA, says=("Would uninstall 1 package",)),
    Case("dry-run-target", "pip install --dry-run --target {out} alpha", after={}, says=("Would install",)),
    Case("dry-run-exact", "pip install --dry-run --exact alpha", seed="alpha lonely", after={**ALPHA, "lonely": "1.0"}, says=(" - lonely==1.0",)),
    Case("strict", "pip install --strict alpha", after=ALPHA),
    Case("strict-missing", "pip install --strict --no-deps beta", after={"beta": "2.0"}, says=("requires `alpha>=2`, but it's not installed",)),
    Case("strict-wrong-version", "pip install --strict left", before=("pip install --no-deps right==1.0",), after={"left": "1.0", "right": "1.0", "shared": "1.0"}, says=("`shared==2.0`",)),
    Case("strict-heals", "pip install --strict beta", before=("pip install --no-deps beta==1.0",), seed="alpha", after={"beta": "1.0", "alpha": "1.1"}),
    Case("strict-undone", "pip install --strict --no-strict --no-deps beta", after={"beta": "2.0"}),
    Case("strict-double", "pip install --strict lonely", seed="alpha", spoil=double, after={"alpha": "0.9 and 2.0", "lonely": "1.0"}),
    Case("double-healed", "pip install alpha", seed="alpha", spoil=double, after=ALPHA),
    Case("no-progress", "pip install --no-progress alpha", after=ALPHA),
    Case("color-never", "pip install --color never alpha", after=ALPHA),
    Case("color-always", "pip install --color always alpha", route="child", after=ALPHA),
    Case("big-download", "pip install big --cache-dir {fresh}", after={"big": "1.0"}, says=("Downloading big (2.9MiB)",)),
    Case("columns", "pip install left right==1.0", env={"COLUMNS": "60"}, exit=1, after={}, says=("left",)),
    Case("no-color", "pip install left right==1.0", env={"NO_COLOR": "1"}, exit=1, after={}, says=("left",)),
    Case("verbose", "pip install -v alpha", route="child", says=("DEBUG uv 0.12.5",), after=ALPHA),
    Case("help", "pip install --help", bare=True, route="child", says=("Install packages into an environment",)),
    Case("version", "--version", bare=True, route="child", says=("uv 0.12.5",)),
    Case("pip-report", "pip install --report x alpha", route="child", exit=2, says=("--report",), after={}),
    Case("progress-bar", "pip install --progress-bar off alpha", route="child", exit=2, says=("--progress-bar",), after={}),
    Case("pip-version-check", "pip install --disable-pip-version-check alpha", says=("has no effect",), after=ALPHA),
]
