"""Wheels by path and by URL."""

from __future__ import annotations

from pathlib import Path

from tests.support.environments import site_packages

from ..case import Case

ALPHA = {"alpha": "2.0"}
WHEEL = "alpha-2.0-py3-none-any.whl"
OLD = "alpha-1.0-py3-none-any.whl"


def forget_url(env: Path) -> None:
    """As if alpha had come from the index."""
    (info,) = site_packages(env).glob("alpha-*.dist-info")
    (info / "direct_url.json").unlink()


CASES = [
    Case("path-absolute", f"pip install {{wheels}}/{WHEEL}", after=ALPHA),
    Case("path-relative", f"pip install ../../wheels/{WHEEL}", after=ALPHA),
    Case("path-dotted", f"pip install ./../../wheels/../wheels/{WHEEL}", after=ALPHA),
    Case("path-file-url", f"pip install file://{{wheels}}/{WHEEL}", after=ALPHA),
    Case("path-named", f"pip install 'alpha @ file://{{wheels}}/{WHEEL}'", after=ALPHA),
    Case("path-named-plain", f"pip install 'alpha @ {{wheels}}/{WHEEL}'", after=ALPHA),
    Case("path-no-op", f"pip install {{wheels}}/{WHEEL}", times=2, after=ALPHA, says=("Checked 1 package",)),
    Case("path-over-registry", f"pip install {{wheels}}/{WHEEL}", seed="alpha==2.0", after=ALPHA, says=(" - alpha==2.0\n + alpha==2.0 (from file://",)),
    Case("path-over-other", f"pip install {{wheels}}/{WHEEL}", seed="alpha==1.0", after=ALPHA),
    Case(
        "registry-over-path",
        "pip install alpha==2.0",
        before=(f"pip install {{wheels}}/{WHEEL}",),
        after=ALPHA,
        says=("Checked 1 package",),
    ),
    Case(
        "registry-swap-from-path",
        "pip install alpha==1.0",
        before=(f"pip install {{wheels}}/{WHEEL}",),
        after={"alpha": "1.0"},
        says=(" - alpha==2.0 (from file://",),
    ),
    Case(
        "path-after-lost-url",
        f"pip install {{wheels}}/{WHEEL}",
        before=(f"pip install {{wheels}}/{WHEEL}",),
        spoil=forget_url,
        after=ALPHA,
    ),
    Case("path-other-file", f"pip install {{wheels}}/{OLD}", before=(f"pip install {{wheels}}/{WHEEL}",), after={"alpha": "1.0"}),
    Case("path-with-dependency", "pip install {wheels}/beta-1.0-py3-none-any.whl", after={"beta": "1.0", "alpha": "1.1"}),
    Case("path-extra", "pip install '{wheels}/extras-1.0-py3-none-any.whl[slow]'", after={"extras": "1.0", "lonely": "1.0"}),
    Case("url", f"pip install {{base}}/main/files/{WHEEL}", after=ALPHA, says=("(from http://",)),
    Case("url-named", f"pip install 'alpha @ {{base}}/main/files/{WHEEL}'", after=ALPHA),
    Case("url-no-op", f"pip install {{base}}/main/files/{WHEEL}", times=2, after=ALPHA, says=("Checked 1 package",)),
    Case("url-fragment", f"pip install '{{base}}/main/files/{WHEEL}#egg=alpha'", after=ALPHA),
    Case("url-named-extra", "pip install 'extras[fast] @ {base}/main/files/extras-1.0-py3-none-any.whl'", after={"extras": "1.0", **ALPHA}),
    Case("url-marker-false", f"pip install \"alpha @ {{base}}/main/files/{WHEEL} ; sys_platform == 'win32'\"", after={}),
    Case("url-credentials", f"pip install http://user:secret@127.0.0.1:{{port}}/main~auth/files/{WHEEL}", after=ALPHA),
    Case("url-swap", f"pip install {{base}}/main/files/{OLD}", before=(f"pip install {{base}}/main/files/{WHEEL}",), after={"alpha": "1.0"}),
    Case("url-other-place", f"pip install {{base}}/main~slow/files/{WHEEL}", before=(f"pip install {{base}}/main/files/{WHEEL}",), after=ALPHA),
    Case("url-redirect", f"pip install {{base}}/main~redirect/files/{WHEEL}", after=ALPHA),
    Case(
        "urls-that-conflict",
        f"pip install 'alpha @ {{base}}/main/files/{WHEEL}' 'alpha @ {{base}}/main/files/{OLD}'",
        exit=2,
        says=("conflicting URLs",),
        after={},
    ),
    Case("url-not-found", "pip install {base}/main/files/alpha-7.0-py3-none-any.whl", exit=1, says=("404 Not Found",), after={}),
    Case("path-not-found", "pip install {wheels}/alpha-7.0-py3-none-any.whl", exit=2, says=("alpha-7.0",), after={}),
    Case("path-bad-filename", "pip install {case}/alpha.whl", files={"alpha.whl": "no"}, exit=2, says=("alpha.whl",), after={}),
    Case("path-other-platform", "pip install {wheels}/winonly-1.0-py3-none-win_amd64.whl", exit=2, says=("incompatible with the current platform",), after={}),
    Case("path-requires-python", "pip install {wheels}/future-1.0-py3-none-any.whl", exit=1, says=(">=4",), after={}),
    Case("url-requires-other-name", f"pip install 'beta @ {{base}}/main/files/{WHEEL}'", exit=2, says=("does not match `alpha`",), after={}),
]
