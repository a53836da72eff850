from __future__ import annotations

from . import _given
from ._options import InstallOptions, SyncOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Mapping, Sequence

# What the methods take beside options of uv.
OWN = ("args", "confirm", "durable", "progress", "timeout")


def arguments(method: str, options: Mapping[str, object], known: type = InstallOptions) -> list[str]:
    """Options as words of a command line; `known` has the names there are, for this method of `Environment`.

    One rule serves all: True is the flag alone, a value is one word with it, a sequence repeats it; False and None
    are as if left out. A value stands in the flag's own word, so that none can be taken for a flag.
    """
    words: list[str] = []
    for name, value in options.items():
        if name not in known.__annotations__:
            raise _unknown(method, name, known)
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(flag)
        elif isinstance(value, (list, tuple, set, frozenset)):
            words += [f"{flag}={_given.path(f'an item of {name}', item)}" for item in value]
        elif isinstance(value, str) or hasattr(type(value), "__fspath__"):
            words.append(f"{flag}={_given.path(name, value)}")
        else:
            raise TypeError(f"option {name!r} takes a str, a path, a bool or a sequence, not {type(value).__name__}")
    return words


def install(
    python: str,
    packages: Sequence[str | os.PathLike[str]],
    args: Sequence[str],
    options: Mapping[str, object],
    method: str = "install",
) -> list[str]:
    """The command of `Environment.install`, word by word; `method` is who asks for it."""
    words = ["pip", "install", "--python", python, *arguments(method, options), *_given.words("args", args)]
    if packages:
        # After `--` none of them can be taken for a flag.
        words += ["--", *_given.one_by_one(method, "each package", packages)]
    return words


def sync(
    python: str,
    files: Sequence[str | os.PathLike[str]],
    args: Sequence[str],
    options: Mapping[str, object],
) -> list[str]:
    """The command of `Environment.sync`, word by word."""
    words = ["pip", "sync", "--python", python, *arguments("sync", options, SyncOptions), *_given.words("args", args)]
    return [*words, "--", *_given.one_by_one("sync", "each file", files)]


def uninstall(python: str, names: Sequence[str], args: Sequence[str], break_system_packages: bool) -> list[str]:
    """The command of `Environment.uninstall`, word by word."""
    options = arguments("uninstall", {"break_system_packages": break_system_packages})
    words = ["pip", "uninstall", "--python", python, *options, *_given.words("args", args)]
    return [*words, "--", *_given.one_by_one("uninstall", "each name", names)]


def _unknown(method: str, name: str, known: type) -> TypeError:
    from difflib import get_close_matches

    own = [one for one in OWN if method != "plan" or one not in ("confirm", "durable")]
    near = get_close_matches(name, [*known.__annotations__, *own], 1, 0.7)
    if near:
        mend = f"did you mean {near[0]!r}? `uvffi.{known.__name__}` lists them"
    else:
        mend = f"`uvffi.{known.__name__}` lists them; give other flags of uv as `args=['--{name.replace('_', '-')}']`"
    return TypeError(f"there is no option {name!r} of `Environment.{method}`: {mend}")
