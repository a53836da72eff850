"""Where versions stand, and how all of them change together."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from . import cargo, lockfile, mirror, paths, say
from .lock import locked
from .say import Failed

_INIT = paths.PACKAGE / "__init__.py"
_REQUIREMENTS = paths.ROOT / "scripts" / "requirements.txt"
_WARNINGS = paths.CSRC / "warnings" / "Cargo.toml"


def show() -> None:
    """Print what is pinned, and what doesn't agree."""
    uv, crates = lockfile.versions()
    print(f"uvffi {own_version()}\nuv {uv}\nits crates {crates}\ncrates from the registry {len(lockfile.crates())}")
    if f"uv=={uv}\n" not in _REQUIREMENTS.read_text(encoding="utf-8"):
        raise Failed(f"{_REQUIREMENTS} has another uv than {uv}: the tests' judge must be the library's own version")
    lockfile.check()


def own_version() -> str:
    """uvffi's version, which must be the same for Rust and Python."""
    pattern = r'^(?:version|__version__) = "([^"]+)"$'
    told = {_sought(path, pattern) for path in (lockfile.MANIFEST, _INIT)}
    if len(told) != 1:
        raise Failed(f"uvffi's version is {' and '.join(sorted(told))}, in {lockfile.MANIFEST} and {_INIT}")
    return told.pop()


def raise_uv(uv: str, crates: str) -> None:
    """Pin another uv, and everything that follows from it."""
    old_uv, old_crates = lockfile.versions()
    _replace(lockfile.MANIFEST, f'"={old_uv}"', f'"={uv}"')
    _replace(lockfile.MANIFEST, f'"={old_crates}"', f'"={crates}"')
    _replace(_WARNINGS, f'version = "{old_crates}"', f'version = "{crates}"')
    _replace(_REQUIREMENTS, f"uv=={old_uv}\n", f"uv=={uv}\n")
    _lock_again()
    lockfile.PINS.write_text(lockfile.pins(), encoding="utf-8")
    for path, line, text in _mentions(old_uv):
        say.note(f"still says {old_uv}: {path.relative_to(paths.ROOT)}:{line}: {text}")


def set_version(version: str) -> None:
    """Give uvffi itself another version."""
    old = own_version()
    _replace(lockfile.MANIFEST, f'\nversion = "{old}"\n', f'\nversion = "{version}"\n')
    _replace(_INIT, f'__version__ = "{old}"', f'__version__ = "{version}"')
    _lock_again()


def _lock_again() -> None:
    """Let Cargo change of the lock file what it must, and nothing else."""
    with locked("build"):
        mirror.sync(paths.CSRC, paths.mirror())
        words = [cargo.cargo(), "update", "--workspace"]
        done = subprocess.run(words, cwd=paths.mirror(), check=False)
        if done.returncode != 0:
            raise Failed(
                f"`{' '.join(words)}` ended with exit code {done.returncode}; the manifests are changed already"
            )
        shutil.copyfile(paths.mirror() / "Cargo.lock", lockfile.LOCK)


def _sought(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise Failed(f"{path} has no line like `{pattern}`")
    return found[1]


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise Failed(f"{path} doesn't say `{old.strip()}`")
    path.write_text(text.replace(old, new), encoding="utf-8")


def _mentions(version: str) -> list[tuple[Path, int, str]]:
    """Lines of the repository that name a version; a changelog may."""
    listed = subprocess.run(["git", "ls-files"], cwd=paths.ROOT, capture_output=True, encoding="utf-8", check=False)
    found = []
    for name in listed.stdout.splitlines():
        path = paths.ROOT / name
        if name == "CHANGELOG.md" or name.endswith((".lock", ".json", ".svg")) or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if re.search(rf"(?<![\d.]){re.escape(version)}(?![\d.]*\d)", line):
                found.append((path, number, line.strip()))
    return found
