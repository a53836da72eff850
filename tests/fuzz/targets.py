"""The targets by their names, in the order in which all are taken."""

from __future__ import annotations

from typing import Callable

from hypothesis.strategies import SearchStrategy

from . import delta, journals, metadata, names, records, requests, words
from .case import Case

TARGETS: dict[str, Callable[[], SearchStrategy[Case]]] = {
    "request": requests.cases,
    "words": words.cases,
    "delta": delta.cases,
    "record": records.cases,
    "metadata": metadata.cases,
    "names": names.cases,
    "journal": journals.cases,
}
