"""A command line's words, split as the library splits a request that is text.

The library's form for a directory, variables or input of its own takes words only, so they are split here then.
"""

from __future__ import annotations

from .errors import RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator


def split(command: str) -> list[str]:
    """The words as a POSIX shell has them: quotes, backslashes and comments; nothing is expanded."""
    rest = iter(command)
    words: list[str] = []
    try:
        for char in rest:
            if char == "#":
                for skipped in rest:
                    if skipped == "\n":
                        break
            elif char not in " \t\n":
                words.append(_word(char, rest))
    except StopIteration:
        raise RequestError(
            f"The command line ends inside a quote or after a backslash: `{command.strip()}`",
            code="bad-quoting",
            hints=["Close the quote, or give the words as a list"],
        ) from None
    return words


def _word(first: str, rest: Iterator[str]) -> str:
    """One word from its first character on. Text that ends too early is a StopIteration."""
    word = ""
    char: str | None = first
    while char is not None and char not in " \t\n":
        if char == "'":
            char = next(rest)
            while char != "'":
                word += char
                char = next(rest)
        elif char == '"':
            char = next(rest)
            while char != '"':
                word += _escaped(next(rest)) if char == "\\" else char
                char = next(rest)
        elif char == "\\":
            char = next(rest)
            word += "" if char == "\n" else char
        else:
            word += char
        char = next(rest, None)
    return word


def _escaped(char: str) -> str:
    """What a backslash and this character stand for inside double quotes."""
    if char == "\n":
        return ""
    return char if char in '$`"\\' else "\\" + char
