"""Small generated distributions that make an environment as large as a case asks for."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

# A METADATA file of a usual size: most of it is a description that nobody reads, but that stands in the file.
DESCRIPTION = "Generated for a measurement. It installs one module and needs one other distribution.\n" * 24


def fill(site: Path, count: int, first: int = 0) -> None:
    """Writes `count` distributions, installed as uv would have left them, into a site-packages directory."""
    for number in range(first, first + count):
        name = f"filler_{number:04}"
        needs = f"Requires-Dist: filler-{number - 1:04}>=1.0\n" if number % 2 else ""
        metadata = (
            f"Metadata-Version: 2.4\nName: {name.replace('_', '-')}\nVersion: 1.0\n"
            f"Summary: Generated distribution {number}\nRequires-Python: >=3.8\n{needs}\n{DESCRIPTION}"
        )
        files = {
            f"{name}.py": f"NUMBER = {number}\n",
            f"{name}-1.0.dist-info/METADATA": metadata,
            f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{name}-1.0.dist-info/INSTALLER": "uv",
        }
        record = "".join(f"{path},{digest(text)},{len(text)}\n" for path, text in files.items())
        files[f"{name}-1.0.dist-info/RECORD"] = f"{record}{name}-1.0.dist-info/RECORD,,\n"
        (site / f"{name}-1.0.dist-info").mkdir()
        for path, text in files.items():
            (site / path).write_text(text, encoding="ascii")


def digest(text: str) -> str:
    """A file's hash as RECORD writes it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
