"""Which of the interpreters in this process this is.

The engine is one for the process, and so is its end: a sub-interpreter that ended would end it for all. cffi itself
can't be loaded in those that have a GIL of their own.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MODULE = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
"""Where CPython tells. Other Pythons have no sub-interpreters."""


def is_main() -> bool:
    """Whether it is the one that the process began with."""
    try:
        module: Any = __import__(MODULE)
    except ImportError:
        return True
    # Since 3.13 each is told with one more word, the same for both.
    return bool(module.get_current() == module.get_main())
