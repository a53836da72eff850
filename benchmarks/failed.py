"""The one exception by which a contender leaves a case."""

from __future__ import annotations


class Failed(Exception):
    """A contender did not do what it was asked; its cell of the table says so, the others go on."""
