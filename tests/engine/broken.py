"""Environments broken as interrupted installers leave them: real wheels, laid out by uv, and damaged by hand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Mapping

from tests.support.environments import site_packages
from tests.support.judge import must_uv
from tests.support.snapshot import snapshot


def install(venv: Path, env: Mapping[str, str], *wanted: str) -> None:
    """By uv, and not linked into its cache: damage must stay here."""
    must_uv(["pip", "install", "-q", "--link-mode", "copy", "--python", str(venv), *wanted], env, venv.parent)


def dist_infos(venv: Path, name: str) -> list[str]:
    """The names of all metadata directories of a package."""
    return sorted(path.name for path in site_packages(venv).glob(f"{name}-*.dist-info"))


def twice(venv: Path, env: Mapping[str, str], name: str, other: str, there: str) -> None:
    """Leaves the metadata of the version `other` beside a whole install of the version `there`."""
    install(venv, env, f"{name}=={other}")
    (info,) = site_packages(venv).glob(f"{name}-*.dist-info")
    kept = venv.parent / "kept"
    shutil.copytree(info, kept)
    install(venv, env, f"{name}=={there}")
    kept.rename(info)


def files(venv: Path) -> dict[str, str]:
    """What is in an environment, without bytecode and empty directories, which uv leaves behind."""
    found = snapshot(venv, lambda text: text.replace(str(venv), "VENV"))
    return {path: text for path, text in found.items() if text != "empty directory"}
