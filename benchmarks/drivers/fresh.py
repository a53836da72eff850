"""The first call of a new process: `fresh.py REPLY MODULE COMMAND` writes one line of numbers and ends.

Nothing is imported that the measured module could profit from; so the line is plain text, not JSON:
`import_ns call_ns code`, VmRSS and USS before the import, VmRSS, USS and VmHWM after the call (bytes, -1 unknown).
"""

from __future__ import annotations

import os
import sys
from time import perf_counter_ns


def field(path: str, *names: str) -> int:
    """The sum of some `Name:  123 kB` fields of a file under /proc, in bytes."""
    try:
        with open(path, "rb") as file:
            lines = file.read().decode().splitlines()
    except OSError:
        return -1
    return 1024 * sum(int(line.split()[1]) for line in lines if line.partition(":")[0] in names)


def resident_set() -> int:
    """What of this process is in memory, shared file pages included."""
    return field("/proc/self/status", "VmRSS")


def unique_set() -> int:
    """What of this process is in memory for it alone."""
    return field("/proc/self/smaps_rollup", "Private_Clean", "Private_Dirty")


def main() -> None:
    """Imports, calls once, measures."""
    reply, module_name, command = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    unique_before, resident_before = unique_set(), resident_set()
    start = perf_counter_ns()
    module = __import__(module_name)
    imported = perf_counter_ns()
    result = module.run(command)
    end = perf_counter_ns()
    numbers = [imported - start, end - imported, next(iter(result)), resident_before, unique_before]
    numbers += [resident_set(), unique_set(), field("/proc/self/status", "VmHWM")]
    os.write(reply, (" ".join(map(str, numbers)) + "\n").encode())


if __name__ == "__main__":
    main()
