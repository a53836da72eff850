from __future__ import annotations

from ._reply import three

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple

    from ._change import Change
    from ._notice import Notice
    from ._package import Package
    from ._reply import Reply
    from .errors import UvffiError

    _Three = Tuple[int, Tuple[Package, ...], Tuple[Package, ...]]
else:
    _Three = tuple


class Result(_Three):
    """What one command did. Unpacks as three: `rc, installed, removed = result`."""

    _reply: Reply
    _answer: dict[str, Any]
    _imported: list[str]

    def __new__(cls, answer: dict[str, Any]) -> Result:
        self = tuple.__new__(cls, three(answer))
        self._answer = answer
        return self

    @property
    def answer(self) -> dict[str, Any]:
        """The whole answer as the library gave it, this Result's own; its form is `uvffi/schema/result.schema.json`."""
        own = self.__dict__
        if "_answer" in own:
            return self._answer
        # Of two threads that ask first, both get the same.
        answer: dict[str, Any] = own.setdefault("_answer", self._reply.decoded())
        return answer

    @property
    def data(self) -> Any:
        """What a command that reads found, as data; None for all others, and after an error.

        `pip list`: a list of dicts `name`, `version` and, of editable ones, `editable_project_location`. `pip freeze`:
        a list of requirements, each a str. `pip show`: a list of dicts; `pip check`: a dict `checked` and
        `incompatibilities`; `pip tree`: a list of dicts, nested in `dependencies`. `docs/reference.md` and the schema
        have all their members. Of a command that the child answered it is what stands on standard output, where that
        is JSON.
        """
        return self.answer["data"]

    @property
    def exit_code(self) -> int:
        """uv's exit code: 0 success, 1 failure, 2 wrong use."""
        return self[0]

    @property
    def ok(self) -> bool:
        """Whether the exit code is 0."""
        return self[0] == 0

    @property
    def installed(self) -> tuple[Package, ...]:
        """What is there now that was put there: newly, again, or in another version; with the version of now."""
        return self[1]

    @property
    def removed(self) -> tuple[Package, ...]:
        """What was taken away: uninstalled, reinstalled, upgraded or downgraded, with the old version."""
        return self[2]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that changed, package by package; for a dry run, what would change."""
        from ._change import Change

        return tuple([Change(**change) for change in self.answer["changes"]])

    @property
    def stdout(self) -> str:
        """What uv would have printed on standard output, without colour."""
        return str(self.answer["stdout"])

    @property
    def stderr(self) -> str:
        """What uv would have printed on standard error, without colour."""
        return str(self.answer["stderr"])

    @property
    def route(self) -> str:
        """Who answered: `resident`, or `child` for uv in a process of its own."""
        return str(self.answer["route"])

    @property
    def reason(self) -> str | None:
        """Why it was the child, else None."""
        reason: str | None = self.answer["reason"]
        return reason

    @property
    def environment(self) -> dict[str, str] | None:
        """The environment the command was about: `prefix`, `python`, `python_version`; None where it was none."""
        environment: dict[str, str] | None = self.answer["environment"]
        return environment

    @property
    def generation(self) -> int | None:
        """The number of this change in `Environment.history`; None where it changed nothing, or has none."""
        generation: int | None = self.answer["generation"]
        return generation

    @property
    def modules(self) -> tuple[str, ...]:
        """Top-level import names whose files were changed, such as `rich`."""
        return tuple(self.answer["modules"])

    @property
    def restart_needed(self) -> tuple[str, ...]:
        """Of `modules`, those that this interpreter had imported from the environment when the call ended.

        It goes on with the old code of these until it starts anew. Empty unless the environment is this interpreter's
        own, and for a Result that was not made by a call.
        """
        names: list[str] = self.__dict__.get("_imported", [])
        environment = self.environment
        if not names or environment is None:
            return ()
        from ._restart import of_own

        return of_own(names, environment["prefix"])

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What there is to tell beside it: a change of a dead process that was finished or undone, for one."""
        from ._notice import Notice

        return tuple([Notice(**notice) for notice in self.answer["notices"]])

    @property
    def dry_run(self) -> bool:
        return bool(self.answer["dry_run"])

    @property
    def error(self) -> UvffiError | None:
        """What `check` raises; None where the command succeeded."""
        if "_answer" not in self.__dict__ and not self._reply.failed:
            return None
        told = self.answer["error"]
        if told is None:
            return None
        # Most calls of most processes never come here.
        from .errors import CommandError, error_of

        error = error_of(told)
        if isinstance(error, CommandError):
            error.result = self
        return error

    def check(self) -> Result:
        """This result, or raise its error: a `CommandError` or whatever else its code stands for."""
        error = self.error
        if error is not None:
            raise error
        return self

    def to_pip_report(self) -> dict[str, Any]:
        """What was installed, or in a dry run would be, as pip's installation report, version "1".

        Made of what is there when it is called, so call it before something else changes the environment. In the place
        of pip's version it names uvffi's and uv's; `requested_extras` is left out.

        Raises what `check` raises; `ReportError` where the command was about no environment, where uv installed in a
        process of its own (`route` is `child`), which doesn't tell where from, and where metadata is not to be had: a
        dry run has it of what is in uv's cache.
        """
        from ._pip_report import pip_report

        return pip_report(self)

    def to_uv_json(self) -> dict[str, Any]:
        """What changed, or in a dry run would change, in the form of uv's own JSON.

        That of `uv sync --output-format json`, the one command of uv that installs and has such a form (uv calls it a
        preview), without what is about projects. Raises what `check` raises, and `ReportError` where the command was
        about no environment.
        """
        from ._uv_json import uv_json

        return uv_json(self)

    def __reduce__(self) -> tuple[type[Result], tuple[dict[str, Any]]]:
        return (type(self), (self.answer,))

    def __repr__(self) -> str:
        return f"Result(exit_code={self[0]!r}, installed={self[1]!r}, removed={self[2]!r}, route={self.route!r})"


def result_of(reply: Reply) -> Result:
    """A Result that decodes its `answer` when somebody asks for it."""
    result = tuple.__new__(Result, reply.three)
    result._reply = reply
    if reply.modules:
        from ._restart import imported

        # Now: what is imported later has the new code.
        result._imported = imported(reply.modules)
    return result
