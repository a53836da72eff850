"""The cache and the freshness of what is in it."""

from __future__ import annotations

from ..case import Case

ALPHA = {"alpha": "2.0"}

CASES = [
    Case("cache-fresh", "pip install beta --cache-dir {fresh}", after={"beta": "2.0", **ALPHA}, says=("Prepared 2 packages",)),
    Case("cache-fresh-warm", "pip install beta --reinstall --cache-dir {fresh}", times=2, after={"beta": "2.0", **ALPHA}),
    Case("cache-relative", "pip install alpha --cache-dir {name}/fresh-{side}", after=ALPHA),
    Case("cache-no", "pip install alpha --no-cache", after=ALPHA, says=("Prepared 1 package",)),
    Case("cache-no-short", "pip install alpha -n", after=ALPHA, says=("Prepared 1 package",)),
    Case("cache-no-dir", "pip install alpha --no-cache-dir", after=ALPHA, says=("Prepared 1 package",)),
    Case("cache-no-no-op", "pip install alpha --no-cache", seed="alpha", after=ALPHA, says=("Checked 1 package",)),
    Case("cache-no-variable", "pip install alpha", env={"UV_NO_CACHE": "1"}, after=ALPHA),
    Case("cache-variable", "pip install alpha", env={"UV_CACHE_DIR": "{fresh}"}, after=ALPHA, says=("Prepared 1 package",)),
    Case("cache-unwritable", "pip install alpha --cache-dir {case}/file", route="child", files={"file": ""}, exit=2, says=("file",), after={}),
    Case("refresh", "pip install alpha --refresh", seed="alpha==1.0", after={"alpha": "1.0"}),
    Case("refresh-install", "pip install alpha --refresh", after=ALPHA),
    Case("refresh-package", "pip install beta --refresh-package alpha", after={"beta": "2.0", **ALPHA}),
    Case("refresh-undone", "pip install alpha --refresh --no-refresh", after=ALPHA),
    Case("offline-cached", "pip install alpha --offline", seed="alpha", before=("pip uninstall alpha",), after=ALPHA),
    Case("offline-satisfied", "pip install alpha --offline --cache-dir {fresh}", seed="alpha", after=ALPHA, says=("Checked 1 package",)),
    Case("offline-unknown", "pip install alpha --offline --cache-dir {fresh}", exit=1, says=("network was disabled",), after={}),
    Case("offline-find-links", "pip install alpha --offline -f {wheels} --cache-dir {fresh}", exit=0, after=ALPHA),
    Case("offline-url", "pip install {base}/main/files/alpha-2.0-py3-none-any.whl --offline --cache-dir {fresh}", exit=1, says=("offline",), after={}),
    Case("offline-variable", "pip install alpha --cache-dir {fresh}", env={"UV_OFFLINE": "1"}, exit=1, says=("network was disabled",), after={}),
    Case("offline-undone", "pip install alpha --offline --no-offline --cache-dir {fresh}", after=ALPHA),
]
