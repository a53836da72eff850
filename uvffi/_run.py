from __future__ import annotations

from . import _wait
from ._codec import encode
from ._given import path
from ._reply import Reply, known
from ._result import result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any, Callable, Mapping, Sequence, Union

    from ._event import Event
    from ._result import Result

    Progress = Callable[[Event], object]
    Command = Union[str, Sequence[Union[str, "os.PathLike[str]"]]]


def run(
    command: Command,
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    progress: Progress | None = None,
    timeout: float | None = None,
) -> Result:
    """Run one uv command and return what it did: `rc, installed, removed = uvffi.run("pip install rich")`.

    `command` is what would follow `uv` on a command line: a text, split as a POSIX shell splits words (nothing is
    expanded), or a sequence of words, each taken as it is. `cwd` and `env` (the whole environment, not additions)
    default to the process's own; giving others sends the command to a process of its own. `stdin` is what the command
    reads: nothing by default, the process's own standard input for `"inherit"`, else that text.

    `progress` is called with each `Event` as it comes, in this thread; what it raises cancels the command and goes on.
    After `timeout` seconds the command is cancelled, and the result's error is a `TimedOutError`. What is cancelled
    changes nothing, but for the Child; a change that is being committed by then is finished, and is the result. Ctrl-C
    cancels in the same way.

    A command that fails is a `Result` like any other, with uv's exit code and text; `Result.check()` raises. Only what
    is no command at all raises here: `RequestError` (a `ValueError`) for an unbalanced quote or text that is not
    UTF-8, `TypeError` for words that are neither `str` nor paths. Thread-safe; the GIL is released meanwhile.
    """
    text = request_text(command, cwd, env, stdin)
    if progress is not None or timeout is not None:
        from ._follow import follow

        return follow(text, progress, timeout)
    told = _wait.run(to_bytes(text))
    # Only what may be remembered is worth remembering here: another environment makes a long request, with secrets.
    reply = known(text, told) if cwd is None and env is None and stdin is None else Reply(told)
    result = result_of(reply)
    if reply.failed:
        raise_for_request(result)
    return result


def raise_for_request(result: Result) -> None:
    """Raise the error of what is no command at all; that of a command stays in its result."""
    from .errors import RequestError

    error = result.error
    if isinstance(error, RequestError):
        raise error


def perform(
    words: list[str],
    *,
    durable: bool | None = None,
    expect: str | None = None,
    progress: Progress | None = None,
    timeout: float | None = None,
    spent: float = 0.0,
) -> Result:
    """Run a command that may change an environment; raises as `Result.check` does.

    `durable` None leaves it to `UVFFI_DURABLE`; `expect` is the digest of the one plan that may be carried out;
    `progress` and `timeout` are as in `run`; `spent`: what of the timeout is over already.
    """
    text = change_text(words, durable, expect)
    if progress is not None or timeout is not None:
        from ._follow import follow

        return follow(text, progress, timeout, spent).check()
    return result_of(known(text, _wait.run(to_bytes(text)))).check()


def change_text(words: list[str], durable: bool | None = None, expect: str | None = None) -> str:
    """The request of `perform`."""
    request: dict[str, Any] = {"argv": words}
    if durable is not None:
        request["durable"] = durable
    if expect is not None:
        request["expect"] = expect
    return encode(request)


def request_text(
    command: Command,
    cwd: str | os.PathLike[str] | None,
    env: Mapping[str, str] | None,
    stdin: str | None,
) -> str:
    """The request of `run`: a command line as it is, or JSON."""
    if command == "":
        raise _nothing()
    if cwd is None and env is None and stdin is None:
        return command if isinstance(command, str) else encode({"argv": _argv(command)})
    return encode(_request(command, cwd, env, stdin))


def to_bytes(text: str) -> bytes:
    """A request as the ABI takes it."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        from .errors import RequestError

        raise RequestError(
            f"The request can't be written as UTF-8: {error}",
            code="bad-utf8",
            hints=["Names of files that are not UTF-8 can't be given to uv"],
        ) from error


def _nothing() -> Exception:
    from .errors import RequestError

    return RequestError(
        "No command was given: the text is empty",
        code="bad-length",
        hints=["Give what would follow `uv` on a command line, such as `pip list`"],
    )


def _request(
    command: Command,
    cwd: str | os.PathLike[str] | None,
    env: Mapping[str, str] | None,
    stdin: str | None,
) -> dict[str, Any]:
    request: dict[str, Any] = {"argv": _argv(command)}
    if cwd is not None:
        request["cwd"] = _word(cwd)
    if env is not None:
        request["env"] = {str(name): str(value) for name, value in env.items()}
    if stdin is not None:
        if not isinstance(stdin, str):
            raise TypeError(f"stdin must be a str, not {type(stdin).__name__}")
        request["stdin"] = stdin
    return request


def _argv(command: Command) -> list[str]:
    if isinstance(command, str):
        from ._words import split

        return split(command)
    if isinstance(command, bytes) or not hasattr(command, "__iter__"):
        found = "None" if command is None else type(command).__name__
        raise TypeError(f"a command must be a str or a sequence of words, such as ['pip', 'list'], not {found}")
    return [word if type(word) is str else _word(word) for word in command]


def _word(word: object) -> str:
    return path("a word of a command", word)
