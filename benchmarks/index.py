"""A package index on loopback: PEP 691 pages and PEP 658 metadata for the wheels of one folder.

Runs in a process of its own (`python -m benchmarks.index FOLDER`), prints its address, and ends when its
standard input closes, so that it never outlives the run.
"""

from __future__ import annotations

import hashlib
import json
import re
import socketserver
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

SIMPLE = "application/vnd.pypi.simple.v1+json"
FRESHNESS = "max-age=600"  # the default index's own figure


class Page:
    """One answer, made when the server starts, so that serving costs as little as possible."""

    def __init__(self, body: bytes, content_type: str, cache_control: str) -> None:
        self.body = body
        self.etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        self.head = (
            f"Content-Type: {content_type}\r\nCache-Control: {cache_control}\r\nETag: {self.etag}\r\nVary: Accept\r\n"
        )


def normalise(name: str) -> str:
    """A project's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def core_metadata(wheel: Path) -> bytes:
    """The METADATA file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.count("/") == 1 and name.endswith(".dist-info/METADATA"):
                return archive.read(name)
    raise ValueError(f"{wheel.name} has no METADATA; delete it and run again to fetch it anew")


def pages(folder: Path) -> dict[str, Page]:
    """Every address that the index answers."""
    answers: dict[str, Page] = {}
    projects: dict[str, list[dict[str, object]]] = {}
    immutable = "max-age=365000000, immutable"
    for wheel in sorted(folder.glob("*.whl")):
        body, metadata = wheel.read_bytes(), core_metadata(wheel)
        requires = re.search(rb"^Requires-Python: (.+)$", metadata, re.MULTILINE)
        link: dict[str, object] = {
            "filename": wheel.name,
            "url": f"/files/{wheel.name}",
            "hashes": {"sha256": hashlib.sha256(body).hexdigest()},
            "size": len(body),
            "upload-time": "2026-01-01T00:00:00.000000Z",
            "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
        }
        if requires is not None:
            link["requires-python"] = requires.group(1).decode().strip()
        projects.setdefault(normalise(wheel.name.split("-")[0]), []).append(link)
        answers[f"/files/{wheel.name}"] = Page(body, "application/octet-stream", immutable)
        answers[f"/files/{wheel.name}.metadata"] = Page(metadata, "application/octet-stream", immutable)
    for name, files in projects.items():
        versions = sorted({str(link["filename"]).split("-")[1] for link in files})
        page = {"meta": {"api-version": "1.1"}, "name": name, "files": files, "versions": versions}
        answers[f"/simple/{name}/"] = Page(json.dumps(page).encode(), SIMPLE, FRESHNESS)
    return answers


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, ranges apart (uv asks for none where metadata is served)."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    answers: ClassVar[dict[str, Page]] = {}

    def do_GET(self) -> None:
        """One answer in one write: two would wait for each other's acknowledgement."""
        page = self.answers.get(self.path)
        if page is None:
            self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        elif self.headers.get("If-None-Match") == page.etag:
            self.wfile.write(f"HTTP/1.1 304 Not Modified\r\n{page.head}\r\n".encode())
        else:
            head = f"HTTP/1.1 200 OK\r\n{page.head}Content-Length: {len(page.body)}\r\n\r\n".encode()
            self.wfile.write(head if self.command == "HEAD" else head + page.body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the measured programs share the terminal's machine."""


def main() -> None:
    """Serves the folder named on the command line until standard input closes."""
    Handler.answers = pages(Path(sys.argv[1]))
    socketserver.TCPServer.allow_reuse_address = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}/simple/\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
