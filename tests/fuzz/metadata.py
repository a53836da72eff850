"""`metadata`: the other files of a dist-info, and what is then said of it."""

from __future__ import annotations

import json

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from . import texts
from .case import Case, Step, pip, python, query, write
from .mutate import mutated

METADATA = (
    "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\nSummary: x\nRequires-Python: >=3\nProvides-Extra: more\n"
    "Requires-Dist: lonely\nRequires-Dist: absent ; extra == 'more'\n\nA text.\n"
)
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
POINTS = "[console_scripts]\nevil = evil:main\nevil-too = evil:main [more]\n\n[gui_scripts]\nevil-window = evil:main\n"
URLS = (
    {"url": "file://@WHEELS@/evil-1.0-py3-none-any.whl", "archive_info": {}},
    {"url": "file://@WORK@", "dir_info": {"editable": True}},
    {"url": "https://127.0.0.1:1/a.git", "vcs_info": {"vcs": "git", "commit_id": "0" * 40}, "subdirectory": "a/../.."},
    {"url": "https://127.0.0.1:1/a.zip", "archive_info": {"hash": "sha256=0", "hashes": {"sha256": "0"}}},
)
HEADERS = (
    "Metadata-Version",
    "Name",
    "Version",
    "Requires-Dist",
    "Requires-Python",
    "Provides-Extra",
    "Dynamic",
    "Summary",
)


def metadata() -> SearchStrategy[str]:
    value = st.one_of(
        texts.requirements(), texts.names(), texts.versions(), st.just(">=3, <"), st.just("2.1"), st.just("9.9")
    )
    header = st.builds(lambda name, value: f"{name}: {value}\n", st.sampled_from(HEADERS), value)
    made = st.lists(header, max_size=8).map("".join)
    sound = "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n"
    return st.one_of(made, made.map(lambda more: sound + more)).map(texts.latin)


def urls() -> SearchStrategy[str]:
    url = st.sampled_from(
        (
            "",
            "x",
            "file:///",
            "file:",
            "file://host/x",
            "https://u:p@[",
            "git+ssh://a@b:c/d",
            "data:,x",
            "http://é.x/\0",
        )
    )
    some = st.fixed_dictionaries(
        {},
        optional={
            "url": st.one_of(url, texts.values()),
            "dir_info": st.one_of(st.just({"editable": True}), texts.values()),
            "archive_info": texts.values(),
            "vcs_info": st.one_of(st.just({"vcs": "hg", "commit_id": ""}), texts.values()),
            "subdirectory": st.one_of(st.sampled_from(("../..", "/", "")), texts.values()),
        },
    )
    made = st.one_of(st.sampled_from(URLS), some, texts.values()).map(texts.encoded)
    return st.one_of(made, mutated(made), mutated(st.sampled_from(URLS).map(json.dumps)))


FILES = {
    "METADATA": st.one_of(metadata(), mutated(metadata()), mutated(st.just(METADATA))),
    "WHEEL": mutated(st.just(WHEEL)),
    "direct_url.json": urls(),
    "entry_points.txt": mutated(st.just(POINTS)),
    "INSTALLER": mutated(st.just("uv")),
    "REQUESTED": mutated(st.just("")),
    "uv_cache.json": st.one_of(
        texts.values().map(texts.encoded), mutated(st.just('{"timestamp":{"secs":1,"nanos":2}}'))
    ),
    "uv_build.json": texts.values().map(texts.encoded),
    "top_level.txt": mutated(st.just("evil\n../../../../outside\n")),
}
ASKED = (
    query("packages"),
    query("doctor"),
    pip("list"),
    pip("list", "--format", "json"),
    pip("list", "--outdated"),
    pip("freeze"),
    pip("show", "-f", "evil"),
    pip("check"),
    pip("tree"),
    pip("tree", "--invert", "--show-version-specifiers"),
    pip("install", "--dry-run", "evil"),
    pip("install", "--dry-run", "evil==2.0"),
    pip("install", "--dry-run", "evil[more]>=1"),
    pip("install", "--dry-run", "@WHEELS@/evil-1.0-py3-none-any.whl"),
    pip("uninstall", "--dry-run", "evil"),
    pip("install", "evil==2.0"),
    pip("uninstall", "evil"),
    python("packages"),
    python("doctor"),
)


def _written(name: str, info: str) -> SearchStrategy[Step]:
    return FILES[name].map(lambda content: write(f"@SITE@/{info}/{name}", content))


def cases() -> SearchStrategy[Case]:
    info = st.sampled_from(("evil-1.0.dist-info", "evil-1.0.dist-info", "lonely-1.0.dist-info", "third-3.dist-info"))
    one = st.tuples(st.sampled_from(sorted(FILES)), info).flatmap(lambda both: _written(*both))
    spoiled: SearchStrategy[list[Step]] = st.lists(one, min_size=1, max_size=3)
    asked = st.lists(st.sampled_from(ASKED), min_size=1, max_size=4)
    return st.builds(lambda some, ask: Case("metadata", (*some, query("packages"), *ask)), spoiled, asked)
