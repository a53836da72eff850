"""A case for each flag that no other theme needs: every row of the library's table of flags has one."""

from __future__ import annotations

from pathlib import Path

from tests import support

from ..case import Case

ALPHA = {"alpha": "2.0"}
AUTHORITY = (Path(support.__file__).parent / "authority.pem").read_text()
PROJECT = '[project]\nname = "p"\nversion = "1"\ndependencies = ["alpha"]\n[project.optional-dependencies]\nmore = ["lonely"]\n'
TREE = {"tree": ("tree", "1.0")}

CASES = [
    Case("flag-python-preference", "pip install --python-preference only-system alpha", after=ALPHA),
    Case("flag-allow-python-downloads", "pip install --allow-python-downloads alpha", after=ALPHA),
    Case("flag-python-fetch", "pip install --python-fetch manual alpha", route="child", after=ALPHA),
    Case("flag-verbose", "pip install --verbose alpha", route="child", after=ALPHA, says=("DEBUG uv 0.12.5",)),
    Case("flag-no-color", "pip install --no-color alpha", after=ALPHA),
    Case("flag-native-tls", "pip install --native-tls alpha", after=ALPHA, says=("deprecated",)),
    Case("flag-no-native-tls", "pip install --no-native-tls alpha", after=ALPHA),
    Case("flag-system-certs", "pip install --system-certs alpha", after=ALPHA),
    Case("flag-no-system-certs", "pip install --no-system-certs alpha", after=ALPHA),
    Case("flag-no-preview", "pip install --no-preview alpha", after=ALPHA),
    Case("flag-preview-features", "pip install --preview-features pylock alpha", route="child", after=ALPHA),
    Case("flag-isolated", "pip install --isolated alpha", route="child", after=ALPHA, says=("--isolated",)),
    Case("flag-no-installer-metadata", "pip install --no-installer-metadata alpha", after=ALPHA),
    Case("flag-cert", "pip install --cert {case}/a.pem alpha", files={"a.pem": AUTHORITY}, after=ALPHA),
    Case("flag-cert-before", "pip --cert {case}/a.pem install alpha", files={"a.pem": AUTHORITY}, after=ALPHA),
    Case("flag-cert-missing", "pip install --cert {case}/a.pem alpha", route="child", exit=2, after={}, says=("certificate file",)),
    Case("flag-requirements", "pip install --requirements {name}/r.txt", files={"r.txt": "alpha\n"}, after=ALPHA),
    Case("flag-editable", "pip install --editable {case}/tree", trees=TREE, after={"tree": "1.0"}),
    Case("flag-no-editable-package", "pip install --no-editable-package tree -e {case}/tree", trees=TREE, after={"tree": "1.0"}),
    Case("flag-constraints", "pip install --constraints {name}/c.txt alpha", files={"c.txt": "alpha<2\n"}, after={"alpha": "1.1"}),
    Case("flag-build-constraints", "pip install --build-constraints {name}/b.txt alpha", files={"b.txt": "lonely<2\n"}, after=ALPHA),
    Case("flag-no-all-extras", "pip install --all-extras --no-all-extras -r {name}/pyproject.toml", files={"pyproject.toml": PROJECT}, after=ALPHA),
    Case("flag-no-sources-package", "pip install --no-sources-package alpha alpha", after=ALPHA),
    Case("flag-upgrade-package", "pip install --upgrade-package alpha alpha", seed="alpha==1.0", after=ALPHA),
    Case("flag-upgrade-group", "pip install --upgrade-group dev alpha", seed="alpha==1.0", route="child", exit=2, after={"alpha": "1.0"}),
    Case("flag-prerelease-package", "pip install --prerelease-package pre=allow pre", after={"pre": "2.0b1"}),
    Case("flag-no-require-hashes", "pip install --require-hashes --no-require-hashes alpha", after=ALPHA),
    Case("flag-build", "pip install --no-build --build alpha", after=ALPHA),
    Case("flag-build-isolation", "pip install --no-build-isolation --build-isolation alpha", after=ALPHA),
    Case("flag-no-build-isolation-package", "pip install --no-build-isolation-package source alpha", route="child", after=ALPHA),
    Case("flag-config-setting", "pip install --config-setting a=1 alpha", after=ALPHA),
    Case("flag-no-system", "pip install --no-system alpha", after=ALPHA),
    Case("flag-no-compile-bytecode", "pip install --compile-bytecode --no-compile-bytecode alpha", bytecode=True, after=ALPHA),
    Case("uninstall-flag-requirements", "pip uninstall --requirements {name}/r.txt", seed="alpha", files={"r.txt": "alpha\n"}, after={}),
    Case("uninstall-flag-yes", "pip uninstall --yes alpha", seed="alpha", after={}),
    Case("uninstall-flag-no-system", "pip uninstall --no-system alpha", seed="alpha", after={}),
    Case("uninstall-flag-keyring", "pip uninstall --keyring-provider disabled alpha", seed="alpha", after={}),
    Case("uninstall-flag-keyring-program", "pip uninstall --keyring-provider subprocess alpha", seed="alpha", route="child", after={}),
    Case("uninstall-flag-version-check", "pip uninstall --disable-pip-version-check alpha", seed="alpha", after={}, says=("has no effect",)),
    Case("uninstall-flag-break", "pip uninstall --break-system-packages --no-break-system-packages alpha", seed="alpha", after={}),
    Case("uninstall-flag-python", "pip uninstall --python {env} alpha", bare=True, seed="alpha", after={}),
    Case("uninstall-flag-system", "pip uninstall --system alpha", bare=True, before=("pip install -p {system}/bin/python3 alpha",), env={"PATH": "{system}/bin:{uv_path}"}, places=("system",), after={}),
    Case("uninstall-offline", "pip uninstall --offline --no-cache alpha", seed="alpha", after={}),
]
