"""What is read from files: -r, -c, --overrides, --excludes, scripts and project tables."""

from __future__ import annotations

from ..case import Case

ALPHA = {"alpha": "2.0"}
PROJECT = """\
[project]
name = "project"
version = "1.0"
dependencies = ["alpha<2"]

[project.optional-dependencies]
more = ["lonely"]
fast = ["shared==1.0"]

[dependency-groups]
test = ["chain-6"]
all = ["post", {include-group = "test"}]
"""


def texts(**names: str) -> dict[str, str]:
    """Requirements files by name."""
    return {f"{name}.txt": text for name, text in names.items()}


CASES = [
    Case("r", "pip install -r {name}/r.txt", files=texts(r="alpha==1.0\nlonely\n"), after={"alpha": "1.0", "lonely": "1.0"}),
    Case("r-absolute", "pip install -r {case}/r.txt", files=texts(r="alpha==1.0\n"), after={"alpha": "1.0"}),
    Case("r-comments", "pip install -r {name}/r.txt", files=texts(r="# first\n\nalpha  # why\n  lonely\n"), after={"lonely": "1.0", **ALPHA}),
    Case("r-continued", "pip install -r {name}/r.txt", route="child", files=texts(r="alpha \\\n"), exit=2, says=("r.txt",), after={}),
    Case("r-carriage-returns", "pip install -r {name}/r.txt", files=texts(r="alpha\r\nlonely\r\n"), after={"lonely": "1.0", **ALPHA}),
    Case("r-two", "pip install -r {name}/a.txt -r {name}/b.txt", files=texts(a="alpha", b="alpha<2\n"), after={"alpha": "1.1"}),
    Case("r-in-r", "pip install -r {name}/a.txt", files={"a.txt": "-r sub/b.txt\n", "sub/b.txt": "-r c.txt\n", "sub/c.txt": "lonely\n"}, after={"lonely": "1.0"}),
    Case("r-with-c", "pip install -r {name}/a.txt", files=texts(a="-c c.txt\nalpha\n", c="alpha==1.0\n"), after={"alpha": "1.0"}),
    Case("r-variable", "pip install -r {name}/r.txt", env={"PLACE": "{wheels}"}, files=texts(r="--no-index\n--find-links ${PLACE}\nlonely\n"), after={"lonely": "1.0"}),
    Case("r-index-url", "pip install -r {name}/r.txt", env={"UV_INDEX_URL": ""}, files=texts(r="--index-url {extra}\nalpha\n"), after={"alpha": "9.0"}),
    Case("r-extra-index", "pip install -r {name}/r.txt", files=texts(r="--extra-index-url {extra}\nonly-extra\n"), after={"only-extra": "1.0", "alpha": "9.0"}),
    Case("r-find-links", "pip install --no-index -r {name}/r.txt", files=texts(r="--find-links {wheels}\nlonely\n"), after={"lonely": "1.0"}),
    Case("r-no-index", "pip install -r {name}/r.txt", files=texts(r="--no-index\nlonely\n"), exit=1, says=("lonely",), after={}),
    Case("r-only-binary", "pip install -r {name}/r.txt", files=texts(r="--only-binary both\nboth\n"), after={"both": "1.0"}),
    Case("r-path", "pip install -r {name}/r.txt", files=texts(r="{wheels}/alpha-1.0-py3-none-any.whl\n"), after={"alpha": "1.0"}),
    Case("r-relative-path", "pip install -r {name}/r.txt", files=texts(r="../../../wheels/alpha-1.0-py3-none-any.whl\n"), exit=2, says=("alpha-1.0",), after={}),
    Case("r-url", "pip install -r {name}/r.txt", files=texts(r="alpha @ {base}/main/files/alpha-1.0-py3-none-any.whl\n"), after={"alpha": "1.0"}),
    Case("r-empty", "pip install -r {name}/r.txt", files=texts(r="# nothing\n"), says=("does not contain any dependencies",), after={}),
    Case("r-and-name", "pip install shared -r {name}/r.txt", files=texts(r="left\n"), after={"left": "1.0", "shared": "1.0"}),
    Case("r-remote", "pip install -r {base}/main/files/r.txt", route="child", exit=2, says=("r.txt",), after={}),
    Case("r-missing", "pip install -r {name}/none.txt", route="child", exit=2, says=("none.txt",), after={}),
    Case("r-malformed", "pip install -r {name}/r.txt", route="child", files=texts(r="alpha\nlonely ~~ 1\n"), exit=2, says=("r.txt",), after={}),
    Case("r-unknown-option", "pip install -r {name}/r.txt", route="child", files=texts(r="--frobnicate\nalpha\n"), exit=2, says=("r.txt",), after={}),
    Case("r-stdin", "pip install -r -", route="child", says=("No dependencies found in stdin",), after={}),
    Case("r-pyproject", "pip install -r {name}/pyproject.toml", files={"pyproject.toml": PROJECT}, after={"alpha": "1.1"}),
    Case("r-pyproject-extra", "pip install -r {name}/pyproject.toml --extra more", files={"pyproject.toml": PROJECT}, after={"alpha": "1.1", "lonely": "1.0"}),
    Case("r-pyproject-extras", "pip install -r {name}/pyproject.toml --all-extras", files={"pyproject.toml": PROJECT}, after={"alpha": "1.1", "lonely": "1.0", "shared": "1.0"}),
    Case("r-pyproject-extra-unknown", "pip install -r {name}/pyproject.toml --extra none", files={"pyproject.toml": PROJECT}, exit=2, says=("Requested extra not found: none",), after={}),
    Case("extra-without-source", "pip install alpha --extra more", route="child", exit=2, says=("extra",), after={}),
    Case("group", "pip install --group {name}/pyproject.toml:all", route="child", files={"pyproject.toml": PROJECT}, after={"post": "1.0.post1", "chain-6": "1.0"}),
    Case("group-unknown", "pip install --group {name}/pyproject.toml:none", route="child", files={"pyproject.toml": PROJECT}, exit=2, says=("group 'none' was not found",), after={}),
    Case("c", "pip install alpha -c {name}/c.txt", files=texts(c="alpha<2\nlonely==9\n"), after={"alpha": "1.1"}),
    Case("c-conflict", "pip install alpha==2.0 -c {name}/c.txt", files=texts(c="alpha<2\n"), exit=1, says=("alpha<2",), after={}),
    Case("c-url", "pip install alpha -c {name}/c.txt", files=texts(c="alpha @ {base}/main/files/alpha-1.0-py3-none-any.whl\n"), after={"alpha": "1.0"}),
    Case("c-on-installed", "pip install alpha -c {name}/c.txt", seed="alpha==2.0", files=texts(c="alpha<2\n"), after={"alpha": "1.1"}),
    Case("c-variable", "pip install alpha", env={"UV_CONSTRAINT": "{case}/c.txt"}, files=texts(c="alpha<2\n"), after={"alpha": "1.1"}),
    Case("c-missing", "pip install alpha -c {name}/none.txt", route="child", exit=2, says=("none.txt",), after={}),
    Case("overrides", "pip install beta==1.0 --overrides {name}/o.txt", files=texts(o="alpha==2.0\n"), after={"beta": "1.0", **ALPHA}),
    Case("override-alias", "pip install beta==1.0 --override {name}/o.txt", files=texts(o="alpha==2.0\n"), after={"beta": "1.0", **ALPHA}),
    Case("override-direct", "pip install alpha --override {name}/o.txt", files=texts(o="alpha==1.0\n"), after={"alpha": "1.0"}),
    Case("override-no-op", "pip install beta==1.0 --overrides {name}/o.txt", files=texts(o="alpha==2.0\n"), times=2, after={"beta": "1.0", **ALPHA}),
    Case("excludes", "pip install beta --excludes {name}/e.txt", files=texts(e="alpha\n"), after={"beta": "2.0"}),
    Case("exclude-alias", "pip install beta --exclude {name}/e.txt", files=texts(e="alpha\n"), after={"beta": "2.0"}),
    Case("requirement-alias", "pip install --requirement {name}/r.txt", files=texts(r="alpha\n"), after=ALPHA),
    Case(
        "r-script",
        "pip install -r {name}/s.py",
        files={"s.py": '# /// script\n# dependencies = ["alpha<2"]\n# ///\nprint(1)\n'},
        after={"alpha": "1.1"},
    ),
]
