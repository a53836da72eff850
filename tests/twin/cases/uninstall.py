"""`pip uninstall`."""

from __future__ import annotations

from pathlib import Path

from tests.support.environments import site_packages

from ..case import Case

ALPHA = {"alpha": "2.0"}


def no_record(env: Path) -> None:
    (info,) = site_packages(env).glob("alpha-*.dist-info")
    (info / "RECORD").unlink()


def no_metadata(env: Path) -> None:
    (info,) = site_packages(env).glob("alpha-*.dist-info")
    (info / "METADATA").unlink()


def egg_info_file(env: Path) -> None:
    """Installed by distutils: a file, and no list of what belongs to it."""
    (site_packages(env) / "relic-1.0.egg-info").write_text("Metadata-Version: 1.0\nName: relic\nVersion: 1.0\n")


def egg_info_folder(env: Path) -> None:
    """Installed by an old setuptools: a directory with its list of files."""
    info = site_packages(env) / "relic-1.0-py3.11.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: relic\nVersion: 1.0\n")
    (info / "installed-files.txt").write_text("../relic.py\nPKG-INFO\ninstalled-files.txt\n")
    (info / "top_level.txt").write_text("relic\n")
    (site_packages(env) / "relic.py").write_text("")


def empty_folder(env: Path) -> None:
    """A dist-info directory with nothing in it."""
    (site_packages(env) / "ghost-1.0.dist-info").mkdir()


CASES = [
    Case("uninstall", "pip uninstall alpha", seed="alpha", after={}, says=("Uninstalled 1 package in TIME\n - alpha==2.0",)),
    Case("uninstall-several", "pip uninstall beta lonely alpha", seed="beta lonely", after={}, says=("Uninstalled 3 packages",)),
    Case("uninstall-leaves-dependencies", "pip uninstall beta", seed="beta", after=ALPHA),
    Case("uninstall-leaves-dependents", "pip uninstall alpha", seed="beta", after={"beta": "2.0"}),
    Case("uninstall-absent", "pip uninstall lonely", seed="alpha", after=ALPHA, says=("Skipping lonely as it is not installed",)),
    Case("uninstall-absent-and-present", "pip uninstall lonely alpha", seed="alpha", after={}, says=("Skipping lonely",)),
    Case("uninstall-twice-named", "pip uninstall alpha ALPHA", seed="alpha", after={}),
    Case("uninstall-specifier", "pip uninstall 'alpha>=1'", seed="alpha", after={}),
    Case("uninstall-other-version", "pip uninstall alpha==1.0", seed="alpha", after={}),
    Case("uninstall-extra", "pip uninstall 'extras[fast]'", seed="extras[fast]", after=ALPHA),
    Case("uninstall-marker-false", "pip uninstall \"alpha ; sys_platform == 'win32'\"", seed="alpha", after={}),
    Case("uninstall-spelling", "pip uninstall Mixed.Case_Name", seed="Mixed_Case.Name", after={}),
    Case("uninstall-kinds", "pip uninstall kinds", seed="kinds==1.0", after={}),
    Case("uninstall-r", "pip uninstall -r {name}/r.txt", seed="beta", files={"r.txt": "beta\nalpha>9\n"}, after={}),
    Case("uninstall-r-and-name", "pip uninstall lonely -r {name}/r.txt", seed="beta lonely", files={"r.txt": "beta\n"}, after=ALPHA),
    Case("uninstall-r-empty", "pip uninstall -r {name}/r.txt", files={"r.txt": "\n"}, after={}, says=("does not contain any dependencies",)),
    Case("uninstall-r-missing", "pip uninstall -r {name}/none.txt", route="child", exit=2, after={}, says=("none.txt",)),
    Case("uninstall-yes", "pip uninstall -y alpha", seed="alpha", after={}),
    Case("uninstall-quiet", "pip uninstall -q alpha", seed="alpha", after={}),
    Case("uninstall-by-url", "pip uninstall 'alpha @ file://{wheels}/alpha-2.0-py3-none-any.whl'", before=("pip install {wheels}/alpha-2.0-py3-none-any.whl",), after={}),
    Case("uninstall-by-path", "pip uninstall {wheels}/alpha-2.0-py3-none-any.whl", before=("pip install {wheels}/alpha-2.0-py3-none-any.whl",), after={}),
    Case("uninstall-by-other-url", "pip uninstall 'alpha @ file://{wheels}/alpha-1.0-py3-none-any.whl'", seed="alpha", after={}, says=(" - alpha==2.0",)),
    Case("uninstall-from-url", "pip uninstall alpha", before=("pip install {wheels}/alpha-2.0-py3-none-any.whl",), after={}, says=("(from file://",)),
    Case("uninstall-nothing", "pip uninstall", route="child", exit=2, after={}, says=("required arguments",)),
    Case("uninstall-malformed", "pip uninstall 'alpha ~~ 1'", route="child", seed="alpha", exit=2, after=ALPHA, says=("alpha ~~ 1",)),
    Case("uninstall-unknown-flag", "pip uninstall alpha --frobnicate", route="child", seed="alpha", exit=2, after=ALPHA, says=("--frobnicate",)),
    Case("uninstall-no-record", "pip uninstall alpha", seed="alpha", spoil=no_record, exit=2, after=ALPHA, says=("RECORD",)),
    Case("uninstall-no-metadata", "pip uninstall alpha", seed="alpha", spoil=no_metadata, after={}),
    Case("uninstall-egg-info-file", "pip uninstall relic", spoil=egg_info_file, exit=2, after={}, says=("distutils",)),
    Case("uninstall-egg-info-folder", "pip uninstall relic", spoil=egg_info_folder, after={}, says=(" - relic==1.0",)),
    Case("uninstall-empty-folder", "pip uninstall ghost", spoil=empty_folder, exit=2, after={"ghost": "1.0"}, says=("`RECORD` file not found",)),
    Case("uninstall-constraint-flag", "pip uninstall alpha -c x", route="child", seed="alpha", exit=2, after=ALPHA, says=("-c",)),
    Case("uninstall-editable", "pip uninstall tree", trees={"tree": ("tree", "1.0")}, before=("pip install -e {case}/tree",), after={}, says=(" - tree==1.0 (from file://",)),
]
