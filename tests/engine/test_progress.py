"""The ready-made progress bar."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from tests.support.index import IndexServer
from tests.support.worker import Worker

from .waiting import install

pytestmark = pytest.mark.timeout(90)


def drawn(environment: str, index: str) -> list[str]:
    """In the worker: what the ready-made display shows, and that it wants to be entered."""
    import io

    from rich.console import Console

    import uvffi
    from uvffi.progress import RichProgress

    env = uvffi.Environment(environment)
    texts = []
    with pytest.raises(RuntimeError, match="in a block"):
        env.install("lonely", progress=RichProgress(), no_cache=True)
    works: list[Callable[[Any], object]] = [
        lambda bar: env.install("beta", index_url=index, no_cache=True, progress=bar),
        lambda bar: uvffi.run(install(environment, index, "no-such-thing"), progress=bar),
    ]
    for work in works:
        screen = io.StringIO()
        with RichProgress(console=Console(file=screen, force_terminal=True, width=100)) as bar:
            work(bar)
        texts.append(screen.getvalue())
    return texts


def test_rich_display(worker: Worker, venv: Path, server: IndexServer) -> None:
    pytest.importorskip("rich")
    good, bad = worker.call(drawn, environment=str(venv), index=server.simple("main"))
    for name in ("alpha", "beta"):
        assert name in good
    assert "resolving" in bad
    # The cursor is shown again.
    assert good.endswith("\x1b[?25h")
    assert bad.endswith("\x1b[?25h")


def built() -> list[str]:
    """In the worker: what is on the screen once a build, and then a download, are over."""
    import io

    from rich.console import Console

    from uvffi import Building, Built, Downloaded, Downloading, Progress
    from uvffi.progress import RichProgress

    ways = [
        [Building(1, "tree 1.0"), Built(1, "tree 1.0")],
        [Downloading(1, "alpha", 2000), Progress(1, 2000), Downloaded(1, "alpha")],
    ]
    texts = []
    for events in ways:
        screen = io.StringIO()
        # Not a terminal: the state at the end alone is drawn.
        with RichProgress(console=Console(file=screen, width=100)) as bar:
            for event in events:
                bar(event)
        texts.append(screen.getvalue())
    return texts


def test_a_build_has_no_bytes(worker: Worker) -> None:
    pytest.importorskip("rich")
    build, download = worker.call(built)
    assert "built tree 1.0" in build and "bytes" not in build
    assert "alpha" in download and "2.0/2.0 kB" in download


def test_without_rich(worker: Worker) -> None:
    assert "pip install rich" in worker.call(without_rich)


def without_rich() -> str:
    """In the worker: what is said where rich is not installed."""
    import sys

    kept = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "rich"}
    for name in kept:
        del sys.modules[name]
    sys.modules.pop("uvffi.progress", None)
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        import uvffi.progress  # noqa: F401
    except ImportError as error:
        return str(error)
    finally:
        del sys.modules["rich"]
        sys.modules.update(kept)
    return "it was imported"
