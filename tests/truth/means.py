"""What is called inside the warm process to take its means away: descriptors, notifications; and to fork it."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import sys
from pathlib import Path
from typing import Any

from tests.engine import readers
from tests.engine.test_fork import forked

from . import host

CLONE_NEWUSER = 0x10000000
TEXT = "the host's own "

_taken: list[int] = []
_limits: list[tuple[int, int]] = []
_files: dict[int, str] = {}


def fill_descriptors(left: int) -> int:
    """Opens descriptors until only so many more can be; how many that took."""
    _limits.append(resource.getrlimit(resource.RLIMIT_NOFILE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, _limits[-1][1]))
    while True:
        try:
            _taken.append(os.dup(0))
        except OSError as error:
            assert error.errno == errno.EMFILE, error
            break
    assert len(_taken) > left, "they were used up before"
    for _ in range(left):
        os.close(_taken.pop())
    return len(_taken)


def free_descriptors() -> None:
    while _taken:
        os.close(_taken.pop())
    resource.setrlimit(resource.RLIMIT_NOFILE, _limits.pop())


def use_up_inotify(instances: int) -> str:
    """In a user namespace with so many inotify instances, all taken; why not, else nothing. Before anything else."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        return f"no user namespace can be made: {os.strerror(ctypes.get_errno())}"
    try:
        # A limit for this process alone: the machine's is shared with whatever else runs.
        Path("/proc/sys/user/max_inotify_instances").write_text(str(instances))
    except OSError as error:
        return f"the limit can't be set: {error}"
    while True:
        number = libc.inotify_init1(os.O_CLOEXEC)
        if number < 0:
            assert ctypes.get_errno() == errno.EMFILE, os.strerror(ctypes.get_errno())
            assert len(_taken) == instances
            return ""
        _taken.append(number)


def close_all(folder: str, opens: bool) -> int:
    """Closes every descriptor above 2, but for the two that lead to the tests; how many there were.

    With `opens` it opens files of its own in `folder`, to be read and written, under each of their numbers.
    """
    closed = [int(number) for number in os.listdir("/proc/self/fd") if int(number) > 2]
    pipes = sorted(map(int, sys.argv[1:3]))
    last = max(closed) + 1
    for first, end in zip((3, pipes[0] + 1, pipes[1] + 1), (*pipes, last)):
        os.closerange(first, end)
    numbers = sorted(set(closed) - set(pipes))
    for number in numbers if opens else ():
        path = os.path.join(folder, f"host-{number}")
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        if opened != number:
            os.dup2(opened, number, inheritable=False)
            os.close(opened)
        os.write(number, f"{TEXT}{number}".encode())
        _files[number] = path
    return len(numbers)


def harmed() -> list[str]:
    """What is wrong with the files that `close_all` opened: closed, other ones, written to, moved in."""
    wrong = []
    for number, path in _files.items():
        text = f"{TEXT}{number}"
        try:
            shown = os.readlink(f"/proc/self/fd/{number}")
            found = os.pread(number, 1000, 0).decode("utf-8", "replace")
            at = os.lseek(number, 0, os.SEEK_CUR)
        except OSError as error:
            wrong.append(f"{number}: {error}")
            continue
        if (shown, found, at) != (path, text, len(text)):
            wrong.append(f"{number}: {shown} holds {found!r} and is at {at}, not {path}, {text!r}, {len(text)}")
    return wrong


def begin_reading(environment: str) -> dict[str, Any]:
    """A reader begins; the watcher's state then."""
    readers.begin(["one"], environment)
    return readers.watcher()


def fork(asked: list[dict[str, Any]], before: str, after: str) -> Any:
    """In a forked child: answers; the answers after something was renamed; status before, between, and after."""

    def work() -> dict[str, Any]:
        told: dict[str, Any] = {"status": [host.status()]}
        told["first"] = host.ask(asked)
        told["status"].append(host.status())
        os.rename(before, after)
        told["second"] = host.ask(asked)
        told["status"].append(host.status())
        return told

    return forked(work, 50)
