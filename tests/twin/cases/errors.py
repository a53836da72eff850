"""What goes wrong: resolution, network, files, wheels, command lines. Nothing may be half-changed."""

from __future__ import annotations

from ..case import Case

ALPHA = {"alpha": "2.0"}
OLD = {"alpha": "1.0"}
CLOSED = "http://127.0.0.1:1/simple/"

NO_SOLUTION = [
    Case("no-such-package", "pip install no-such-thing", exit=1, says=("no-such-thing was not found in the package registry",), after={}),
    Case("no-such-version", "pip install alpha==7.0", exit=1, says=("there is no version of alpha==7.0",), after={}),
    Case("no-such-range", "pip install 'alpha>2,<1.5'", exit=1, says=("alpha",), after={}),
    Case("no-such-dependency", "pip install needs-missing", exit=1, says=("no-such-thing",), after={}),
    Case("conflict", "pip install left right==1.0", exit=1, says=("shared==2.0", "unsatisfiable"), after={}),
    Case("conflict-direct", "pip install alpha==1.0 alpha==2.0", exit=1, says=("alpha==2.0",), after={}),
    Case("conflict-keeps", "pip install beta==2.0 alpha==1.1 lonely", seed="alpha==1.0", exit=1, says=("beta==2.0",), after=OLD),
    Case("conflict-twice", "pip install left right==1.0", times=2, exit=1, says=("unsatisfiable",), after={}),
    Case("wrong-platform", "pip install winonly", exit=1, says=("winonly",), after={}),
    Case("wrong-python", "pip install future", exit=1, says=("Python>=4",), after={}),
    Case("wrong-python-3-8", "pip install modern==2.0", python="3.8", exit=1, says=("Python>=3.12",), after={}),
    Case("yanked-only-choice", "pip install 'yanked>1.0'", exit=1, says=("yanked",), after={}),
    Case("did-you-mean-extra", "pip install 'alpha[all]==7'", exit=1, says=("alpha",), after={}),
]

NETWORK = [
    Case(f"http-{status}", f"pip install lonely --cache-dir {{fresh}} -i {{base}}/main~{status}/simple/", exit=code, says=(said,), after={})
    for status, code, said in (
        (401, 1, "401"),
        (403, 1, "403"),
        (404, 1, "lonely was not found"),
        (429, 2, "429"),
        (500, 2, "500"),
        (503, 2, "503"),
    )
] + [
    Case("http-500-extra-index", "pip install alpha --cache-dir {fresh} --extra-index-url {base}/main~500/simple/", exit=2, says=("500",), after={}),
    Case("http-500-keeps", "pip install alpha==2.0 --cache-dir {fresh} -i {base}/main~500/simple/", seed="alpha==1.0", exit=2, says=("500",), after=OLD),
    Case("http-500-satisfied", "pip install alpha --cache-dir {fresh} -i {base}/main~500/simple/", seed="alpha==1.0", after=OLD, says=("Checked 1 package",)),
    Case("files-500", "pip install lonely --cache-dir {fresh} -i {base}/main~files-500/simple/", exit=2, says=("500",), after={}),
    Case("files-404", "pip install lonely --cache-dir {fresh} -i {base}/main~files-404/simple/", exit=2, says=("404",), after={}),
    Case("files-500-keeps", "pip install alpha==2.0 --cache-dir {fresh} -i {base}/main~files-500/simple/", seed="alpha==1.0", exit=2, says=("500",), after=OLD),
    Case("cut-short", "pip install lonely --cache-dir {fresh} -i {base}/main~cut/simple/", exit=1, says=("lonely",), after={}),
    Case("garbage-page", "pip install lonely --cache-dir {fresh} -i {base}/main~garbage/simple/", exit=2, says=("unexpected JSON",), after={}),
    Case("unreachable", f"pip install lonely --cache-dir {{fresh}} -i {CLOSED}", exit=2, says=("tcp connect error",), after={}),
    Case("unreachable-find-links", "pip install lonely --cache-dir {fresh} --no-index -f http://127.0.0.1:1/flat/", exit=2, says=("127.0.0.1:1",), after={}),
    Case("timeout", "pip install lonely --cache-dir {fresh} -i {base}/main~hang/simple/", env={"UV_HTTP_TIMEOUT": "1"}, exit=2, says=("timed out",), after={}),
    Case("retries", "pip install lonely --cache-dir {fresh} -i {base}/main~500/simple/", env={"UV_HTTP_RETRIES": "1"}, exit=2, says=("after 1 retry",), after={}),
    Case("bad-index-url", "pip install lonely -i not-a-url", exit=1, says=("lonely was not found",), after={}),
    Case("unknown-scheme", "pip install lonely -i gopher://127.0.0.1/", exit=1, says=("lonely was not found",), after={}),
]

WHEELS = [
    Case(f"wheel-{fault}", f"pip install broken-{fault} --cache-dir {{fresh}}", exit=code, says=says, after=after)
    for fault, code, says, after in (
        ("no-metadata", 2, ("broken-no-metadata",), {}),
        ("no-wheel-file", 2, ("WHEEL",), {}),
        ("no-record", 1, ("RECORD",), {}),
        ("other-name", 2, ("somebody-else",), {}),
        ("other-version", 2, ("77",), {}),
        ("bad-requirement", 0, (), {"broken-bad-requirement": "1.0"}),
        ("record-hash", 0, (), {"broken-record-hash": "1.0"}),
        ("not-a-zip", 1, ("broken-not-a-zip",), {}),
        ("cut-short", 1, ("broken-cut-short",), {}),
        ("escapes", 0, (), {"broken-escapes": "1.0"}),
        ("two-dist-infos", 1, ("broken-two-dist-infos",), {}),
        ("wheel-version", 2, ("Unsupported wheel major version",), {}),
    )
] + [
    Case(f"path-{fault}", f"pip install {{wheels}}/broken_{fault.replace('-', '_')}-1.0-py3-none-any.whl", exit=1, says=(said,), after={})
    for fault, said in (("no-metadata", "broken"), ("bad-requirement", "alpha ~~ 1"), ("not-a-zip", "broken"), ("other-name", "somebody-else"))
] + [
    Case("broken-dependency-keeps", "pip install needs-broken --cache-dir {fresh}", seed="alpha==1.0", exit=1, says=("broken-not-a-zip",), after=OLD),
    Case("broken-twice", "pip install broken-not-a-zip", times=2, exit=1, says=("broken-not-a-zip",), after={}),
    Case("broken-one-of-two", "pip install lonely broken-cut-short --cache-dir {fresh}", exit=1, says=("broken-cut-short",), after={}),
]

COMMAND_LINES = [
    Case("malformed-requirement", "pip install 'alpha ~~ 1'", route="child", exit=2, says=("alpha ~~ 1",), after={}),
    Case("malformed-version", "pip install alpha==banana", route="child", exit=2, says=("banana",), after={}),
    Case("malformed-name", "pip install 'al!pha'", route="child", exit=2, says=("al!pha",), after={}),
    Case("malformed-marker", "pip install \"alpha ; python_version >\"", route="child", exit=2, says=("python_version",), after={}),
    Case("malformed-extra", "pip install 'alpha[fast'", route="child", exit=2, says=("alpha[fast",), after={}),
    Case("empty-requirement", "pip install ''", route="child", exit=2, says=("Empty",), after={}),
    Case("nothing-to-install", "pip install", route="child", exit=2, says=("required arguments",), after={}),
    Case("unknown-flag", "pip install alpha --frobnicate", route="child", exit=2, says=("unexpected argument '--frobnicate'",), after={}),
    Case("flag-misspelt", "pip install alpha --no-dep", route="child", exit=2, says=("similar argument",), after={}),
    Case("flag-without-value", "pip install --index-url", route="child", bare=True, exit=2, says=("a value is required",), after={}),
    Case("flag-bad-value", "pip install alpha --resolution sideways", route="child", exit=2, says=("invalid value 'sideways'",), after={}),
    Case("flag-bad-date", "pip install alpha --exclude-newer someday", route="child", exit=2, says=("someday",), after={}),
    Case("flag-bad-platform", "pip install alpha --python-platform amiga", route="child", exit=2, says=("amiga",), after={}),
    Case("flags-that-conflict", "pip install alpha --no-build --no-binary alpha", route="child", exit=2, says=("cannot be used with",), after={}),
    Case("unknown-command", "pip frobnicate", route="child", bare=True, exit=2, says=("unrecognized subcommand 'frobnicate'",), after={}),
    Case("unknown-top-command", "frobnicate", route="child", bare=True, exit=2, says=("unrecognized subcommand 'frobnicate'",), after={}),
    Case("no-command", "", route="child", bare=True, exit=2, says=("Usage:",), after={}),
    Case("command-of-other-place", "install alpha", route="child", bare=True, exit=2, says=("unrecognized subcommand",), after={}),
    Case("file-without-flag", "pip install {name}/requirements.txt", route="child", files={"requirements.txt": "alpha\n"}, exit=2, says=("requirements.txt",), after={}),
    Case("file-named-like-package", "pip install requirements.txt", exit=1, says=("requirements-txt was not found",), after={}),
    Case("folder-named-like-package", "pip install {name}", files={"x": ""}, exit=1, says=("not found",), after={}),
]

CASES = [*NO_SOLUTION, *NETWORK, *WHEELS, *COMMAND_LINES]
