"""What a command did in the form in which uv reports JSON.

Of uv 0.12.5's commands that install, only `uv sync --output-format json` has such a report, and calls its form a
preview. This is that form without what is about a project: `target`, `project` and `lock`. As there, a version that
takes another's place is two changes, the old one's `uninstalled` first; so is, in a dry run, the same version that
would have to be fetched.
"""

from __future__ import annotations

from ._pip_report import markers_of, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from ._change import Change
    from ._result import Result


def uv_json(result: Result) -> dict[str, Any]:
    """The report, as `json.loads` would give it; see `Result.to_uv_json`."""
    place = place_of(result)
    python = {
        "path": place["python"],
        "version": place["python_version"],
        "implementation": markers_of(place["python"])["implementation_name"],
    }
    fetched = {source["name"] for source in result.answer["sources"] if result.dry_run and source["archive"] is None}
    return {
        "schema": {"version": "preview"},
        "sync": {
            "environment": {"path": place["prefix"], "python": python},
            # No command of `uv pip` makes an environment.
            "action": "check",
            "changes": [told for change in result.changes for told in _changes(change, change.name in fetched)],
        },
        "dry_run": result.dry_run,
    }


def _changes(change: Change, fetched: bool) -> Iterator[dict[str, str]]:
    if change.action in ("upgraded", "downgraded") or (change.action == "reinstalled" and fetched):
        yield _told(change.name, change.previous_version, "uninstalled")
        yield _told(change.name, change.version, "installed")
    else:
        yield _told(change.name, change.version or change.previous_version, change.action)


def _told(name: str, version: str | None, action: str) -> dict[str, str]:
    # As uv, which leaves out a version that only a build will tell.
    return {"name": name, **({} if version is None else {"version": version}), "action": action}
