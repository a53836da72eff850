"""The values of environment markers (PEP 508), here or, as a program of its own, in any other Python 3.

Nothing of this package is imported, so that an interpreter can be given this file alone.
"""

import json
import os
import platform
import sys


def markers():
    # type: () -> dict[str, str]
    """Of the running interpreter, by name."""
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": _spelt(sys.implementation.version),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def _spelt(info):
    # type: (tuple[int, int, int, str, int]) -> str
    text = "%d.%d.%d" % tuple(info[:3])
    return text if info[3] == "final" else text + info[3][0] + str(info[4])


if __name__ == "__main__":
    print(json.dumps(markers()))
