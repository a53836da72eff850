"""METADATA of a distribution as JSON, by the rules of PEP 566."""

from __future__ import annotations

from email.parser import HeaderParser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ONCE = (
    *("Metadata-Version", "Name", "Version", "Summary", "Description", "Description-Content-Type", "Keywords"),
    *("Home-page", "Download-URL", "Author", "Author-email", "Maintainer", "Maintainer-email", "License"),
    *("License-Expression", "Requires-Python"),
)
OFTEN = (
    *("Dynamic", "Platform", "Supported-Platform", "License-File", "Classifier", "Requires-Dist", "Requires-External"),
    *("Project-URL", "Provides-Extra", "Provides-Dist", "Obsoletes-Dist", "Import-Name", "Import-Namespace"),
)


def as_json(text: str) -> dict[str, Any]:
    """The fields of core metadata that are there; what stands below them is `description`."""
    message = HeaderParser().parsestr(text)
    found: dict[str, Any] = {}
    for field in ONCE:
        value = message.get(field)
        if value is not None:
            found[_key(field)] = _keywords(value) if field == "Keywords" else str(value)
    for field in OFTEN:
        values = message.get_all(field)
        if values:
            found[_key(field)] = [str(value) for value in values]
    body = message.get_payload()
    if body:
        found["description"] = body
    return found


def _key(field: str) -> str:
    return field.lower().replace("-", "_")


def _keywords(value: str) -> list[str]:
    return [word.strip() for word in value.split(",")] if "," in value else value.split()
