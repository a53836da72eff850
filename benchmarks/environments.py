"""Environments that commands are measured on, and the look at the disk that proves what each command did."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
import subprocess
from pathlib import Path

from benchmarks.failed import Failed
from benchmarks.index import normalise


class Environment:
    """One virtual environment of one contender."""

    def __init__(self, uv: Path, python: Path, prefix: Path) -> None:
        """Makes it with uv, in a cache of its own, so that no contender's cache learns of the interpreter."""
        words = [str(uv), "venv", "-q", "--no-config", "--no-cache", "--python", str(python), str(prefix)]
        made = subprocess.run(words, check=False, capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(f"no environment could be made: {made.stderr.strip()}")
        self.python = prefix / "bin" / "python"
        self.site = next(prefix.glob("lib/python*/site-packages"))

    def installed(self) -> dict[str, list[str]]:
        """The versions of each distribution, as the names of the dist-info directories say."""
        found: dict[str, list[str]] = {}
        for entry in os.listdir(self.site):
            if entry.endswith(".dist-info"):
                name, version = entry[: -len(".dist-info")].split("-", 1)
                found.setdefault(normalise(name), []).append(version)
        return found

    def must_have(self, expected: dict[str, str | None]) -> None:
        """Each name has exactly this version (None: is not there), by directory name and by METADATA."""
        found = self.installed()
        for name, version in expected.items():
            wanted = [] if version is None else [version]
            if found.get(name, []) != wanted:
                raise Failed(f"on disk after the call: {name} {found.get(name, [])}, expected {wanted}")
            if version is not None:
                self._metadata_says(name, version)

    def must_be_whole(self, name: str) -> None:
        """Every file that the RECORD of a distribution names is there with the bytes it says."""
        record = self.dist_info(name) / "RECORD"
        with record.open(newline="") as file:
            rows = [row for row in csv.reader(file) if row]
        for path, digest, size in rows:
            if not digest:
                continue
            target = self.site / path
            if not target.is_file():
                raise Failed(f"{name}: {path} of its RECORD is missing")
            data = target.read_bytes()
            method, _, wanted = digest.partition("=")
            actual = base64.urlsafe_b64encode(hashlib.new(method, data).digest()).rstrip(b"=").decode()
            if (actual, str(len(data))) != (wanted, size):
                raise Failed(f"{name}: {path} has other bytes than its RECORD says")

    def identity(self) -> tuple[int, ...]:
        """Changes whenever an entry of site-packages does: a no-op must leave it alone."""
        status = os.stat(self.site)
        return status.st_ino, status.st_mtime_ns, status.st_ctime_ns

    def dist_info(self, name: str) -> Path:
        """The dist-info directory of a distribution, which must have one."""
        for path in self.site.glob("*.dist-info"):
            if normalise(path.name.split("-")[0]) == name:
                return path
        raise Failed(f"{name} has no dist-info directory")

    def _metadata_says(self, name: str, version: str) -> None:
        text = (self.dist_info(name) / "METADATA").read_text(encoding="utf-8")
        found = re.search(r"^Version: (.+)$", text, re.MULTILINE)
        if found is None or found.group(1).strip() != version:
            raise Failed(f"METADATA of {name} does not say version {version}")
