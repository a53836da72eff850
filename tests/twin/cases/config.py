"""Configuration files and which of flag, variable and file wins."""

from __future__ import annotations

from ..case import Case

ALPHA = {"alpha": "2.0"}
NINE = {"alpha": "9.0"}
LOWEST = 'resolution = "lowest"\n'
PIP_LOWEST = '[pip]\nresolution = "lowest"\n'


def home(text: str, name: str = "uv.toml") -> dict[str, str]:
    """A configuration file of the case's directory."""
    return {name: text}


CASES = [
    Case("config-uv-toml", "pip install 'alpha>=1'", at_home=True, files=home(PIP_LOWEST), after={"alpha": "1.0"}),
    Case("config-top-level", "pip install 'alpha>=1'", at_home=True, files=home(LOWEST), after={"alpha": "1.0"}),
    Case("config-pip-over-top", "pip install 'alpha>=1'", at_home=True, files=home('resolution = "highest"\n' + PIP_LOWEST), after={"alpha": "1.0"}),
    Case("config-flag-over-file", "pip install 'alpha>=1' --resolution highest", at_home=True, files=home(PIP_LOWEST), after=ALPHA),
    Case("config-variable-over-file", "pip install 'alpha>=1'", at_home=True, files=home(PIP_LOWEST), env={"UV_RESOLUTION": "highest"}, after=ALPHA),
    Case("config-flag-over-variable", "pip install 'alpha>=1' --resolution highest", env={"UV_RESOLUTION": "lowest"}, after=ALPHA),
    Case("config-pyproject", "pip install 'alpha>=1'", at_home=True, files=home('[tool.uv.pip]\nresolution = "lowest"\n', "pyproject.toml"), after={"alpha": "1.0"}),
    Case("config-uv-toml-over-pyproject", "pip install 'alpha>=1'", at_home=True, files={"uv.toml": 'resolution = "highest"\n', "pyproject.toml": "[tool.uv]\n" + LOWEST}, after=ALPHA, says=("uv.toml",)),
    Case("config-no-config", "pip install 'alpha>=1' --no-config", at_home=True, files=home(LOWEST), after=ALPHA),
    Case("config-no-config-variable", "pip install 'alpha>=1'", at_home=True, files=home(LOWEST), env={"UV_NO_CONFIG": "1"}, after=ALPHA),
    Case("config-file", "pip install 'alpha>=1' --config-file {name}/mine.toml", files=home(LOWEST, "mine.toml"), after={"alpha": "1.0"}),
    Case("config-file-variable", "pip install 'alpha>=1'", env={"UV_CONFIG_FILE": "{case}/mine.toml"}, files=home(LOWEST, "mine.toml"), after={"alpha": "1.0"}),
    Case("config-file-instead", "pip install 'alpha>=1' --config-file mine.toml", at_home=True, files={"mine.toml": "", "uv.toml": LOWEST}, after=ALPHA),
    Case("config-file-missing", "pip install alpha --config-file {name}/none.toml", route="child", exit=2, says=("none.toml",), after={}),
    Case("config-file-malformed", "pip install alpha --config-file {name}/mine.toml", route="child", files=home("resolution = = 3\n", "mine.toml"), exit=2, says=("mine.toml",), after={}),
    Case("config-unknown-field", "pip install alpha", route="child", at_home=True, files=home("frobnicate = true\n"), exit=2, says=("frobnicate",), after={}),
    Case("config-malformed-uv-toml", "pip install alpha", route="child", at_home=True, files=home("what is this\n"), exit=2, says=("uv.toml",), after={}),
    Case("config-user", "pip install 'alpha>=1'", env={"XDG_CONFIG_HOME": "{case}"}, files=home(LOWEST, "uv/uv.toml"), after={"alpha": "1.0"}),
    Case("config-system", "pip install 'alpha>=1'", env={"XDG_CONFIG_DIRS": "{case}"}, files=home(LOWEST, "uv/uv.toml"), after={"alpha": "1.0"}),
    Case("config-project-over-user", "pip install 'alpha>=1'", at_home=True, env={"XDG_CONFIG_HOME": "{case}/user"}, files={"user/uv/uv.toml": LOWEST, "uv.toml": 'resolution = "highest"\n'}, after=ALPHA),
    Case("config-index", "pip install alpha", at_home=True, env={"UV_INDEX_URL": ""}, files=home('[[index]]\nname = "mine"\nurl = "{extra}"\ndefault = true\n'), after=NINE),
    Case("config-index-explicit", "pip install alpha", at_home=True, files=home('[[index]]\nname = "mine"\nurl = "{extra}"\nexplicit = true\n'), after=ALPHA),
    Case("config-index-and-flag", "pip install alpha only-extra --index {index}", at_home=True, files=home('[[index]]\nurl = "{extra}"\n'), after={"only-extra": "1.0", **ALPHA}),
    Case("config-extra-index", "pip install alpha", at_home=True, files=home('[pip]\nextra-index-url = ["{extra}"]\n'), after=NINE),
    Case("config-find-links", "pip install lonely", at_home=True, files=home('[pip]\nno-index = true\nfind-links = ["{wheels}"]\n'), after={"lonely": "1.0"}),
    Case("config-link-mode", "pip install alpha", at_home=True, files=home('link-mode = "copy"\n'), after=ALPHA),
    Case("config-strict", "pip install --no-deps beta", at_home=True, files=home("[pip]\nstrict = true\n"), after={"beta": "2.0"}, says=("it's not installed",)),
    Case("config-no-deps", "pip install beta", at_home=True, files=home("[pip]\nno-deps = true\n"), after={"beta": "2.0"}),
    Case("config-compile", "pip install alpha", at_home=True, files=home("[pip]\ncompile-bytecode = true\n"), bytecode=True, after=ALPHA),
    Case("config-upgrade", "pip install alpha", at_home=True, seed="alpha==1.0", files=home("[pip]\nupgrade = true\n"), after=ALPHA),
    Case("config-constraints", "pip install alpha", at_home=True, files=home('[tool.uv]\nconstraint-dependencies = ["alpha<2"]\n', "pyproject.toml"), after={"alpha": "1.1"}),
    Case("config-overrides", "pip install beta==1.0", at_home=True, files=home('[tool.uv]\noverride-dependencies = ["alpha==2.0"]\n', "pyproject.toml"), after={"beta": "1.0", **ALPHA}),
    Case("config-excludes", "pip install beta", at_home=True, files=home('[tool.uv]\nexclude-dependencies = ["alpha"]\n', "pyproject.toml"), after={"beta": "2.0"}),
    Case("config-required-version", "pip install alpha", route="child", at_home=True, files=home('required-version = ">=99"\n'), exit=2, says=(">=99",), after={}),
    Case("config-required-version-met", "pip install alpha", at_home=True, files=home('required-version = "==0.12.5"\n'), after=ALPHA),
    Case("config-offline", "pip install alpha --cache-dir {fresh}", at_home=True, files=home("offline = true\n"), exit=1, says=("network was disabled",), after={}),
    Case("config-cache-dir", "pip install alpha --offline", at_home=True, seed="alpha", before=("pip uninstall alpha",), env={"UV_CACHE_DIR": None}, files=home('cache-dir = "../../cache-a"\n'), after=ALPHA),
    Case("config-parent", "pip install 'alpha>=1'", at_home=True, files={"pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n[tool.uv]\n" + LOWEST}, after={"alpha": "1.0"}),
    Case("config-preview", "pip install alpha --preview", route="child", after=ALPHA),
    Case("config-preview-variable", "pip install alpha", env={"UV_PREVIEW": "1"}, route="child", after=ALPHA),
    Case("config-bad-variable", "pip install alpha", route="child", env={"UV_RESOLUTION": "sideways"}, exit=2, says=("sideways",), after={}),
    Case("config-bad-boolean", "pip install alpha", route="child", env={"UV_OFFLINE": "perhaps"}, exit=2, says=("perhaps",), after={}),
    Case("config-quiet-variable", "pip install alpha", env={"UV_NO_PROGRESS": "1"}, after=ALPHA),
]
