"""Programs that end as none should: `python -m tests.endurance.spoilt '<how, as JSON>'`, in place of `ending`."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time

from . import ending


def late(code: int) -> None:
    """Something waits after the end of main."""
    atexit.register(time.sleep, 1.6)
    ending.leave(code)


def loud(code: int) -> None:
    """There is a traceback on standard error."""
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    ending.leave(code)


def with_child(code: int) -> None:
    """A process stays, in a session of its own."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    ending.leave(code)


def otherwise(code: int) -> None:
    """The exit code is another one."""
    ending.leave(code + 1)


def crashed(code: int) -> None:
    """A signal ends it, before its time."""
    os.abort()


SPOILT = {one.__name__: one for one in (late, loud, with_child, otherwise, crashed)}

if __name__ == "__main__":
    how = json.loads(sys.argv[1])
    ending.told_to()
    SPOILT[how["way"]](how["code"])
