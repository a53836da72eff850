"""How files come to their places: link modes, kinds of files, shared directories, clashes."""

from __future__ import annotations

from pathlib import Path

from tests.support.environments import site_packages

from ..case import Case

ALPHA = {"alpha": "2.0"}
KINDS = {"kinds": "1.0"}
NAMESPACE = {"ns-one": "1.0", "ns-two": "1.0"}


def users_file(env: Path) -> None:
    """A file beside alpha's that no RECORD names."""
    (site_packages(env) / "alpha" / "mine.txt").write_text("mine\n")


def edited(env: Path) -> None:
    (site_packages(env) / "kinds" / "__init__.py").unlink()
    (site_packages(env) / "kinds" / "__init__.py").write_text("EDITED = True\n")


def deleted(env: Path) -> None:
    (site_packages(env) / "alpha" / "__init__.py").unlink()


def script_in_the_way(env: Path) -> None:
    (env / "bin" / "alpha").write_text("#!/bin/sh\necho not yours\n")


CASES = [
    Case("link-copy", "pip install kinds==1.0 --link-mode copy", after=KINDS),
    Case("link-hardlink", "pip install kinds==1.0 --link-mode hardlink", after=KINDS),
    Case("link-symlink", "pip install kinds==1.0 --link-mode symlink", after=KINDS),
    Case("link-clone", "pip install kinds==1.0 --link-mode clone", after=KINDS),
    Case("link-unknown", "pip install kinds --link-mode teleport", route="child", exit=2, says=("invalid value 'teleport'",), after={}),
    Case("link-variable", "pip install alpha", env={"UV_LINK_MODE": "copy"}, after=ALPHA),
    Case("link-mode-swap", "pip install kinds==2.0 --link-mode copy", before=("pip install --link-mode symlink kinds==1.0",), after={"kinds": "2.0"}),
    Case("link-symlink-reinstall", "pip install kinds==1.0 --link-mode hardlink --reinstall", before=("pip install --link-mode symlink kinds==1.0",), after=KINDS),
    Case("kinds", "pip install kinds==1.0", after=KINDS),
    Case("kinds-reinstall", "pip install kinds==1.0 --reinstall", seed="kinds==1.0", after=KINDS),
    Case("kinds-swap", "pip install kinds==2.0", seed="kinds==1.0", after={"kinds": "2.0"}),
    Case("kinds-3-8", "pip install kinds==1.0", python="3.8", after=KINDS),
    Case("kinds-3-13", "pip install kinds==1.0", python="3.13", after=KINDS),
    Case("entry-points-reinstall", "pip install alpha --reinstall", seed="alpha", after=ALPHA),
    Case("single-module", "pip install single", after={"single": "1.0"}),
    Case("namespace", "pip install ns-one ns-two", after=NAMESPACE),
    Case("namespace-second", "pip install ns-two", seed="ns-one", after=NAMESPACE),
    Case("namespace-reinstall", "pip install ns-one --reinstall", seed="ns-one ns-two", after=NAMESPACE),
    Case("namespace-uninstall", "pip uninstall ns-one", seed="ns-one ns-two", after={"ns-two": "1.0"}),
    Case("clash", "pip install clash-b", seed="clash-a", after={"clash-a": "1.0", "clash-b": "1.0"}),
    Case("clash-uninstall", "pip uninstall clash-a", seed="clash-a", before=("pip install clash-b",), after={"clash-b": "1.0"}),
    Case("users-file-swap", "pip install alpha==1.0", seed="alpha", spoil=users_file, after={"alpha": "1.0"}),
    Case("users-file-uninstall", "pip uninstall alpha", seed="alpha", spoil=users_file, after={}),
    Case("edited-reinstall", "pip install kinds==1.0 --reinstall", seed="kinds==1.0", spoil=edited, after=KINDS),
    Case("edited-uninstall", "pip uninstall kinds", seed="kinds==1.0", spoil=edited, after={}),
    Case("deleted-no-op", "pip install alpha", seed="alpha", spoil=deleted, after=ALPHA, says=("Checked 1 package",)),
    Case("deleted-swap", "pip install alpha==1.0", seed="alpha", spoil=deleted, after={"alpha": "1.0"}),
    Case("script-in-the-way", "pip install alpha", spoil=script_in_the_way, after=ALPHA),
]
