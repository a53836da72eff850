"""`pip sync`: what is locked, and nothing else."""

from __future__ import annotations

from pathlib import Path

from .. import oddities
from ..case import Case
from .hashes import ALPHA_1, LONELY

ALPHA = {"alpha": "2.0"}
OLD = {"alpha": "1.0"}
BETA = {"beta": "2.0", **ALPHA}
LONE = {"lonely": "1.0"}
OUT = ("env", "out")
SYSTEM = ("system",)
SEEDS = {"pip": "1.0", "setuptools": "1.0", "wheel": "1.0", "uv": "1.0"}
HASHED = f"alpha==1.0 --hash=sha256:{ALPHA_1}\nlonely==1.0 --hash=sha256:{LONELY}\n"
WRONG = f"lonely==1.0 --hash=sha256:{'2' * 64}\n"
PROJECT = '[project]\nname = "p"\nversion = "1"\ndependencies = ["beta"]\n[project.optional-dependencies]\nmore = ["lonely"]\n'
PYLOCK = """\
lock-version = "1.0"
created-by = "a test"

[[packages]]
name = "lonely"
version = "1.0"
wheels = [{url = "{base}/main/files/lonely-1.0-py3-none-any.whl", hashes = {sha256 = "%s"}}]
""" % LONELY
NONE = "No requirements found (hint: use `--allow-empty-requirements` to clear the environment)"


def file(text: str, **more: str) -> dict[str, str]:
    """The file that is synced, `r.txt`, and others by their stems."""
    return {"r.txt": text, **{f"{name}.txt": text for name, text in more.items()}}


def seeded(env: Path) -> None:
    """What an environment of another tool has, put there by it."""
    for name, version in SEEDS.items():
        info = oddities.dist_info(env, f"{name}-{version}", "")
        (info / "RECORD").write_text(f"{info.name}/METADATA,,\n{info.name}/RECORD,,\n")


def foreign(env: Path) -> None:
    """An environment that uv didn't make."""
    config = env / "pyvenv.cfg"
    config.write_text("".join(line for line in config.read_text().splitlines(True) if not line.startswith("uv")))
    seeded(env)


def uvs_own_with_seeds(env: Path) -> None:
    """One that `uv venv --seed` made."""
    config = env / "pyvenv.cfg"
    config.write_text(config.read_text() + "seed = true\n")
    seeded(env)


BASICS = [
    Case("sync", "pip sync {name}/r.txt", seed="lonely alpha==1.0", files=file("alpha==2.0\n"), after=ALPHA, says=(" - lonely==1.0",)),
    Case("sync-no-op", "pip sync {name}/r.txt", seed="alpha", files=file("alpha==2.0\n"), after=ALPHA, says=("Resolved 1 package in TIME\nChecked 1 package in",)),
    Case("sync-twice", "pip sync {name}/r.txt", files=file("alpha==2.0\nlonely==1.0\n"), times=3, after={**ALPHA, **LONE}, says=("Checked 2 packages",)),
    Case("sync-fresh", "pip sync {name}/r.txt", files=file("beta==2.0\nalpha==2.0\n"), after=BETA, says=("Installed 2 packages",)),
    Case("sync-no-dependencies", "pip sync {name}/r.txt", files=file("beta==2.0\n"), after={"beta": "2.0"}),
    Case("sync-takes-dependencies-away", "pip sync {name}/r.txt", seed="beta", files=file("beta==2.0\n"), after={"beta": "2.0"}, says=(" - alpha==2.0",)),
    Case("sync-only-removes", "pip sync {name}/r.txt", seed="beta lonely", files=file("alpha==2.0\n"), after=ALPHA, says=("Uninstalled 2 packages",)),
    Case("sync-unpinned", "pip sync {name}/r.txt", files=file("alpha\n"), after=ALPHA),
    Case("sync-unpinned-keeps", "pip sync {name}/r.txt", seed="alpha==1.0", files=file("alpha\n"), after=OLD),
    Case("sync-marker-false", "pip sync {name}/r.txt", seed="lonely", files=file("alpha==1.0\nlonely==1.0 ; sys_platform == 'win32'\n"), after=OLD),
    Case("sync-all-markers-false", "pip sync {name}/r.txt", seed="lonely", files=file("lonely==1.0 ; sys_platform == 'win32'\n"), after={}, says=(" - lonely==1.0",)),
    Case("sync-extra-of-a-package", "pip sync {name}/r.txt", files=file("extras[fast]==1.0\n"), after={"extras": "1.0"}),
    Case("sync-two-files", "pip sync {name}/r.txt {name}/s.txt", files=file("alpha==1.0\n", s="lonely==1.0\n"), after={**OLD, **LONE}),
    Case("sync-nested", "pip sync {name}/r.txt", files=file("-r s.txt\n", s="-c c.txt\nalpha\n", c="alpha==1.1\n"), after={"alpha": "1.1"}),
    Case("sync-prerelease", "pip sync {name}/r.txt", files=file("pre==2.0b1\n"), after={"pre": "2.0b1"}),
    Case("sync-yanked", "pip sync {name}/r.txt", files=file("yanked==1.1\n"), after={"yanked": "1.1"}, says=("yanked",)),
    Case("sync-swap", "pip sync {name}/r.txt", seed="kinds==1.0 ns-one", files=file("kinds==2.0\nns-two==1.0\n"), after={"kinds": "2.0", "ns-two": "1.0"}),
    Case("sync-url", "pip sync {name}/r.txt", seed="lonely", files=file("alpha @ {base}/main/files/alpha-1.0-py3-none-any.whl\n"), times=2, after=OLD, says=("Checked 1 package",)),
    Case("sync-path", "pip sync {name}/r.txt", files=file("{wheels}/alpha-1.0-py3-none-any.whl\n"), times=2, after=OLD),
    Case("sync-url-over-index", "pip sync {name}/r.txt", seed="alpha==1.0", files=file("{wheels}/alpha-1.0-py3-none-any.whl\n"), after=OLD),
    Case("sync-index-in-file", "pip sync {name}/r.txt", files=file("--extra-index-url {extra}\nonly-extra==1.0\n"), after={"only-extra": "1.0"}),
    Case("sync-quiet", "pip sync -q {name}/r.txt", seed="lonely", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-config", "pip sync {name}/r.txt --config-file {case}/uv.toml", files={**file("pre\nalpha>=1\n"), "uv.toml": 'resolution = "lowest"\nprerelease = "allow"\nupgrade = true\n'}, seed="alpha==1.1", after={"pre": "1.0", "alpha": "1.1"}),
    Case("sync-ignores-workspace", "pip sync r.txt", at_home=True, files={**file("alpha==2.0\n"), "pyproject.toml": '[project]\nname = "p"\nversion = "1"\n[tool.uv]\nconstraint-dependencies = ["alpha<2"]\n'}, after=ALPHA),
    Case("sync-3-8", "pip sync {name}/r.txt", python="3.8", seed="alpha", files=file("kinds==1.0\n"), after={"kinds": "1.0"}),
]

EMPTY = [
    Case("sync-empty", "pip sync {name}/r.txt", seed="alpha", files=file("# nothing\n"), after=ALPHA, says=("does not contain any dependencies", NONE)),
    Case("sync-empty-dry-run", "pip sync {name}/r.txt --dry-run", seed="alpha", files=file(""), after=ALPHA, says=(NONE,)),
    Case("sync-empty-nowhere", "pip sync {name}/r.txt --python {case}/none", bare=True, files=file(""), after={}, says=(NONE,)),
    Case("sync-empty-allowed", "pip sync {name}/r.txt --allow-empty-requirements", seed="beta", files=file(""), after={}, says=("Uninstalled 2 packages",)),
    Case("sync-empty-allowed-no-op", "pip sync {name}/r.txt --allow-empty-requirements", files=file(""), after={}, says=("Resolved in TIME\nChecked in",)),
    Case("sync-empty-not-allowed", "pip sync {name}/r.txt --allow-empty-requirements --no-allow-empty-requirements", seed="alpha", files=file(""), after=ALPHA, says=(NONE,)),
    Case("sync-empty-config", "pip sync {name}/r.txt --config-file {case}/uv.toml", seed="alpha", files={**file(""), "uv.toml": "[pip]\nallow-empty-requirements = true\n"}, after={}),
    Case("sync-empty-one-of-two", "pip sync {name}/r.txt {name}/s.txt", files=file("", s="alpha==1.0\n"), after=OLD, says=("does not contain any dependencies",)),
]

DRY = [
    Case("sync-dry-run", "pip sync --dry-run {name}/r.txt", seed="lonely alpha==1.0", files=file("alpha==2.0\n"), times=2, after={**LONE, **OLD}, says=("Would uninstall 2 packages", " - lonely==1.0")),
    Case("sync-dry-run-no-op", "pip sync --dry-run {name}/r.txt", seed="alpha", files=file("alpha==2.0\n"), times=2, after=ALPHA, says=("Would make no changes",)),
    Case("sync-dry-run-download", "pip sync --dry-run --cache-dir {fresh} {name}/r.txt", files=file("alpha==2.0\n"), after={}, says=("Would download 1 package",)),
    Case("sync-dry-run-source", "pip sync --dry-run {name}/r.txt", files=file("source==1.0\n"), after={}, says=("Would download 1 package",)),
]

SEEDED = [
    Case("sync-foreign-seeds", "pip sync {name}/r.txt", python="3.11", seed="alpha", spoil=foreign, files=file("lonely==1.0\n"), after={**LONE, **SEEDS}, says=(" - alpha==2.0",)),
    Case("sync-foreign-seeds-no-op", "pip sync {name}/r.txt", python="3.11", seed="lonely", spoil=foreign, files=file("lonely==1.0\n"), times=2, after={**LONE, **SEEDS}, says=("Checked 1 package",)),
    Case("sync-foreign-seeds-3-13", "pip sync {name}/r.txt", python="3.13", spoil=foreign, files=file("lonely==1.0\n"), after={**LONE, "pip": "1.0", "uv": "1.0"}, says=(" - setuptools==1.0", " - wheel==1.0")),
    Case("sync-own-seeds", "pip sync {name}/r.txt", python="3.11", spoil=uvs_own_with_seeds, files=file("lonely==1.0\n"), after={**LONE, **SEEDS}),
    Case("sync-no-seeds", "pip sync {name}/r.txt", python="3.11", spoil=seeded, files=file("lonely==1.0\n"), after=LONE, says=(" - wheel==1.0",)),
]

ODD = [
    Case("sync-double", "pip sync {name}/r.txt", seed="alpha", spoil=oddities.double, files=file("alpha==2.0\n"), after=ALPHA),
    Case("sync-removes-double", "pip sync -q {name}/r.txt", seed="alpha", spoil=oddities.double, files=file("lonely==1.0\n"), after=LONE),
    Case("sync-removes-no-metadata", "pip sync {name}/r.txt", seed="alpha", spoil=oddities.no_metadata, files=file("lonely==1.0\n"), after=LONE),
    Case("sync-egg-info-folder", "pip sync {name}/r.txt", spoil=oddities.egg_info_folder, files=file("lonely==1.0\n"), after=LONE, says=(" - relic==1.0",)),
    Case("sync-egg-info-file", "pip sync {name}/r.txt", spoil=oddities.egg_info_file, files=file("lonely==1.0\n"), exit=2, says=("distutils",)),
    Case("sync-empty-folder", "pip sync {name}/r.txt", spoil=oddities.empty_folder, files=file("lonely==1.0\n"), says=("Installed 1 package",)),
    Case("sync-bad-version", "pip sync {name}/r.txt", seed="alpha", spoil=oddities.bad_version, files=file("lonely==1.0\n"), exit=2, says=("ghost-of_course",)),
    Case("sync-dangling", "pip sync {name}/r.txt", spoil=oddities.dangling, files=file("lonely==1.0\n"), after={**LONE, "~lpha": "of_course"}, says=("~lpha-of_course",)),
    Case("sync-editable-away", "pip sync {name}/r.txt", trees={"tree": ("tree", "1.0")}, before=("pip install -e {case}/tree",), files=file("lonely==1.0\n"), after=LONE, says=(" - tree==1.0 (from file://",)),
]

ERRORS = [
    Case("sync-missing", "pip sync {name}/none.txt", route="child", exit=2, says=("File not found",), after={}),
    Case("sync-nothing", "pip sync", route="child", exit=2, says=("<SRC_FILE>",), after={}),
    Case("sync-malformed", "pip sync {name}/r.txt", route="child", seed="alpha", files=file("alpha ~~ 1\n"), exit=2, says=("r.txt",), after=ALPHA),
    Case("sync-unknown-flag", "pip sync {name}/r.txt --upgrade", route="child", seed="alpha", files=file("lonely\n"), exit=2, says=("--upgrade",), after=ALPHA),
    Case("sync-no-such-package", "pip sync {name}/r.txt", seed="alpha", files=file("no-such-thing==1\n"), exit=1, says=("no-such-thing was not found",), after=ALPHA),
    Case("sync-no-such-version", "pip sync {name}/r.txt", seed="alpha==1.0", files=file("alpha==7.0\n"), exit=1, says=("there is no version of alpha==7.0",), after=OLD),
    Case("sync-conflict", "pip sync {name}/r.txt", files=file("alpha==1.0\nalpha==2.0\n"), exit=1, says=("alpha==2.0",), after={}),
    Case("sync-constraint-conflict", "pip sync {name}/r.txt -c {name}/c.txt", files=file("alpha==2.0\n", c="alpha<2\n"), exit=1, says=("alpha<2",), after={}),
    Case("sync-constraint-missing", "pip sync {name}/r.txt -c {name}/none.txt", route="child", files=file("alpha==2.0\n"), exit=2, says=("File not found",), after={}),
    Case("sync-build-constraint-missing", "pip sync {name}/r.txt -b {name}/none.txt", route="child", files=file("alpha==2.0\n"), exit=2, says=("File not found",), after={}),
    Case("install-build-constraint-missing", "pip install alpha -b {name}/none.txt", route="child", exit=2, says=("File not found",), after={}),
    Case("sync-wrong-platform", "pip sync {name}/r.txt", seed="alpha", files=file("winonly==1.0\n"), exit=1, says=("winonly",), after=ALPHA),
    Case("sync-broken-wheel-keeps", "pip sync {name}/r.txt --cache-dir {fresh}", seed="alpha", files=file("lonely==1.0\nbroken-not-a-zip==1.0\n"), exit=1, says=("broken-not-a-zip",), after=ALPHA),
    Case("sync-files-500-keeps", "pip sync {name}/r.txt --cache-dir {fresh} -i {base}/main~files-500/simple/", seed="alpha", files=file("lonely==1.0\n"), exit=1, says=("500",), after=ALPHA),
    Case("sync-extra-without-source", "pip sync {name}/r.txt --extra more", route="child", files=file("alpha==1.0\n"), exit=2, says=("Requesting extras requires",), after={}),
    Case("sync-managed", "pip sync -p {system}/bin/python3 {name}/r.txt", route="child", bare=True, files=file("alpha==1.0\n"), exit=2, says=("externally managed",), places=SYSTEM, after={}),
    Case("sync-hash-wrong", "pip sync --require-hashes --cache-dir {fresh} {name}/r.txt", files=file(WRONG), exit=1, says=("Hash mismatch",), after={}),
    Case("sync-hash-missing", "pip sync --require-hashes {name}/r.txt", files=file("lonely==1.0\n"), exit=2, says=("--require-hashes",), after={}),
    Case("sync-hash-of-build-constraint", "pip sync --require-hashes {name}/r.txt -b {name}/b.txt", files=file(HASHED, b="lonely==1.0 --hash=none:1\n"), exit=2, says=("none",), after={}),
    Case("sync-refresh-offline", "pip sync {name}/r.txt --offline --refresh", route="child", files=file("alpha==1.0\n"), exit=2, says=("--refresh",), after={}),
]

FLAGS = [
    Case("sync-constraints", "pip sync {name}/r.txt --constraints {name}/c.txt", files=file("alpha\n", c="alpha<2\n"), after={"alpha": "1.1"}),
    Case("sync-build-constraints", "pip sync {name}/r.txt --build-constraints {name}/b.txt", files=file("alpha\n", b="lonely<2\n"), after=ALPHA),
    Case("sync-constraint-variable", "pip sync {name}/r.txt", env={"UV_CONSTRAINT": "{case}/c.txt"}, files=file("alpha\n", c="alpha<2\n"), after={"alpha": "1.1"}),
    Case("sync-stdin", "pip sync -", route="child", seed="alpha", after=ALPHA, says=("No requirements found",)),
    Case("sync-pyproject", "pip sync {name}/pyproject.toml", files={"pyproject.toml": PROJECT}, after={"beta": "2.0"}),
    Case("sync-pyproject-extra", "pip sync {name}/pyproject.toml --extra more", files={"pyproject.toml": PROJECT}, after={"beta": "2.0", **LONE}),
    Case("sync-pyproject-all-extras", "pip sync {name}/pyproject.toml --all-extras", files={"pyproject.toml": PROJECT}, after={"beta": "2.0", **LONE}),
    Case("sync-pyproject-no-all-extras", "pip sync {name}/pyproject.toml --all-extras --no-all-extras", files={"pyproject.toml": PROJECT}, after={"beta": "2.0"}),
    Case("sync-pylock", "pip sync {name}/pylock.toml", route="child", seed="alpha", files={"pylock.toml": PYLOCK}, after=LONE, says=("experimental",)),
    Case("sync-group", "pip sync {name}/r.txt --group {name}/pyproject.toml:test", route="child", files={**file("alpha==1.0\n"), "pyproject.toml": '[dependency-groups]\ntest = ["lonely"]\n'}, says=("alpha==1.0",)),
    Case("sync-source", "pip sync {name}/r.txt", files=file("source==1.0\n"), after={"source": "1.0"}),
    Case("sync-editable", "pip sync {name}/r.txt", trees={"tree": ("tree", "1.0")}, files=file("-e {case}/tree\n"), after={"tree": "1.0"}),
    Case("sync-index", "pip sync {name}/r.txt --index {extra} --default-index {index}", files=file("alpha==9.0\n"), after={"alpha": "9.0"}),
    Case("sync-index-url", "pip sync {name}/r.txt --index-url {index} --extra-index-url {extra}", files=file("only-extra==1.0\n"), after={"only-extra": "1.0"}),
    Case("sync-index-strategy", "pip sync {name}/r.txt --extra-index-url {extra} --index-strategy unsafe-best-match", files=file("alpha\n"), after={"alpha": "9.0"}),
    Case("sync-find-links", "pip sync {name}/r.txt --no-index --find-links {wheels}", files=file("lonely==1.0\n"), after=LONE),
    Case("sync-keyring", "pip sync {name}/r.txt --keyring-provider disabled", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-keyring-program", "pip sync {name}/r.txt --keyring-provider subprocess", route="child", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-torch-backend", "pip sync {name}/r.txt --torch-backend cpu", route="child", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-no-sources", "pip sync {name}/r.txt --no-sources", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-no-sources-package", "pip sync {name}/r.txt --no-sources-package alpha", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-refresh", "pip sync {name}/r.txt --refresh", seed="alpha==1.0", files=file("alpha==1.0\n"), times=2, after=OLD),
    Case("sync-no-refresh", "pip sync {name}/r.txt --refresh --no-refresh", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-refresh-package", "pip sync {name}/r.txt --refresh-package alpha", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-exclude-newer", "pip sync {name}/r.txt --exclude-newer 2022-06-01", files=file("alpha\n"), after={"alpha": "1.1"}),
    Case("sync-exclude-newer-package", "pip sync {name}/r.txt --exclude-newer-package alpha=2021-06-01", files=file("alpha\n"), after=OLD),
    Case("sync-python-version", "pip sync {name}/r.txt --python-version 3.11", route="child", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-python-platform", "pip sync {name}/r.txt --python-platform linux", route="child", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-hashes", "pip sync {name}/r.txt --require-hashes", seed="beta", files=file(HASHED), times=2, after={**OLD, **LONE}),
    Case("sync-no-require-hashes", "pip sync {name}/r.txt --require-hashes --no-require-hashes", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-verify-hashes", "pip sync {name}/r.txt --no-verify-hashes --verify-hashes", files=file(HASHED), after={**OLD, **LONE}),
    Case("sync-no-verify-hashes", "pip sync {name}/r.txt --no-verify-hashes --cache-dir {fresh}", files=file(WRONG), after=LONE),
    Case("sync-no-build", "pip sync {name}/r.txt --no-build", files=file("both\n"), after={"both": "1.0"}),
    Case("sync-build", "pip sync {name}/r.txt --no-build --build", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-no-binary", "pip sync {name}/r.txt --no-binary lonely", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-no-binary-impossible", "pip sync {name}/r.txt --no-binary :all:", files=file("alpha==1.0\n"), exit=1, says=("alpha",), after={}),
    Case("sync-only-binary", "pip sync {name}/r.txt --only-binary :all:", files=file("both\n"), after={"both": "1.0"}),
    Case("sync-no-build-isolation", "pip sync {name}/r.txt --no-build-isolation", seed="lonely", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-build-isolation", "pip sync {name}/r.txt --no-build-isolation --build-isolation", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-config-setting", "pip sync {name}/r.txt --config-setting a=1 --config-settings-package alpha:a=1", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-python", "pip sync {name}/r.txt --python {python}", bare=True, files=file("alpha==1.0\n"), after=OLD),
    Case("sync-python-missing", "pip sync {name}/r.txt -p {case}/none", route="child", bare=True, files=file("alpha==1.0\n"), exit=2, says=("none",), after={}),
    Case("sync-virtual-env", "pip sync {name}/r.txt", bare=True, env={"VIRTUAL_ENV": "{env}"}, seed="lonely", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-system", "pip sync {name}/r.txt --system", bare=True, env={"PATH": "{system}/bin:{uv_path}"}, places=SYSTEM, files=file("alpha==1.0\n"), after=OLD),
    Case("sync-no-system", "pip sync {name}/r.txt --no-system", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-managed-break", "pip sync -p {system}/bin/python3 --break-system-packages {name}/r.txt", bare=True, files=file("alpha==1.0\n"), places=SYSTEM, after=OLD),
    Case("sync-no-break", "pip sync {name}/r.txt --break-system-packages --no-break-system-packages", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-target", "pip sync {name}/r.txt --target {out}", before=("pip install --target {out} beta",), places=OUT, files=file("alpha==1.0\n"), after=OLD),
    Case("sync-target-no-op", "pip sync {name}/r.txt -t {out}", seed="lonely", places=OUT, files=file("alpha==1.0\n"), times=2, after=OLD, says=("Checked 1 package",)),
    Case("sync-prefix", "pip sync {name}/r.txt --prefix {out}", before=("pip install --prefix {out} beta",), places=OUT, files=file("kinds==1.0\n"), after={"kinds": "1.0"}),
    Case("sync-reinstall", "pip sync {name}/r.txt --reinstall", seed="beta lonely", files=file("beta==2.0\nlonely==1.0\n"), after={"beta": "2.0", **LONE}, says=(" ~ beta==2.0",)),
    Case("sync-no-reinstall", "pip sync {name}/r.txt --reinstall --no-reinstall", seed="alpha", files=file("alpha==2.0\n"), after=ALPHA, says=("Checked 1 package",)),
    Case("sync-reinstall-package", "pip sync {name}/r.txt --reinstall-package alpha", seed="beta", files=file("beta==2.0\nalpha==2.0\n"), after=BETA, says=(" ~ alpha==2.0",)),
    Case("sync-link-mode", "pip sync {name}/r.txt --link-mode copy", seed="lonely", files=file("kinds==1.0\n"), after={"kinds": "1.0"}),
    Case("sync-compile", "pip sync {name}/r.txt --compile-bytecode", seed="lonely ns-one", files=file("alpha==1.0\nns-one==1.0\n"), bytecode=True, after={**OLD, "ns-one": "1.0"}, says=("Bytecode compiled",)),
    Case("sync-compile-variable", "pip sync {name}/r.txt", env={"UV_COMPILE_BYTECODE": "1"}, files=file("bad-syntax==1.0\n"), bytecode=True, after={"bad-syntax": "1.0"}),
    Case("sync-compile-target", "pip sync {name}/r.txt --compile-bytecode --target {out}", files=file("alpha==1.0\n"), places=OUT, bytecode=True, times=2, after=OLD, says=("Bytecode compiled 1 file",)),
    Case("sync-compile-target-swap", "pip sync {name}/r.txt --compile-bytecode --target {out}", before=("pip install --target {out} alpha",), files=file("alpha==1.0\n"), places=OUT, bytecode=True, times=2, after=OLD, says=("Bytecode compiled 1 file",)),
    Case("sync-compile-empty", "pip sync {name}/r.txt --compile-bytecode --target {out} --allow-empty-requirements", files=file(""), places=("out",), bytecode=True, after={}, says=("Bytecode compiled",)),
    Case("sync-compile-dry-run", "pip sync {name}/r.txt --compile-bytecode --dry-run", seed="alpha", files=file("alpha==2.0\n"), bytecode=True, after=ALPHA),
    Case("install-upgrade-compile-no-op", "pip install -U --compile-bytecode alpha", seed="alpha", bytecode=True, times=2, after=ALPHA),
    Case("install-exact-compile", "pip install --exact --compile-bytecode alpha", seed="lonely ns-one", bytecode=True, after=ALPHA),
    Case("sync-compile-no-op", "pip sync {name}/r.txt --compile-bytecode", seed="alpha", files=file("alpha==2.0\n"), bytecode=True, times=2, after=ALPHA),
    Case("sync-no-compile", "pip sync {name}/r.txt --compile-bytecode --no-compile-bytecode", files=file("alpha==1.0\n"), bytecode=True, after=OLD),
    Case("sync-strict", "pip sync {name}/r.txt --strict", files=file("beta==2.0\n"), times=2, after={"beta": "2.0"}, says=("requires `alpha>=2`",)),
    Case("sync-no-strict", "pip sync {name}/r.txt --strict --no-strict", files=file("beta==2.0\n"), after={"beta": "2.0"}),
    Case("sync-installer-metadata", "pip sync {name}/r.txt --no-installer-metadata", files=file("alpha==1.0\n"), after=OLD),
    Case("sync-no-config", "pip sync r.txt --no-config", at_home=True, files={**file("alpha\n"), "uv.toml": 'exclude-newer = "2021-06-01"\n'}, says=("alpha==",)),
    Case("sync-no-cache", "pip sync {name}/r.txt --no-cache", files=file("alpha==1.0\n"), after=OLD, says=("Prepared 1 package",)),
    Case("sync-ask", "pip sync {name}/r.txt --ask", route="child", files=file("alpha\n"), exit=2, says=("never asks",), after={}),
    Case("sync-python-executable", "pip sync {name}/r.txt --python-executable x", route="child", files=file("alpha\n"), exit=2, says=("--python-executable",), after={}),
    Case("sync-user", "pip sync {name}/r.txt --user", route="child", files=file("alpha\n"), exit=2, says=("--user",), after={}),
    Case("sync-client-cert", "pip sync {name}/r.txt --client-cert x", route="child", files=file("alpha\n"), exit=2, says=("--client-cert",), after={}),
    Case("sync-config-flag", "pip sync {name}/r.txt --config x", route="child", files=file("alpha\n"), exit=2, says=("--config",), after={}),
    Case("sync-pip-args", "pip sync {name}/r.txt --pip-args x", route="child", files=file("alpha\n"), exit=2, says=("--pip-args",), after={}),
]

CASES = [*BASICS, *EMPTY, *DRY, *SEEDED, *ODD, *ERRORS, *FLAGS]
