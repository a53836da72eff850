"""What one call decides or knows stays with it; what a Child did is told whatever way it found its environment."""

from __future__ import annotations

import base64
import http.server
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.support.environments import make_venv, site_packages
from tests.support.index import IndexServer
from tests.support.snapshot import installed
from tests.support.worker import Worker

from . import calls

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def proxy() -> Iterator[tuple[int, list[str]]]:
    """A proxy that refuses everything, and the users and passwords that it was shown."""
    shown: list[str] = []

    class Refuses(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = self.headers.get("Proxy-Authorization", "")
            shown.append(base64.b64decode(said.partition(" ")[2]).decode() if said else "")
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuses)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], shown
    server.shutdown()
    server.server_close()


def test_password_of_a_proxy(worker: Worker, venv: Path, tmp_path: Path, proxy: tuple[int, list[str]]) -> None:
    port, shown = proxy
    for password in ("one", "two", "one"):
        config = tmp_path / f"{password}.toml"
        config.write_text(f'http-proxy = "http://user:{password}@127.0.0.1:{port}"\n')
        command = f"pip install --config-file {config} --index-url http://index.invalid/simple/ --python {venv} alpha"
        answer = worker.call(calls.run, command=command)
        assert (answer["route"], answer["exit_code"]) == ("resident", 1), answer
        assert set(shown) == {f"user:{password}"}
        shown.clear()


def fork_in_the_middle(command: str, again: str) -> dict[str, Any]:
    """A process forked while a call holds the environment's lock, which lives on; then another call."""
    calls.start("slow", command)
    time.sleep(0.5)
    child = os.fork()
    if child == 0:
        time.sleep(20)
        os._exit(0)
    try:
        first = calls.outcome("slow", 20)
        began = time.monotonic()
        second = calls.run(again)
        return {"first": first, "second": second, "seconds": time.monotonic() - began}
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def test_lock_does_not_outlive_its_call_in_a_fork(worker: Worker, venv: Path, server: IndexServer) -> None:
    slow = f"pip install --index-url {server.simple('main', 'slow')} --python {venv} alpha==1.0"
    again = f"pip install --python {venv} alpha==2.0"
    told = worker.call(fork_in_the_middle, command=slow, again=again)
    assert told["first"]["exit_code"] == 0, told["first"]
    assert (told["second"]["route"], told["second"]["exit_code"]) == ("resident", 0), told["second"]
    assert told["seconds"] < 5


def test_flag_of_another_program(worker: Worker, venv: Path, tmp_path: Path) -> None:
    """`--dry-run` after `run` belongs to the script."""
    script = tmp_path / "script.py"
    script.write_text("import sys; print(sys.argv[1:])\n")
    answer = worker.call(calls.run, command=f"run --no-project --python {venv} {script} --dry-run")
    assert answer["stdout"].strip() == "['--dry-run']", answer
    assert not answer["dry_run"]


def test_changes_where_only_uv_finds_the_place(worker: Worker, env: dict[str, str], tmp_path: Path) -> None:
    """By a version alone: no path says where."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    venv = make_venv(tmp_path / ".venv", env)
    command = ["pip", "install", "-v", "-p", version, "alpha==1.0"]
    answer = worker.call(calls.run, command=command, cwd=str(tmp_path))
    assert (answer["exit_code"], answer["route"]) == (0, "child"), answer
    assert installed(site_packages(venv)) == {"alpha": "1.0"}
    assert answer["installed"] == [{"name": "alpha", "version": "1.0"}]
