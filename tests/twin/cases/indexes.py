"""Indexes, find-links, credentials."""

from __future__ import annotations

from ..case import Case

ALPHA = {"alpha": "2.0"}
NINE = {"alpha": "9.0"}
NETRC = "machine 127.0.0.1\nlogin user\npassword secret\n"

CASES = [
    Case("default-index", "pip install alpha --default-index {extra}", after=NINE),
    Case("index-url", "pip install alpha --index-url {extra}", after=NINE),
    Case("index-url-short", "pip install alpha -i {extra}", after=NINE),
    Case("index-url-without-slash", "pip install alpha --index-url {base}/extra/simple", after=NINE),
    Case("index-first", "pip install alpha --index {extra}", after=NINE),
    Case("index-named", "pip install alpha --index mine={extra}", after=NINE),
    Case("index-two", "pip install only-extra lonely --index {index} --index {extra}", after={"only-extra": "1.0", "lonely": "1.0", **ALPHA}),
    Case("index-falls-through", "pip install lonely --index {extra}", after={"lonely": "1.0"}),
    Case("extra-index-first", "pip install alpha --extra-index-url {extra}", after=NINE),
    Case("extra-index-falls-through", "pip install beta==2.0 alpha --extra-index-url {extra} --index-strategy unsafe-best-match", after={"beta": "2.0", **NINE}),
    Case("first-index-only", "pip install alpha==1.0 --index {extra}", exit=1, says=("alpha==1.0", "first-index"), after={}),
    Case("best-match", "pip install 'alpha<9' --index {extra} --index-strategy unsafe-best-match", after=ALPHA),
    Case("first-match", "pip install alpha==1.0 --index {extra} --index-strategy unsafe-first-match", after={"alpha": "1.0"}),
    Case("index-html", "pip install beta --index-url {base}/main~html/simple/", after={"beta": "2.0", **ALPHA}),
    Case("index-html-yanked", "pip install yanked --index-url {base}/main~html/simple/", after={"yanked": "1.0"}),
    Case("index-without-metadata", "pip install chain-4 --index-url {base}/main~no-meta/simple/", after={f"chain-{n}": "1.0" for n in (4, 5, 6)}),
    Case("index-without-ranges", "pip install chain-4 --index-url {base}/main~no-meta+no-range/simple/", after={f"chain-{n}": "1.0" for n in (4, 5, 6)}),
    Case("index-without-hashes", "pip install beta --index-url {base}/main~no-hash/simple/", after={"beta": "2.0", **ALPHA}),
    Case("index-slow", "pip install lonely --index-url {base}/main~slow/simple/", after={"lonely": "1.0"}),
    Case("index-no-store", "pip install lonely --index-url {base}/main~no-store/simple/", times=2, after={"lonely": "1.0"}),
    Case("index-redirect", "pip install lonely --index-url {base}/main~redirect/simple/", after={"lonely": "1.0"}),
    Case("no-index", "pip install alpha --no-index", exit=1, says=("alpha",), after={}),
    Case("no-index-satisfied", "pip install alpha --no-index", seed="alpha", after=ALPHA, says=("Checked 1 package",)),
    Case("find-links", "pip install beta --no-index --find-links {wheels}", after={"beta": "2.0", **ALPHA}),
    Case("find-links-relative", "pip install beta --no-index --find-links ../../wheels", after={"beta": "2.0", **ALPHA}),
    Case("find-links-file-url", "pip install beta --no-index --find-links file://{wheels}", after={"beta": "2.0", **ALPHA}),
    Case("find-links-page", "pip install beta --no-index --find-links {base}/main/flat/", after={"beta": "2.0", **ALPHA}),
    Case("find-links-short", "pip install alpha --no-index -f {wheels}", after=ALPHA),
    Case("find-links-beside-index", "pip install alpha --index-url {extra} --find-links {wheels}", after=NINE),
    Case("find-links-no-op", "pip install alpha --no-index -f {wheels}", times=2, after=ALPHA, says=("Checked 1 package",)),
    Case("find-links-missing", "pip install alpha --no-index -f {case}/none", exit=2, says=("none",), after={}),
    Case("find-links-variable", "pip install lonely --no-index", env={"UV_FIND_LINKS": "{wheels}"}, after={"lonely": "1.0"}),
    Case("auth-in-url", "pip install alpha --index-url http://user:secret@127.0.0.1:{port}/main~auth/simple/", after=ALPHA),
    Case("auth-wrong", "pip install lonely --cache-dir {fresh} --index-url http://user:wrong@127.0.0.1:{port}/main~auth/simple/", exit=1, says=("401",), after={}),
    Case("auth-none", "pip install lonely --cache-dir {fresh} --index-url {base}/main~auth/simple/", exit=1, says=("401",), after={}),
    Case(
        "auth-by-variable",
        "pip install lonely --index mine={base}/main~auth/simple/",
        env={"UV_INDEX_MINE_USERNAME": "user", "UV_INDEX_MINE_PASSWORD": "secret", "UV_INDEX_URL": "{extra}"},
        after={"lonely": "1.0"},
    ),
    Case(
        "auth-netrc",
        "pip install lonely --index-url {base}/main~auth/simple/",
        files={"netrc": NETRC},
        env={"NETRC": "{case}/netrc"},
        after={"lonely": "1.0"},
    ),
    Case("index-variable", "pip install alpha", env={"UV_INDEX": "{extra}"}, after=NINE),
    Case("index-url-variable", "pip install alpha", env={"UV_DEFAULT_INDEX": "", "UV_INDEX_URL": "{extra}"}, after=NINE),
    Case("extra-index-variable", "pip install only-extra", env={"UV_EXTRA_INDEX_URL": "{extra}"}, after={"only-extra": "1.0", **NINE}),
    Case("default-index-over-variable", "pip install alpha --default-index {extra}", env={"UV_DEFAULT_INDEX": "{base}/main~500/simple/"}, after=NINE),
    Case("index-strategy-variable", "pip install 'alpha<9' --index {extra}", env={"UV_INDEX_STRATEGY": "unsafe-best-match"}, after=ALPHA),
    Case("insecure-host", "pip install alpha --allow-insecure-host 127.0.0.1", after=ALPHA),
    Case("trusted-host", "pip install alpha --trusted-host 127.0.0.1", after=ALPHA),
    Case("keyring-disabled", "pip install alpha --keyring-provider disabled", after=ALPHA),
    Case("keyring-subprocess", "pip install alpha --keyring-provider subprocess", route="child", after=ALPHA),
    Case("index-directory", "pip install lonely --index-url file://{case}/simple", files={"simple/lonely/index.html": '<a href="file://{wheels}/lonely-1.0-py3-none-any.whl">lonely-1.0-py3-none-any.whl</a>'}, after={"lonely": "1.0"}),
]
