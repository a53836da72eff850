"""A loopback package index, well behaved or troubled as the URL asks.

`<base>/<index>/simple/` is a good index; `<base>/<index>~auth+html/simple/` is the same one with the modes `auth` and
`html`. The modes stand in the URL, so the server keeps no state between requests and both twins can ask it at once.

    401 403 404 429 500 503    every answer has this status      files-500 ...   only files have it
    auth       basic credentials user:secret are needed          html            no JSON
    no-meta    no PEP 658 metadata                               no-range        no partial downloads
    no-hash    no hashes                                         wrong-hash      hashes of something else
    no-date    no upload times                                   no-store        answers may not be cached
    max-age-5  pages may for 5 s, any number (else 600)          age-5           pages are 5 s old, any number
    no-cache   pages only if asked about again each time         pages-no-store  pages may not
    slow       0.3 s before each answer                          hang            never an answer
    cut        half of each file, then the connection ends       garbage         project pages are no pages
    redirect   everything is at the plain index                  stall           half of each file, and no more
"""

from __future__ import annotations

import base64
import re
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Iterable

from . import pages
from .dist import Dist

CREDENTIALS = "user:secret"
SLOW = 0.3
HANG = 60.0
PATH = re.compile(r"^/(?P<index>[a-z0-9-]+)(?:~(?P<modes>[a-z0-9+-]+))?/(?P<rest>.*)$")


class IndexServer:
    """Serves named indexes on 127.0.0.1 until `close`; `requests` is the log of (method, path)."""

    def __init__(self) -> None:
        self.dists: dict[str, dict[str, list[Dist]]] = defaultdict(lambda: defaultdict(list))
        self.files: dict[str, dict[str, Dist]] = defaultdict(dict)
        self.requests: list[tuple[str, str]] = []
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.index = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def add(self, index: str, dists: Iterable[Dist]) -> None:
        """Offers the distributions on the index of that name."""
        for dist in dists:
            self.dists[index][normalised(dist.name)].append(dist)
            self.files[index][dist.filename] = dist

    def simple(self, index: str, *modes: str) -> str:
        """The URL of an index, with these modes."""
        suffix = "~" + "+".join(modes) if modes else ""
        return f"{self.base}/{index}{suffix}/simple/"

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def normalised(name: str) -> str:
    """A project's name as PEP 503 spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    index: IndexServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what the tests ask for; it is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server
    modes: frozenset[str] = frozenset()

    def log_message(self, format: str, *args: object) -> None:
        """The log is `IndexServer.requests`; nothing is printed."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        index = self.server.index
        index.requests.append((self.command, self.path))
        match = PATH.match(self.path)
        if match is None or match["index"] not in index.dists:
            return self._send(404, b"no such index", "text/plain")
        self.modes = frozenset(filter(None, (match["modes"] or "").split("+")))
        if self._troubled(match["index"], match["rest"]):
            return None
        return self._route(match["index"], match["rest"])

    def _troubled(self, name: str, rest: str) -> bool:
        """Answers as the modes want, if they want something that needs no look at what was asked for."""
        is_file = rest.startswith("files/")
        if "hang" in self.modes:
            self.server.index.closing.wait(HANG)
            self.close_connection = True
            return True
        if "slow" in self.modes:
            self.server.index.closing.wait(SLOW)
        status = next((mode for mode in self.modes if mode.isdigit()), None)
        if status is None and is_file:
            status = next((mode[6:] for mode in self.modes if mode.startswith("files-")), None)
        if status is not None:
            self._send(int(status), b"as asked", "text/plain")
            return True
        if "auth" in self.modes and not self._authorised():
            self._send(401, b"who are you", "text/plain", {"WWW-Authenticate": 'Basic realm="index"'})
            return True
        if "redirect" in self.modes:
            self._send(302, b"", "text/plain", {"Location": f"/{name}/{rest}"})
            return True
        return False

    def _authorised(self) -> bool:
        expected = "Basic " + base64.b64encode(CREDENTIALS.encode()).decode()
        return self.headers.get("Authorization") == expected

    def _route(self, name: str, rest: str) -> None:
        index = self.server.index
        if rest.startswith("simple/") and rest.count("/") == 2 and rest.endswith("/"):
            return self._project(name, rest.split("/")[1])
        if rest == "flat/":
            everything = [dist for dists in index.dists[name].values() for dist in dists]
            return self._send(200, pages.flat_html(everything, self.modes), pages.HTML_TYPE)
        if rest.startswith("files/"):
            filename = rest[len("files/") :]
            if filename.endswith(".metadata") and (dist := index.files[name].get(filename[: -len(".metadata")])):
                if "no-meta" not in self.modes:
                    return self._send(200, dist.metadata.encode(), "application/octet-stream")
            elif filename in index.files[name]:
                return self._file(index.files[name][filename].data)
        return self._send(404, b"not here", "text/plain")

    def _project(self, name: str, project: str) -> None:
        dists = self.server.index.dists[name].get(project)
        if dists is None:
            return self._send(404, b"no such project", "text/plain")
        if "garbage" in self.modes:
            return self._send(200, b"<<{{ not a page", pages.JSON_TYPE)
        if "html" in self.modes or pages.JSON_TYPE not in self.headers.get("Accept", ""):
            return self._send(200, pages.project_html(project, dists, self.modes), pages.HTML_TYPE)
        return self._send(200, pages.project_json(project, dists, self.modes), pages.JSON_TYPE)

    def _file(self, data: bytes) -> None:
        wanted = re.match(r"bytes=(\d*)-(\d*)$", self.headers.get("Range", ""))
        if wanted and "no-range" not in self.modes:
            first, last = wanted.groups()
            start = int(first) if first else max(0, len(data) - int(last))
            end = min(int(last), len(data) - 1) if first and last else len(data) - 1
            where = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
            return self._send(206, data[start : end + 1], "application/octet-stream", where)
        cut = not self.modes.isdisjoint(("cut", "stall"))
        return self._send(200, data, "application/octet-stream", cut=cut)

    def _send(
        self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None, *, cut: bool = False
    ) -> None:
        tag = f'"{hash(body) & 0xFFFFFFFF:08x}"'
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        if status in (200, 206, 304):
            self._send_freshness()
            self.send_header("ETag", tag)
        if "no-range" not in self.modes:
            self.send_header("Accept-Ranges", "bytes")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body[: len(body) // 2] if cut else body)
        self.wfile.flush()
        if cut:
            if "stall" in self.modes:
                self.server.index.closing.wait(HANG)
            self.close_connection = True

    def _send_freshness(self) -> None:
        """How long the answer may be kept. What is said of pages alone leaves files as they are."""
        pages = self.modes if "/simple/" in self.path else frozenset()
        numbers = {name: number for name, _, number in (mode.rpartition("-") for mode in pages)}
        kept = f"max-age={numbers.get('max-age', '600')}"
        if "no-store" in self.modes or "pages-no-store" in pages:
            kept = "no-store"
        elif "no-cache" in pages:
            kept = "no-cache"
        self.send_header("Cache-Control", kept)
        if "age" in numbers:
            self.send_header("Age", numbers["age"])
