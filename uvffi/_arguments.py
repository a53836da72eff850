from __future__ import annotations

import os

from ._options import InstallOptions, SyncOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping, Sequence


def arguments(options: Mapping[str, object], known: type = InstallOptions) -> list[str]:
    """Options as words of a command line; `known` has the names there are.

    One rule serves all: True is the flag alone, a value is one word with it, a sequence repeats it; False and None
    are as if left out. A value stands in the flag's own word, so that none can be taken for a flag.
    """
    words: list[str] = []
    for name, value in options.items():
        if name not in known.__annotations__:
            raise TypeError(f"there is no option {name!r}; give other flags of uv as `args=[...]`")
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(flag)
        elif isinstance(value, (str, os.PathLike)):
            words.append(f"{flag}={os.fspath(value)}")
        elif isinstance(value, (list, tuple, set, frozenset)):
            words += [f"{flag}={os.fspath(item)}" for item in value]
        else:
            raise TypeError(f"option {name!r} takes a str, a path, a bool or a sequence, not {type(value).__name__}")
    return words


def install(
    python: str,
    packages: Sequence[str | os.PathLike[str]],
    args: Sequence[str],
    options: Mapping[str, object],
) -> list[str]:
    """The command of `Environment.install`, word by word."""
    words = ["pip", "install", "--python", python, *arguments(options), *args]
    if packages:
        # After `--` none of them can be taken for a flag.
        words += ["--", *[os.fspath(package) for package in packages]]
    return words


def sync(
    python: str,
    files: Sequence[str | os.PathLike[str]],
    args: Sequence[str],
    options: Mapping[str, object],
) -> list[str]:
    """The command of `Environment.sync`, word by word."""
    words = ["pip", "sync", "--python", python, *arguments(options, SyncOptions), *args]
    return [*words, "--", *[os.fspath(file) for file in files]]


def uninstall(python: str, names: Sequence[str], args: Sequence[str], break_system_packages: bool) -> list[str]:
    """The command of `Environment.uninstall`, word by word."""
    options = {"break_system_packages": break_system_packages}
    return ["pip", "uninstall", "--python", python, *arguments(options), *args, "--", *names]
