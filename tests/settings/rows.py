"""Rows of what one setting in several places does not show: layers of files, merged lists, single flags, variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

LOWEST = 'resolution = "lowest"\n'
HIGHEST = 'resolution = "highest"\n'
PROJECT = '[project]\nname = "p"\nversion = "1"\n'
USER = "../home/config/uv/uv.toml"
SYSTEM = "../home/system/uv/uv.toml"
URL = "http://127.0.0.1:1"
EVERYTHING = f"""\
[[index]]
name = "a"
url = "{URL}"
explicit = true
authenticate = "always"
ignore-error-codes = [403]
cache-control = {{ api = "max-age=1" }}
"""


@dataclass(frozen=True)
class Row:
    id: str
    argv: str = "pip install a"
    files: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)


FILES = [
    Row("user", files={USER: LOWEST}),
    Row("system-wide", files={SYSTEM: LOWEST}),
    Row("user-over-system-wide", files={USER: HIGHEST, SYSTEM: LOWEST}),
    Row("project-over-user", files={"uv.toml": HIGHEST, USER: LOWEST}),
    Row("all-three-merge", files={"uv.toml": LOWEST, USER: 'prerelease = "allow"\n', SYSTEM: 'link-mode = "copy"\n'}),
    Row(
        "lists-of-two-files",
        files={"uv.toml": '[pip]\nextra-index-url = ["http://a/"]\n', USER: '[pip]\nextra-index-url = ["http://b/"]\n'},
    ),
    Row(
        "indexes-of-two-files",
        files={"uv.toml": f'[[index]]\nname = "a"\nurl = "{URL}"\n', USER: f'[[index]]\nname = "b"\nurl = "{URL}/b"\n'},
    ),
    Row(
        "index-of-one-name-twice",
        files={"uv.toml": f'[[index]]\nname = "a"\nurl = "{URL}"\n', USER: f'[[index]]\nname = "a"\nurl = "{URL}/b"\n'},
    ),
    Row("parent", files={"../uv.toml": LOWEST}),
    Row("parent-hidden", files={"../uv.toml": LOWEST, "uv.toml": ""}),
    Row("parent-pyproject", files={"../pyproject.toml": "[tool.uv]\n" + LOWEST}),
    Row("pyproject", files={"pyproject.toml": PROJECT + "[tool.uv]\n" + LOWEST}),
    Row("pyproject-pip", files={"pyproject.toml": "[tool.uv]\n" + LOWEST + "[tool.uv.pip]\n" + HIGHEST}),
    Row("pyproject-without-table", files={"pyproject.toml": PROJECT, "../uv.toml": LOWEST}),
    Row("uv-toml-beside-pyproject", files={"pyproject.toml": "[tool.uv]\n" + LOWEST, "uv.toml": HIGHEST}),
    Row("constraints-of-project", files={"pyproject.toml": PROJECT + '[tool.uv]\nconstraint-dependencies = ["b<2"]\n'}),
    Row("overrides-of-project", files={"pyproject.toml": PROJECT + '[tool.uv]\noverride-dependencies = ["b==2"]\n'}),
    Row("excludes-of-project", files={"pyproject.toml": PROJECT + '[tool.uv]\nexclude-dependencies = ["b"]\n'}),
    Row(
        "build-constraints-of-project",
        files={"pyproject.toml": PROJECT + '[tool.uv]\nbuild-constraint-dependencies = ["b<2"]\n'},
    ),
    Row("constraints-in-uv-toml", files={"uv.toml": 'constraint-dependencies = ["b<2"]\n'}),
    Row("sources-of-project", files={"pyproject.toml": PROJECT + '[tool.uv.sources]\nb = { path = "b" }\n'}),
    Row("workspace", files={"pyproject.toml": PROJECT + '[tool.uv.workspace]\nmembers = ["b"]\n[tool.uv]\n' + LOWEST}),
    Row("extra-build-dependencies", files={"uv.toml": '[extra-build-dependencies]\nb = ["c"]\n'}),
    Row("extra-build-variables", files={"uv.toml": '[extra-build-variables]\nb = { X = "1" }\n'}),
    Row(
        "dependency-metadata",
        files={"uv.toml": '[[dependency-metadata]]\nname = "b"\nversion = "1"\nrequires-dist = ["c"]\n'},
    ),
    Row("index-everything", files={"uv.toml": EVERYTHING}),
    Row("index-flat", files={"uv.toml": f'[[index]]\nname = "a"\nurl = "{URL}"\nformat = "flat"\n'}),
    Row("index-relative", files={"uv.toml": '[[index]]\nname = "a"\nurl = "wheels"\nformat = "flat"\n'}),
    Row("find-links-relative", files={"uv.toml": '[pip]\nfind-links = ["wheels"]\n'}),
    Row("find-links-of-parent", files={"../uv.toml": '[pip]\nfind-links = ["wheels"]\n'}),
    Row(
        "config-file",
        "pip install a --config-file mine.toml",
        files={"mine.toml": LOWEST, "uv.toml": HIGHEST, USER: 'prerelease = "allow"\n'},
    ),
    Row("config-file-variable", files={"mine.toml": LOWEST}, env={"UV_CONFIG_FILE": "mine.toml"}),
    Row(
        "config-file-pyproject",
        "pip install a --config-file other/pyproject.toml",
        files={"other/pyproject.toml": "[tool.uv]\n" + LOWEST},
    ),
    Row("no-config", "pip install a --no-config", files={"uv.toml": LOWEST, USER: LOWEST}),
    Row("no-config-variable", files={"uv.toml": LOWEST}, env={"UV_NO_CONFIG": "1"}),
    Row("malformed", files={"uv.toml": "resolution = \n"}),
    Row("unknown-field", files={"uv.toml": "frobnicate = 1\n"}),
    Row("bad-value", files={"uv.toml": 'resolution = "sideways"\n'}),
    Row("wrong-table", files={"uv.toml": "[tool.uv]\n" + LOWEST}),
    Row("malformed-user", files={USER: "resolution = \n"}),
    Row("malformed-pyproject", files={"pyproject.toml": "[tool.uv\n"}),
    Row("required-version", files={"uv.toml": 'required-version = ">=0.1"\n'}),
    Row("required-version-unmet", files={"uv.toml": 'required-version = ">=99"\n'}),
]

FLAGS = [
    Row(flag.replace(" ", "=").lstrip("-") or "no-flag", f"pip install a {flag}")
    for flag in (
        "",
        "--refresh",
        "--refresh-package a --refresh-package b",
        "--refresh --no-refresh",
        "-U",
        "-P a -P b>1",
        "--upgrade --upgrade-package a",
        "--no-upgrade",
        "--reinstall --reinstall-package a",
        "--force-reinstall",
        "--no-reinstall",
        "--pre",
        "--prerelease-package a=allow",
        "--no-build --build",
        "--only-binary :all:",
        "--only-binary a,b --no-binary c",
        "--no-binary :all:",
        "--no-binary :none:",
        "--no-build-isolation --build-isolation",
        "-C a=1 -C a=2 -C b=3",
        "--no-deps --deps",
        "--inexact",
        "--dry-run",
        "--compile",
        "--no-compile",
        "--trusted-host a:80 --allow-insecure-host b",
        "--index a=http://127.0.0.1:1/a --index http://127.0.0.1:1/b",
        "--index http://127.0.0.1:1/a --default-index http://127.0.0.1:1/b --index-url http://127.0.0.1:1/c",
        "--extra-index-url http://127.0.0.1:1/a --extra-index-url http://u:p@127.0.0.1:1/b",
        "-f wheels -f http://127.0.0.1:1/flat",
        "-i http://127.0.0.1:1/simple/",
        "--no-index -f wheels",
        "-r a.txt -r pyproject.toml -c c.txt -c d.txt",
        "--overrides a.txt --excludes b.txt --build-constraints c.txt",
        "--extra a --extra b,c -r pyproject.toml",
        "--all-extras --no-all-extras",
        "-p 3.11",
        "--python .venv",
        "-t out --link-mode=copy",
        "--prefix out",
        "--system --break-system-packages",
        "--require-hashes --no-verify-hashes",
        "--no-require-hashes --verify-hashes",
        "--exclude-newer 2020-01-01",
        "--exclude-newer-package a=2020-01-01 --exclude-newer-package b=false",
        "--offline --no-cache --cache-dir x",
        "--color never --no-progress",
        "--native-tls --no-native-tls",
        "--keyring-provider disabled",
        "--disable-pip-version-check",
        "--no-managed-python",
        "--no-python-downloads",
        "--no-preview",
    )
]

SYNCS = [
    Row(f"sync {flag}".replace(" ", "="), f"pip sync a.txt {flag}")
    for flag in (
        "",
        "b.txt -c c.txt -b d.txt",
        "--extra a --reinstall-package b --refresh-package c",
        "--all-extras --no-all-extras",
        "--allow-empty-requirements",
        "--allow-empty-requirements --no-allow-empty-requirements",
        "--require-hashes --strict",
        "--no-verify-hashes --no-strict",
        "-t out --link-mode copy",
        "--prefix out --compile-bytecode",
        "--system --break-system-packages -p 3.11",
        "--index a=http://127.0.0.1:1/a --default-index http://127.0.0.1:1/b -f wheels",
        "--exclude-newer 2020-01-01 --exclude-newer-package a=2020-01-01",
        "--no-build-isolation --no-sources -C a=1",
        "--only-binary :all: --no-binary b",
        "--no-config",
        "--dry-run --offline",
    )
]

UNINSTALLS = [
    Row(f"uninstall {flag}".replace(" ", "="), f"pip uninstall a {flag}")
    for flag in ("", "b c", "-y", "-r a.txt", "--dry-run", "-t out", "--prefix out", "--system", "-p 3.11", "--offline")
]

READS = [
    Row(line.replace(" ", "="), line)
    for line in (
        "pip list",
        "pip list -e --exclude a --exclude b --format json",
        "pip list --exclude-editable --strict --target out",
        "pip list --no-strict --prefix out --system --format=freeze",
        "pip list --index a=http://127.0.0.1:1/a --default-index http://127.0.0.1:1/b -f wheels --no-index",
        "pip list -i http://127.0.0.1:1/a --extra-index-url http://127.0.0.1:1/b --index-strategy unsafe-best-match",
        "pip list --keyring-provider subprocess --exclude-newer 2020-01-01 --exclude-newer-package a=2020-01-01",
        "pip freeze",
        "pip freeze --exclude-editable --exclude a --strict --path a --path b -p 3.11",
        "pip freeze --target out --no-system",
        "pip show a B_c -f --strict",
        "pip show a --prefix out -p x",
        "pip check",
        "pip check --python-version 3.11 --python-platform linux --system -p x",
    )
]

VARIABLES = [
    Row(f"{name}={value}", env={name: value})
    for name, value in (
        ("UV_INDEX", "a=http://127.0.0.1:1/a http://127.0.0.1:1/b"),
        ("UV_EXTRA_INDEX_URL", "http://127.0.0.1:1/a http://127.0.0.1:1/b"),
        ("UV_FIND_LINKS", "a,b"),
        ("UV_CONSTRAINT", "a.txt b.txt"),
        ("UV_NO_BINARY_PACKAGE", "a b"),
        ("UV_NO_BUILD_PACKAGE", "a b"),
        ("UV_INDEX_URL", ""),
        ("UV_OFFLINE", "0"),
        ("UV_OFFLINE", "yes"),
        ("UV_OFFLINE", ""),
        ("UV_OFFLINE", "perhaps"),
        ("UV_RESOLUTION", "sideways"),
        ("UV_HTTP_TIMEOUT", "soon"),
        ("UV_REQUEST_TIMEOUT", "9"),
        ("HTTP_TIMEOUT", "9"),
        ("UV_CONCURRENT_DOWNLOADS", "0"),
        ("UV_SYSTEM_PYTHON", "0"),
        ("UV_COMPILE_BYTECODE", "0"),
        ("UV_PYTHON_DOWNLOADS", "nonsense"),
        ("UV_NO_MANAGED_PYTHON", "1"),
        ("ALL_PROXY", "http://127.0.0.1:1"),
        ("http_proxy", "http://127.0.0.1:1"),
        ("SSL_CERT_FILE", "/none"),
        ("UV_PREVIEW", "0"),
        ("UV_EXCLUDE_NEWER", "2020-01-01"),
        ("NO_COLOR", "1"),
        ("FORCE_COLOR", "1"),
        ("VIRTUAL_ENV", "/none"),
        ("CONDA_PREFIX", "/none"),
    )
]
