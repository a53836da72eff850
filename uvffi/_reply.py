from __future__ import annotations

from ._codec import decode
from ._package import Package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    _Three = tuple[int, tuple[Package, ...], tuple[Package, ...]]


class Reply:
    """An answer of `uvffi_run` as it crossed the ABI, and what every `Result` of it starts from.

    All of it follows from the text and nothing in it can be changed, so any number of Results can share one.
    """

    __slots__ = ("failed", "modules", "text", "three")

    text: bytes
    three: _Three
    failed: bool
    modules: tuple[str, ...]

    def __init__(self, text: bytes) -> None:
        self.text = text
        data = self.decoded()
        self.three = three(data)
        self.failed = data["error"] is not None
        self.modules = tuple(data["modules"])

    def decoded(self) -> dict[str, Any]:
        """The whole answer, anew with each call: whoever has it may change it."""
        data: dict[str, Any] = decode(self.text.decode("utf-8"))
        return data


def three(data: dict[str, Any]) -> _Three:
    """What a `Result` unpacks as."""
    return (data["exit_code"], _packages(data["installed"]), _packages(data["removed"]))


def _packages(told: list[dict[str, str]]) -> tuple[Package, ...]:
    return tuple([Package(one["name"], one["version"]) for one in told])


# The last reply to each of the last requests. It saves decoding a text that is the same again, byte by byte; whether
# an answer still holds is the engine's to say, which gave it.
_known: dict[str, Reply] = {}
_REQUESTS = 512
_BYTES = 8192


def known(request: str, text: bytes) -> Reply:
    """The reply with this text, decoded only if the same request had another one before."""
    reply = _known.get(request)
    if reply is None or reply.text != text:
        reply = Reply(text)
        if len(text) + len(request) <= _BYTES:
            if len(_known) >= _REQUESTS:
                _known.clear()
            _known[request] = reply
    return reply
