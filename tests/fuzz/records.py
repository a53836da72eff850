"""`record`: RECORDs that are not what was installed, then an uninstall, an upgrade, a reinstall, and the way back."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from . import texts
from .case import Case, Step, pip, python, query, run, write
from .mutate import mutated

INFO = "@SITE@/evil-1.0.dist-info"
SOUND = "".join(
    f"{row},,\n"
    for row in (
        "evil/__init__.py", "evil/sub/more.py", "evil_1.py", "../../../bin/evil", "../../../bin/evil-too",
        "../../../bin/evil-script", "../../../share/evil/data.txt", "evil-1.0.dist-info/METADATA",
        "evil-1.0.dist-info/WHEEL", "evil-1.0.dist-info/entry_points.txt", "evil-1.0.dist-info/RECORD",
        "evil-1.0.dist-info/INSTALLER", "evil-1.0.dist-info/REQUESTED",
    )
)  # fmt: skip
UP = (
    "", "../", "../../", "../../../", "../../../../", "../../../../../../../../", "evil/../../", "./", "//",
    "@OUTSIDE@/",
      "@VENV@/", "@SITE@/", "@WORK@/", "@VENV@/../", "evil/link/", "..\\..\\", "evil/__init__.py/",
      "\x80/")  # fmt: skip
WHAT = (
    "pwned", "outside/pwned", "outside/deep", "outside/deep/pwned", "bin/python", "lonely/__init__.py", "evil",
    "evil/sub",
        "evil/__init__.py", "lonely-1.0.dist-info/METADATA", "lonely-1.0.dist-info", "pyvenv.cfg",
        ".uvffi/journal", ".uvffi",
        ".lock", "", ".", "..", "requirements.txt", "outside/empty", "a\0b", "n" * 300, "__pycache__/x.cpython-311.pyc",
        "evil/__pycache__/__init__.cpython-311.pyc", "evil-1.0.dist-info", "evil-1.0.dist-info/RECORD")  # fmt: skip
SUMS = ("", "sha256=", "sha256=AAAA", "md5=x", "sha256=" + "A" * 43, "=", '"', "-1")
SIZES = ("", "0", "1", "-1", "99999999999999999999", "x", '"')


def rows() -> SearchStrategy[str]:
    path = st.builds(lambda up, what: up + what, st.sampled_from(UP), st.sampled_from(WHAT))
    columns = st.tuples(path, st.sampled_from(SUMS), st.sampled_from(SIZES)).map(list)
    more = st.lists(texts.anything(10).map(texts.latin), max_size=2)
    joined = st.builds(
        lambda some, others, quote: ",".join(quote % one for one in some + others), columns, more, QUOTES
    )
    few = path.map(lambda one: one)
    return st.one_of(joined, joined, columns.map(",".join), few)


QUOTES = st.sampled_from(("%s", "%s", "%s", '"%s"', '"%s', " %s "))


def contents() -> SearchStrategy[str]:
    ends = st.sampled_from(("\n", "\r\n", "\r", "\n\n"))
    listed = st.builds(lambda some, end: end.join([*some, ""]), st.lists(rows(), max_size=6), ends)
    return st.one_of(
        listed.map(lambda more: SOUND + more),
        listed,
        mutated(listed.map(lambda more: SOUND + more)),
        mutated(st.just(SOUND)),
    )


def links() -> SearchStrategy[list[Step]]:
    """What stands in the way of rows: links, directories, nothing."""
    paths = st.sampled_from(
        (
            "evil/link",
            "evil/sub",
            "evil",
            "evil/__init__.py",
            "evil-1.0.dist-info/RECORD",
            "evil-1.0.dist-info",
            "evil_1.py",
        )
    )
    to = st.sampled_from(
        ("@OUTSIDE@", "@OUTSIDE@/pwned", "@OUTSIDE@/none", "../../../../../outside", ".", "link", "@VENV@")
    )
    link = st.builds(lambda path, to: {"do": "link", "path": f"@SITE@/{path}", "to": to}, paths, to)
    other = st.builds(
        lambda path, kind: {"do": kind, "path": f"@SITE@/{path}"},
        paths,
        st.sampled_from(("directory", "remove", "fifo")),
    )
    # Users' files in directories that go.
    user = st.sampled_from(("evil/sub/users.txt", "evil-1.0.dist-info/users.txt", "evil/link/x")).map(
        lambda path: write(f"@SITE@/{path}", "a user's\n")
    )
    return st.lists(st.one_of(link, other, user), max_size=2)


WAYS = (
    (pip("uninstall", "evil"),),
    (pip("install", "evil==2.0"),),
    (pip("install", "--reinstall", "evil==1.0"),),
    (pip("uninstall", "evil", "lonely"), run("uvffi", "undo", "--python", "@VENV@")),
    (pip("install", "evil==2.0"), run("uvffi", "undo", "--python", "@VENV@")),
    (pip("install", "evil==2.0"), pip("uninstall", "evil"), run("uvffi", "restore", "0", "--python", "@VENV@")),
    (query("doctor"), python("fix")),
    (pip("show", "-f", "evil"), pip("uninstall", "--dry-run", "evil")),
)


def cases() -> SearchStrategy[Case]:
    record = contents().map(lambda content: [write(f"{INFO}/RECORD", content)])
    return st.builds(
        lambda first, links, way: Case("record", (*first, *links, *way, query("packages"))),
        record,
        links(),
        st.sampled_from(WAYS),
    )
