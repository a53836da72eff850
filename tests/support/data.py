"""`data` of a command that reads: uv's text is made of it again, and held against the text."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Iterator, List, Mapping, Sequence

from tests.support.judge import Outcome

Rows = List[Mapping[str, Any]]


def wrong_data(argv: Sequence[str], result: Mapping[str, Any], told: Outcome) -> list[str]:
    """Where the data and the text that came with it disagree."""
    data = result["data"]
    reader = READERS.get(argv[1]) if list(argv[:1]) == ["pip"] else None
    if result["route"] == "child":
        expected = _json(told.stdout)
        return [] if data == expected else [f"data of the child: {data!r}, its text is {told.stdout!r}"]
    if reader is None or told.exit_code == 2:
        return [] if data is None else [f"data {data!r} of a command that has none"]
    if {"-q", "-qq", "--quiet"} & set(argv):
        # Some of these say less or nothing then; the data are what they are.
        return [] if data is not None else ["no data"]
    made, printed = reader(data, argv), told.stdout
    if argv[1] == "check":
        # Its first line, or its second below the environment's, has the count and a time.
        head, printed = re.split(r"(?<=s)\n", told.stderr[told.stderr.index("Checked ") :], maxsplit=1)
        made = f"{data['checked']}\n{made}"
        printed = f"{head.split()[1]}\n{printed}"
    return [] if made == printed else [f"data: the text is {printed!r}, made of the data {made!r}"]


def _json(text: str) -> object:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _list(rows: Rows, argv: Sequence[str]) -> str:
    """The text of `pip list` from its data."""
    line = " ".join(argv)
    if "json" in line:
        order = ("name", "version", "editable_project_location")
        ordered = [{key: row[key] for key in order if key in row} for row in rows]
        assert [row.keys() for row in rows] == [row.keys() for row in ordered]
        return json.dumps(ordered, separators=(",", ":"), ensure_ascii=False) + "\n"
    if "freeze" in line:
        return "".join(f"{row['name']}=={row['version']}\n" for row in rows)
    if not rows:
        return ""
    keys = {"name": "Package", "version": "Version", "editable_project_location": "Editable project location"}
    table = [
        [title, *(row.get(key, "") for row in rows)] for key, title in keys.items() if any(key in row for row in rows)
    ]
    filled = []
    for column in table:
        width = max(_width(cell) for cell in column)
        filled.append([column[0].ljust(width), "-" * width, *(cell.ljust(width) for cell in column[1:])])
    return "".join(" ".join(cells).rstrip() + "\n" for cells in zip(*filled))


def _width(text: str) -> int:
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _freeze(lines: list[str], argv: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _show(rows: Rows, argv: Sequence[str]) -> str:
    return "---\n".join("".join(f"{line}\n" for line in _shown(row)) for row in rows)


def _shown(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"Name: {row['name']}"
    yield f"Version: {row['version']}"
    yield f"Location: {row['location']}"
    if "editable_project_location" in row:
        yield f"Editable project location: {row['editable_project_location']}"
    for title, key in (("Requires:", "requires"), ("Required-by:", "required_by")):
        if row[key] is not None:
            yield " ".join([title, ", ".join(row[key])]).rstrip()
    if "files" in row:
        yield "Files:"
        yield from (f"  {path}" for path in row["files"])


def _check(found: Mapping[str, Any], argv: Sequence[str]) -> str:
    """What is said after the count and the time it took, which are no part of this."""
    wrong = found["incompatibilities"]
    if not wrong:
        return "All installed packages are compatible\n"
    head = "Found 1 incompatibility" if len(wrong) == 1 else f"Found {len(wrong)} incompatibilities"
    return "".join(f"{line}\n" for line in (head, *(one["message"] for one in wrong)))


def _tree(roots: Rows, argv: Sequence[str]) -> str:
    lines: list[str] = []
    for root in roots:
        lines += _branch(root, None, argv)
    if any("(*)" in line for line in lines):
        cycles = "--no-dedupe" in argv
        lines.append("(*) Package tree " + ("is a cycle and cannot be shown" if cycles else "already displayed"))
    return "".join(f"{line}\n" for line in lines)


def _branch(node: Mapping[str, Any], above: str | None, argv: Sequence[str]) -> Iterator[str]:
    title = f"{node['name']} v{node['version']}"
    if above is not None and "--show-version-specifiers" in argv:
        needed = node["requirement"] or "*"
        title += f" [requires: {above} {needed}]" if "--invert" in argv else f" [required: {needed}]"
    yield title + (" (*)" if node["repeated"] else "")
    below = node["dependencies"]
    for at, child in enumerate(below):
        first, rest = ("└── ", "    ") if at == len(below) - 1 else ("├── ", "│   ")
        for line in _branch(child, node["name"], argv):
            yield first + line
            first = rest


READERS: dict[str, Callable[[Any, Sequence[str]], str]] = {
    "list": _list,
    "freeze": _freeze,
    "show": _show,
    "check": _check,
    "tree": _tree,
}
