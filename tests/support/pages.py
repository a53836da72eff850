"""What an index answers: project pages in JSON (PEP 691) and HTML (PEP 503), and a flat page for `--find-links`."""

from __future__ import annotations

import html
import json
from typing import Collection, Iterable

from .dist import Dist

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "text/html"


def project_json(name: str, dists: Iterable[Dist], modes: Collection[str]) -> bytes:
    """A project page as PEP 691 has it, with PEP 658 metadata and PEP 700 upload times."""
    offered = list(dists)
    files = [_file(dist, modes) for dist in offered]
    page = {
        "meta": {"api-version": "1.1"},
        "name": name,
        "versions": sorted({dist.version for dist in offered}),
        "files": files,
    }
    return json.dumps(page).encode()


def project_html(name: str, dists: Iterable[Dist], modes: Collection[str]) -> bytes:
    """A project page as PEP 503 has it."""
    links = "\n".join(_link(dist, modes, "../../files/") for dist in dists)
    return f"<!DOCTYPE html><html><body><h1>Links for {html.escape(name)}</h1>\n{links}\n</body></html>".encode()


def flat_html(dists: Iterable[Dist], modes: Collection[str]) -> bytes:
    """A page of links to files of any project."""
    links = "\n".join(_link(dist, modes, "../files/") for dist in dists)
    return f"<!DOCTYPE html><html><body>\n{links}\n</body></html>".encode()


def claimed_sha256(dist: Dist, modes: Collection[str]) -> str | None:
    """The hash that the index says the file has."""
    if "no-hash" in modes:
        return None
    return "0" * 64 if "wrong-hash" in modes else dist.sha256


def _file(dist: Dist, modes: Collection[str]) -> dict[str, object]:
    sha256 = claimed_sha256(dist, modes)
    entry: dict[str, object] = {
        "filename": dist.filename,
        "url": f"../../files/{dist.filename}",
        "hashes": {"sha256": sha256} if sha256 else {},
        "size": len(dist.data),
        "yanked": dist.yanked,
    }
    if dist.requires_python:
        entry["requires-python"] = dist.requires_python
    if dist.upload_time and "no-date" not in modes:
        entry["upload-time"] = dist.upload_time
    if dist.is_wheel and "no-meta" not in modes:
        entry["core-metadata"] = {"sha256": dist.metadata_sha256}
    return entry


def _link(dist: Dist, modes: Collection[str], base: str) -> str:
    sha256 = claimed_sha256(dist, modes)
    attributes = ""
    if dist.requires_python:
        attributes += f' data-requires-python="{html.escape(dist.requires_python)}"'
    if dist.yanked:
        attributes += f' data-yanked="{html.escape(dist.yanked if isinstance(dist.yanked, str) else "")}"'
    if dist.is_wheel and "no-meta" not in modes:
        attributes += f' data-core-metadata="sha256={dist.metadata_sha256}"'
    fragment = f"#sha256={sha256}" if sha256 else ""
    return f'<a href="{base}{dist.filename}{fragment}"{attributes}>{dist.filename}</a><br>'
