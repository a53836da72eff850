"""`python -m uvffi ...` and the command `uvffi ...`: exactly `uv ...`, but for a few commands that uv has not.

Those are in `_command`. For all others the launcher takes this process's place, so that exit codes, signals, terminal
and colours are uv's own.
"""

from __future__ import annotations

import os
import sys

from ._paths import launcher_path, library_path

# As first words. uv 0.12.5 has no command of these names; a test asks it.
OWN = ("doctor", "history", "restore", "shelf", "undo")


def main() -> int:
    """Run a command of our own, or uv with this process's arguments; that returns only where it can't be started."""
    if sys.argv[1:2] and sys.argv[1] in OWN:
        from ._command import command

        return command(sys.argv[1:])
    launcher = launcher_path()
    words = ["uv", *sys.argv[1:]]
    # For where the two are apart. The launcher takes the variable away again before uv could see it.
    os.environ["UVFFI_CHILD_LIBRARY"] = library_path()
    try:
        if sys.platform == "win32":
            import subprocess

            return subprocess.call(words, executable=launcher)
        sys.stdout.flush()
        os.execv(launcher, words)
    except OSError as error:
        sys.stderr.write(
            f"error: uvffi can't start uv through its launcher `{launcher}`: {error.strerror or error}\n"
            "hint: Install uvffi's wheel for this platform, or run `scripts/build` in a source checkout\n"
        )
    return 2


if __name__ == "__main__":
    sys.exit(main())
