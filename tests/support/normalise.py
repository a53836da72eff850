"""What may differ between two right answers, and nothing else, is made equal."""

from __future__ import annotations

import re

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
TIME = re.compile(r"\bin (?:\d+m )?\d+(?:\.\d+)?(?:ns|µs|us|ms|s)\b")
SIDE = re.compile(r"(?<![\w.-])(env|out|system|fresh|cache)-[ab](?![\w-])")
"""A path that belongs to one side. Both sides' paths have one length, so that no text wraps differently."""
TEMPORARY = re.compile(r"\.tmp[A-Za-z0-9]{6}")
ARCHIVE = re.compile(r"(archive-v\d+)/[A-Za-z0-9_-]{6,}")
BUILD = re.compile(r"(sdists-v\d+/[^\s'\"]*?/)[A-Za-z0-9_-]{10,}(?=/src\b)")
SHUFFLED = re.compile(r"^ *(?:Downloading|Downloaded|Building|Built|Updating|Updated|Cloning) ")
SELF_UPDATE = ". Update `uv` by running `uv self update`."
"""uv's own builds can replace themselves and say so; the library is built without that."""
DEBUG = re.compile(r"^(?:DEBUG|TRACE) (?!uv \d)")


def normal_text(text: str) -> str:
    """Colour, times, temporary names and each side's own places out of the way."""
    text = ESCAPE.sub("", text).replace(SELF_UPDATE, "")
    text = SIDE.sub(r"\1-#", text)
    text = TIME.sub("in TIME", text)
    text = TEMPORARY.sub(".tmp#", text)
    text = BUILD.sub(r"\1#", text)
    return ARCHIVE.sub(r"\1/#", text)


def normal_stderr(text: str) -> str:
    """As `normal_text`; lines that parallel work prints in any order come first, sorted, and debug lines are gone.

    Of the debug lines the first stays, which names uv's version.
    """
    lines = [line for line in normal_text(text).splitlines() if not DEBUG.match(line)]
    shuffled = sorted(line for line in lines if SHUFFLED.match(line))
    return "\n".join([*shuffled, *(line for line in lines if not SHUFFLED.match(line))])
