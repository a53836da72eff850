"""Wheels made in memory: good ones, and ones broken in a named way."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from typing import Mapping

from .dist import EPOCH, Dist, core_metadata, escaped

FAULTS = (
    "no-metadata",
    "no-wheel-file",
    "no-record",
    "other-name",
    "other-version",
    "bad-requirement",
    "record-hash",
    "not-a-zip",
    "cut-short",
    "escapes",
    "two-dist-infos",
    "wheel-version",
)
"""What `build_wheel(fault=...)` can break."""


def build_wheel(
    name: str,
    version: str,
    requires: tuple[str, ...] = (),
    *,
    extras: tuple[str, ...] = (),
    requires_python: str | None = None,
    files: Mapping[str, str | bytes] | None = None,
    entry_points: str | None = None,
    data: Mapping[str, str | bytes] | None = None,
    tag: str = "py3-none-any",
    executable: tuple[str, ...] = (),
    upload_time: str | None = None,
    yanked: str | bool = False,
    said_sha256: str = "",
    more_metadata: str = "",
    fault: str | None = None,
) -> Dist:
    """A wheel with one module named like the project unless `files` says otherwise.

    `data` holds members of the `.data` folder (`scripts/tool`, `data/share/x`); `executable` names members with mode
    755; `said_sha256` is the hash that the index claims; `more_metadata` follows the usual fields.
    """
    if fault is not None and fault not in FAULTS:
        raise ValueError(f"unknown fault {fault!r}; known: {', '.join(FAULTS)}")
    stem = f"{escaped(name)}-{version}"
    metadata = core_metadata(name, version, requires, extras, requires_python) + more_metadata
    members = _members(name, version, stem, metadata, files, entry_points, data, tag)
    _break_members(members, stem, name, version, fault)
    members[f"{stem}.dist-info/RECORD"] = _record(members, stem, fault)
    if fault == "no-record":
        del members[f"{stem}.dist-info/RECORD"]
    body = _zipped(members, executable)
    if fault == "not-a-zip":
        body = b"this is no archive\n" * 20
    elif fault == "cut-short":
        body = body[: len(body) // 2]
    return Dist(name, version, f"{stem}-{tag}.whl", body, metadata, requires_python, upload_time, yanked, said_sha256)


def _members(
    name: str,
    version: str,
    stem: str,
    metadata: str,
    files: Mapping[str, str | bytes] | None,
    entry_points: str | None,
    data: Mapping[str, str | bytes] | None,
    tag: str,
) -> dict[str, bytes]:
    module = escaped(name)
    if files is None:
        files = {f"{module}/__init__.py": f"VERSION = {version!r}\n\n\ndef main():\n    print({name!r}, VERSION)\n"}
    members = {path: _bytes(content) for path, content in files.items()}
    for path, content in (data or {}).items():
        members[f"{stem}.data/{path}"] = _bytes(content)
    members[f"{stem}.dist-info/METADATA"] = metadata.encode()
    members[f"{stem}.dist-info/WHEEL"] = _wheel_file(tag).encode()
    if entry_points is not None:
        members[f"{stem}.dist-info/entry_points.txt"] = entry_points.encode()
    return members


def _break_members(members: dict[str, bytes], stem: str, name: str, version: str, fault: str | None) -> None:
    metadata = f"{stem}.dist-info/METADATA"
    if fault == "no-metadata":
        del members[metadata]
    elif fault == "no-wheel-file":
        del members[f"{stem}.dist-info/WHEEL"]
    elif fault == "other-name":
        members[metadata] = core_metadata("somebody-else", version).encode()
    elif fault == "other-version":
        members[metadata] = core_metadata(name, "77").encode()
    elif fault == "bad-requirement":
        members[metadata] = core_metadata(name, version, ("alpha ~~ 1",)).encode()
    elif fault == "escapes":
        members["../outside.py"] = b"ESCAPED = True\n"
    elif fault == "two-dist-infos":
        members["other-9.dist-info/METADATA"] = core_metadata("other", "9").encode()
    elif fault == "wheel-version":
        members[f"{stem}.dist-info/WHEEL"] = _wheel_file("py3-none-any").replace("1.0", "9.0", 1).encode()


def _wheel_file(tag: str) -> str:
    pythons, abis, platforms = tag.split("-")
    tags = [f"{p}-{a}-{f}" for p in pythons.split(".") for a in abis.split(".") for f in platforms.split(".")]
    lines = ["Wheel-Version: 1.0", "Generator: tests", f"Root-Is-Purelib: {str(abis == 'none').lower()}"]
    return "\n".join(lines + [f"Tag: {one}" for one in tags]) + "\n"


def _record(members: Mapping[str, bytes], stem: str, fault: str | None) -> bytes:
    rows = []
    for path, content in members.items():
        if fault == "record-hash" and path.endswith("__init__.py"):
            content = content + b"# not what is in the archive\n"
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(content)}")
    return "\n".join([*rows, f"{stem}.dist-info/RECORD,,"]).encode() + b"\n"


def _zipped(members: Mapping[str, bytes], executable: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            info = zipfile.ZipInfo(path, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if path in executable else 0o100644) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
