"""`words`: command lines as text, and lists of words, that change nothing outside of the environment.

What installs is a dry run; paths that a command would write to lie where anybody may write.
"""

from __future__ import annotations

import shlex

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from . import texts
from .case import Case, Step, call, query
from .mutate import mutated
from .texts import encoded

COMMANDS = (
    ["pip", "install", "--dry-run"], ["pip", "install", "--dry-run", "--no-index", "--find-links", "@WHEELS@"],
    ["pip", "sync", "--dry-run"], ["pip", "sync", "--dry-run", "@WORK@/requirements.txt"],
    ["pip", "uninstall", "--dry-run"], ["pip", "uninstall"], ["pip", "list"], ["pip", "freeze"], ["pip", "show"],
    ["pip", "check"], ["pip", "tree"], ["uv", "pip", "list"], ["help", "pip"], ["--version"], ["pip"], ["version"],
    ["cache", "dir"], ["tool", "dir"], ["python", "dir"], ["uvffi", "undo"], ["uvffi", "restore"],
    ["uvffi", "doctor", "--fix"], ["uvffi", "shelf", "prune"], ["uvffi", "transaction"], ["uvffi"],
)  # fmt: skip
FLAGS = (
    "-q", "-qq", "-v", "--quiet", "--no-cache", "--offline", "--no-progress", "--color", "--no-config", "--preview",
    "--native-tls", "--allow-insecure-host", "--upgrade", "-U", "-P", "--upgrade-package", "--reinstall",
    "--reinstall-package", "--refresh", "--refresh-package", "--no-deps", "--strict", "--system", "--no-index",
    "--default-index", "--index", "-i", "--extra-index-url", "-f", "--index-strategy", "--keyring-provider",
    "--resolution", "--prerelease", "--pre", "--fork-strategy", "--exclude-newer", "--exclude-newer-package",
    "--link-mode", "--compile-bytecode", "--no-build", "--no-binary", "--only-binary", "--no-build-isolation",
    "--config-settings", "-C", "--require-hashes", "--no-verify-hashes", "--extra", "--all-extras", "--group",
    "-r", "-c", "--overrides", "-b", "-e", "--editable", "--exclude-editable", "--outdated", "--format", "--exclude",
    "--python-version", "--python-platform", "--target=@TMP@/t", "--prefix=@TMP@/p", "--break-system-packages",
    "--files", "-d",
    "--depth", "--prune", "--package", "--no-dedupe", "--invert", "--show-version-specifiers", "--torch-backend",
    "--all", "--exact", "--no-sources", "--directory", "--project", "--config-file", "--cache-dir=@TMP@/c",
    "--", "-", "--help",
    "--verify-hashes", "--managed-python", "--no-python-downloads", "-p", "--allow-empty-requirements",
    "begin", "commit",
)  # fmt: skip
VALUES = (
    "", "0", "-1", "1", "99999999999999999999", "json", "freeze", "columns", "never", "always", "copy",
    "clone", "symlink",
    "highest", "lowest-direct", "allow", "2020-01-01", "2020-13-99T99:99:99Z", "1 day", "P1D", "evil=2020-01-01", "cpu",
    ":all:", "3.11", "3", "pypy", "cpython-3.11.99-linux-x86_64-gnu", "linux", "windows", "x86_64-manylinux_2_17",
    "@WORK@/requirements.txt", "@WORK@/none.txt", "@WORK@", "@TMP@/none", "@VENV@", "-", "a=b", "a={", "file:///none",
    "http://127.0.0.1:1/simple", "https://u:p@127.0.0.1:1/", "git+https://127.0.0.1:1/a", "x=http://[", "evil @ file:///x",
    "@WHEELS@/evil-2.0-py3-none-any.whl", "@WHEELS@/none-1.0-py3-none-any.whl", "lonely", "=", "==", "\u202e", "é",
)  # fmt: skip


def lines() -> SearchStrategy[list[str]]:
    """Words of a command, always with the environment it is about."""
    value = st.one_of(st.sampled_from(VALUES), texts.names(), texts.requirements())
    flag = st.one_of(
        st.sampled_from(FLAGS).map(lambda flag: [flag]),
        st.builds(lambda flag, value: [flag, value], st.sampled_from(FLAGS), value),
        st.builds(lambda flag, value: [f"{flag}={value}"], st.sampled_from(FLAGS), value),
        value.map(lambda one: [one]),
    )
    return st.builds(
        lambda command, some: [*command, "--python", "@VENV@", "--offline", *sum(some, [])],
        st.sampled_from(COMMANDS),
        st.lists(flag, max_size=5),
    )


def _quoted(words: list[str], quotes: str) -> str:
    """The words as a shell would take them, each in its own way."""
    made = []
    for at, word in enumerate(words):
        kind = quotes[at % len(quotes)]
        if kind == "p" and word.isidentifier():
            made.append(word)
        elif kind == "b":
            made.append("".join(f"\\{char}" for char in word if char != "\n"))
        elif kind == '"' and not set(word) & set('"\\`$'):
            made.append(f'"{word}"')
        else:
            made.append(shlex.quote(word))
    return texts.latin("  ".join(made))


def _asked(words: list[str], quotes: str, way: str) -> Step:
    if way == "list":
        return call("run", encoded({"argv": words}))
    if way in ("plan", "settings"):
        return call("query", encoded({"query": way, "argv": words}))
    return call("start" if way == "start" else "run", _quoted(words, quotes))


def cases() -> SearchStrategy[Case]:
    ways = st.sampled_from(("list", "text", "text", "start", "plan", "settings"))
    quotes = st.text(alphabet='pb"q', min_size=1, max_size=4)
    sound = st.builds(_asked, lines(), quotes, ways)
    shells = mutated(st.builds(_quoted, lines(), quotes), 3).map(lambda text: call("run", text.lstrip("{ ")))
    asked = st.one_of(sound, sound, shells)
    return st.lists(asked, min_size=1, max_size=2).map(lambda steps: Case("words", (*steps, query("packages"))))
