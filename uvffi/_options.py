from __future__ import annotations

import os
from typing import Sequence, TypedDict, Union

_Path = Union[str, "os.PathLike[str]"]
_Names = Union[str, Sequence[str]]
_Paths = Union[_Path, Sequence[_Path]]


class CommonOptions(TypedDict, total=False):
    """What `InstallOptions` and `SyncOptions` have in common."""

    # What to install
    constraints: _Paths
    build_constraints: _Paths
    extra: _Names
    all_extras: bool
    group: _Names

    # Which versions and files
    reinstall: bool
    reinstall_package: _Names
    exclude_newer: str
    """Only what was uploaded before this date or duration."""
    python_version: str
    python_platform: str
    strict: bool

    # From where
    default_index: str
    index: _Names
    index_url: str
    extra_index_url: _Names
    find_links: _Paths
    no_index: bool
    index_strategy: str
    offline: bool
    refresh: bool
    refresh_package: _Names
    no_cache: bool
    cache_dir: _Path

    # How
    require_hashes: bool
    no_verify_hashes: bool
    no_build: bool
    no_binary: _Names
    only_binary: _Names
    no_build_isolation: bool
    config_setting: _Names
    link_mode: str
    """`clone`, `copy`, `hardlink` or `symlink`."""
    compile_bytecode: bool

    # Where to, and whose settings
    target: _Path
    prefix: _Path
    break_system_packages: bool
    config_file: _Path


class InstallOptions(CommonOptions, total=False):
    """The keywords of `Environment.install` and `Environment.plan`: uv's long flags, with underscores.

    A switch is given by True (False and None are as if left out); a flag that can be repeated takes one value or a
    sequence. The words mean what `uv pip install --help` says; every other flag goes through `args`.
    """

    # What to install
    requirements: _Paths
    """Requirements files, pyproject.toml and the like (`-r`)."""
    editable: _Names
    """Projects to install in editable mode (`-e`)."""
    overrides: _Paths
    excludes: _Paths
    no_deps: bool

    # Which versions
    upgrade: bool
    upgrade_package: _Names
    resolution: str
    """`highest`, `lowest` or `lowest-direct`."""
    prerelease: str
    """`allow`, `disallow`, `if-necessary`, `explicit` or `if-necessary-or-explicit`."""
    exact: bool

    # Whose settings
    no_config: bool


class SyncOptions(CommonOptions, total=False):
    """The keywords of `Environment.sync`: the long flags of `uv pip sync`, given as in `InstallOptions`."""

    allow_empty_requirements: bool
    """Files that ask for nothing take everything away; otherwise they change nothing."""
