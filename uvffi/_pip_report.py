"""pip's installation report, version "1", of what a command installed.

The specification is https://pip.pypa.io/en/stable/reference/installation-report/. Where a distribution is from the
engine tells (`sources`); its metadata is read from where it was put, or for a dry run from uv's cache; the markers are
the environment's own interpreter's. What none of them says is not guessed: there is no report then.
"""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys

from . import __version__, _markers
from ._ask import ask
from ._core_metadata import as_json
from ._process import uv_version
from .errors import ReportError, UvffiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from ._change import Change
    from ._result import Result

SECONDS = 60  # for an interpreter to tell its markers


def pip_report(result: Result) -> dict[str, Any]:
    """The report, as `json.loads` would give it; see `Result.to_pip_report`."""
    place = place_of(result)
    coming = [change for change in result.changes if change.action != "uninstalled"]
    sources = {source["name"]: source for source in result.answer["sources"]}
    unknown = [change.name for change in coming if change.name not in sources]
    if unknown:
        raise _unavailable(
            f"It isn't known where these were installed from: {', '.join(unknown)}",
            f"uv did it in a process of its own: {result.reason}" if result.reason else "Only an install tells it",
        )
    found = _places(place) if coming and not result.dry_run else {}
    return {
        "version": "1",
        "pip_version": f"uvffi {__version__} (uv {uv_version()})",
        "install": [_item(change, sources[change.name], found) for change in coming],
        "environment": markers_of(place["python"]),
    }


def place_of(result: Result) -> dict[str, str]:
    """The environment that the command was about. Raises what `check` raises, and `ReportError` if there was none."""
    place = result.check().environment
    if place is None:
        raise _unavailable("The command was about no environment", "Reports are of what is installed or removed")
    return place


def markers_of(python: str) -> dict[str, str]:
    """The environment markers of an interpreter."""
    if os.path.realpath(python) == os.path.realpath(sys.executable):
        return _markers.markers()
    # `-I`: nothing of the calling process's own settings counts.
    words = [python, "-I", "-S", "-B", _markers.__file__]
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=True)
        told: dict[str, str] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise _unavailable(f"`{python}` doesn't tell its environment: {error}", "Is it still there?") from error
    return told


def _item(change: Change, source: dict[str, Any], found: dict[str, str]) -> dict[str, Any]:
    if source["archive"] is not None:
        path = next(glob.iglob(os.path.join(glob.escape(source["archive"]), "*.dist-info")), None)
    else:
        path = found.get(change.name)
    return {
        "download_info": _with_hash(source["download_info"]),
        "is_direct": source["is_direct"],
        "is_yanked": source["is_yanked"],
        "requested": source["requested"],
        "metadata": _metadata(change, path),
    }


def _with_hash(download_info: dict[str, Any]) -> dict[str, Any]:
    """With the older spelling of a sum beside the newer, as pip writes it."""
    info = download_info.get("archive_info") or {}
    if "sha256" not in info.get("hashes", {}):
        return download_info
    return {**download_info, "archive_info": {"hash": f"sha256={info['hashes']['sha256']}", **info}}


def _metadata(change: Change, path: str | None) -> dict[str, Any]:
    if path is None:
        raise _gone(change, "it is neither in uv's cache nor installed")
    try:
        with open(os.path.join(path, "METADATA"), encoding="utf-8", errors="replace") as file:
            metadata = as_json(file.read())
    except OSError as error:
        raise _gone(change, str(error)) from error
    if change.version is not None and not _same(metadata.get("version", ""), change.version):
        raise _gone(change, f"`{path}` is of version {metadata.get('version')} now")
    return metadata


def _same(one: str, other: str) -> bool:
    try:
        from packaging.version import InvalidVersion, Version
    except ImportError as error:
        raise _without_packaging() from error
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _places(place: dict[str, str]) -> dict[str, str]:
    """The dist-info directory of each name that is installed."""
    try:
        answer = ask({"query": "packages", "environment": {"python": place["python"]}})
    except UvffiError:
        answer = None
    if answer is not None and answer["environment"]["prefix"] == place["prefix"]:
        return {package["name"]: package["path"] for package in answer["packages"] if package["path"]}
    # A `--target` or `--prefix`, which is no environment of its own.
    return {_name(path): path for folder in _folders(place) for path in _dist_infos(folder)}


def _folders(place: dict[str, str]) -> Iterator[str]:
    minor = ".".join(place["python_version"].split(".")[:2])
    yield place["prefix"]
    for library in ("lib", "lib64", "local/lib"):
        for folder in ("site-packages", "dist-packages"):
            for python in ("python", "pypy"):
                yield os.path.join(place["prefix"], library, python + minor, folder)


def _dist_infos(folder: str) -> list[str]:
    return glob.glob(os.path.join(glob.escape(folder), "*.dist-info"))


def _name(path: str) -> str:
    try:
        from packaging.utils import canonicalize_name
    except ImportError as error:
        raise _without_packaging() from error
    return canonicalize_name(os.path.basename(path)[: -len(".dist-info")].rpartition("-")[0])


def _without_packaging() -> ReportError:
    hint = f"Install it there: `{sys.executable} -m pip install packaging`"
    return _unavailable(f"Reports need the package `packaging`, which is not installed for {sys.executable}", hint)


def _gone(change: Change, why: str) -> ReportError:
    hint = "Ask for the report before something else changes the environment"
    return _unavailable(f"The metadata of {change.name} {change.version} can't be read: {why}", hint)


def _unavailable(message: str, hint: str) -> ReportError:
    return ReportError(message, code="report-unavailable", hints=[hint])
