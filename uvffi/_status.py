from __future__ import annotations

from ._ask import ask
from ._watching import process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator

    _Data = Dict[str, Any]
else:
    _Data = dict


class Status(_Data):
    """How the engine of this process is doing: a dict for programs, and an overview for people (`print(status())`).

    - `process`, `warm`, `child_only`: its number, whether the engine has begun, and why it answers nothing, if so
    - `answers`: `resident` and `child` (by whom); of the resident ones, `remembered` (given at the first look) and
      `proved` (given after some of it was looked at again); `relisted` and `reread`: directories and distributions read
      again in all
    - `child`: how many commands went to a `plain` process and how many to `forks` of the server; the `server`: `none`,
      `starting`, `ready` with its `process`, `given up`; how many were `begun`; the last `trouble` with one, if any
    - `epoch`, `generation`: grow when all that was known is dropped, and with each change that was seen
    - `roots`: of each site-packages directory known: `path`, `epoch`, `generation`, `distributions`
    - `verdicts`: remembered answers: `held`, their `bytes`, `evicted` for room
    - `descriptors`: `held`, their `limit`, `lost` to somebody who closed them
    - `mounts`: `watched`, or `unknown` where the system doesn't tell of new mounts
    - `memory`: `resident_bytes` of the whole process; `environments`, `http_clients`: how many are kept
    - `paranoid`: `on` with `UVFFI_PARANOID=1`; answers `compared`, `differences`, and the `last` of these
    - `trace`: what is told of calls: the `file`, the `filter`, `records` (whether `logging` is told), how many of these
      are `waiting` and were `lost`, the `trouble` with the file
    - `last_trouble`: what happened last to the engine's means, else None
    - `watcher`: `state` (`off`, `watching`, `polling`, `dead`) and its `reason`; `roots` that are watched;
      `debounce_ms`; `readers`: how many there are; `batches` of news so far; `last_trouble`

    Keys may come and go with releases.
    """

    __slots__ = ()

    def __str__(self) -> str:
        rows = list(self._rows())
        width = max([len(title) for title, _ in rows], default=0)
        return "\n".join([f"{title:<{width}}  {text}".rstrip() for title, text in rows])

    def _rows(self) -> Iterator[tuple[str, str]]:
        """Title and text, line by line; what the engine doesn't tell of is left out."""
        about = self.get("child_only")
        warm = "warm" if self.get("warm") else "not begun"
        yield "engine", f"process {self.get('process')}, {f'answers nothing itself: {about}' if about else warm}"
        for title, key, show in (
            ("answers", "answers", _answers),
            ("", "answers", _looks),
            ("child", "child", _child),
            ("verdicts", "verdicts", _verdicts),
            ("descriptors", "descriptors", _descriptors),
        ):
            if self.get(key):
                yield title, show(self[key])
        roots = self.get("roots") or []
        longest = max([len(root["path"]) for root in roots], default=0)
        for at, root in enumerate(roots):
            yield "" if at else "roots", _root(root, longest)
        if self.get("watcher"):
            yield from _watcher(self["watcher"])
        if self.get("memory"):
            yield "memory", f"{size(self['memory']['resident_bytes'])} resident"
        paranoid = self.get("paranoid") or {}
        if paranoid.get("on"):
            yield "paranoid", f"{paranoid['compared']:,} compared, {paranoid['differences']:,} differences"
        trace = self.get("trace") or {}
        if trace.get("file") or trace.get("records") or trace.get("trouble"):
            to = [trace["file"] or "", "logging" if trace["records"] else "", trace["trouble"] or ""]
            yield "trace", "; ".join(filter(None, to))
        yield "trouble", self.get("last_trouble") or "none"


def status() -> Status:
    """What the engine keeps, how it answered so far, and whether anything is wrong: see `Status`."""
    data = ask({"query": "status"})
    data["watcher"] = process.state()
    return Status(data)


def _answers(told: dict[str, int]) -> str:
    text = f"{told['resident']:,} resident, {told['child']:,} in the Child"
    if "remembered" in told:
        text += f"; {told['remembered']:,} remembered, {told['proved']:,} proved anew"
    return text


def _looks(told: dict[str, int]) -> str:
    relisted, reread = told.get("relisted", 0), told.get("reread", 0)
    return f"{_count(relisted, 'directory')} listed again, {_count(reread, 'distribution')} read again"


def _child(told: dict[str, Any]) -> str:
    text = f"{told['plain']:,} in plain processes, {told['forks']:,} in forks; server {told['server']}"
    if told["process"] is not None:
        text += f" (process {told['process']})"
    return text


def _verdicts(told: dict[str, int]) -> str:
    return f"{told['held']:,} held ({size(told['bytes'])}), {told['evicted']:,} evicted"


def _descriptors(told: dict[str, int]) -> str:
    return f"{told['held']:,} of at most {told['limit']:,}, {told['lost']:,} lost"


def _root(root: dict[str, Any], width: int) -> str:
    facts = f"epoch {root['epoch']}, generation {root['generation']:,}"
    facts += f", {_count(root['distributions'], 'distribution')}"
    return f"{root['path']:<{width}}  {facts}"


def _watcher(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    text = str(told["state"])
    if told["state"] in ("watching", "polling"):
        directories, readers = _count(len(told["roots"]), "directory"), _count(told["readers"], "reader")
        text += f" {directories} for {readers}, {told['batches']:,} times news"
        if told["debounce_ms"] is not None:
            text += f", debounce {told['debounce_ms']} ms"
    yield "watcher", text
    if told["reason"]:
        yield "", str(told["reason"])
    if told["last_trouble"] and told["last_trouble"] != told["reason"]:
        yield "", f"last trouble: {told['last_trouble']}"


def _count(number: int, thing: str) -> str:
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {thing[:-1]}ies" if thing.endswith("y") else f"{number:,} {thing}s"


def size(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1_000_000:,.1f} MB" if count >= 100_000 else f"{count / 1_000:,.1f} kB"
