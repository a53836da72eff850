from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from . import paths
from .say import Failed


def build(folder: Path) -> Path:
    """Build uvffi's wheel into a folder, with the backend of the tools' environment."""
    words = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(paths.ROOT)]
    # Standard output is the backend's chatter; the build's progress is on standard error.
    done = subprocess.run(words, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise Failed(f"`{' '.join(words)}` ended with exit code {done.returncode}:\n{done.stdout}")
    (built,) = folder.glob("uvffi-*.whl")
    return built
