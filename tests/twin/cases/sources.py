"""Source distributions, source trees and editables: a Child prepares them."""

from __future__ import annotations

from ..case import Case

ALPHA = {"alpha": "2.0"}
TREE = {"tree": ("tree", "1.0")}

CASES = [
    Case("source", "pip install source==1.0 --cache-dir {fresh}", after={"source": "1.0"}),
    Case("source-with-dependency", "pip install source --cache-dir {fresh}", after={"source": "2.0", **ALPHA}),
    Case("source-installed", "pip install source==1.0", seed="source==1.0", after={"source": "1.0"}, says=("Checked 1 package",)),
    Case("source-in-cache", "pip install source==1.0", seed="source==1.0", before=("pip uninstall source",), after={"source": "1.0"}),
    Case("source-dynamic", "pip install dynamic --cache-dir {fresh}", after={"dynamic": "1.0", "lonely": "1.0"}),
    Case("source-needed", "pip install needs-source --cache-dir {fresh}", after={"needs-source": "1.0", "source": "1.0"}),
    Case("source-newer-than-wheel", "pip install both --cache-dir {fresh}", after={"both": "2.0"}),
    Case("source-path", "pip install {wheels}/source-1.0.tar.gz --cache-dir {fresh}", after={"source": "1.0"}),
    Case("source-url", "pip install {base}/main/files/source-1.0.tar.gz --cache-dir {fresh}", after={"source": "1.0"}),
    Case("source-settings", "pip install source==1.0 --cache-dir {fresh} -C debug=1 --config-settings-package source:more=2", after={"source": "1.0"}),
    Case("source-no-isolation", "pip install source==1.0 --cache-dir {fresh} --no-build-isolation", after={"source": "1.0"}),
    Case("source-build-constraint", "pip install source==1.0 --cache-dir {fresh} -b {name}/b.txt", files={"b.txt": "setuptools<99\n"}, after={"source": "1.0"}),
    Case("source-dry-run", "pip install --dry-run source==1.0 --cache-dir {fresh}", after={}, says=(" + source==1.0",)),
    Case("source-dry-run-dynamic", "pip install --dry-run dynamic --cache-dir {fresh}", after={}, says=(" + dynamic==1.0",)),
    Case("build-fails", "pip install never-builds --cache-dir {fresh}", exit=1, after={}, says=("this project never builds", "the backend says this on standard error")),
    Case("build-exits", "pip install build-exits", exit=1, after={}, says=("build-exits",)),
    Case("build-needs-missing", "pip install build-needs", exit=1, after={}, says=("no-such-build-tool",)),
    Case("build-fails-nothing-changed", "pip install alpha==1.0 never-builds", seed="alpha", exit=1, after=ALPHA, says=("this project never builds",)),
    Case("tree", "pip install {case}/tree", trees=TREE, route="child", after={"tree": "1.0"}),
    Case("tree-relative", "pip install ./{name}/tree", trees=TREE, route="child", after={"tree": "1.0"}),
    Case("tree-named", "pip install 'tree @ file://{case}/tree'", trees=TREE, route="child", after={"tree": "1.0"}),
    Case("tree-dependency", "pip install {case}/tree", trees={"tree": ("tree", "1.0", "alpha<2")}, route="child", after={"tree": "1.0", "alpha": "1.1"}),
    Case("tree-no-project", "pip install {case}", files={"x": ""}, route="child", exit=2, after={}, says=("does not appear to be a Python project",)),
    Case("tree-missing", "pip install {case}/none", route="child", exit=2, after={}, says=("none",)),
    Case("editable", "pip install -e {case}/tree", trees=TREE, route="child", after={"tree": "1.0"}, says=("(from file://",)),
    Case("editable-twice", "pip install -e {case}/tree", trees=TREE, route="child", times=2, after={"tree": "1.0"}),
    Case("editable-in-file", "pip install -r {name}/r.txt", files={"r.txt": "-e {case}/tree\n"}, trees=TREE, route="child", after={"tree": "1.0"}),
    Case("editable-over-registry", "pip install -e {case}/tree", trees={"tree": ("lonely", "5.0")}, seed="lonely", route="child", after={"lonely": "5.0"}, says=(" - lonely==1.0",)),
    Case("editable-away", "pip install lonely==1.0", trees={"tree": ("lonely", "5.0")}, before=("pip install -e {case}/tree",), after={"lonely": "1.0"}, says=(" - lonely==5.0 (from file://",)),
    Case("no-editable", "pip install --no-editable -e {case}/tree", trees=TREE, route="child", after={"tree": "1.0"}),
    Case("git-missing", "pip install 'tree @ git+file://{case}/none'", route="child", exit=1, after={}, says=("none",)),
]
