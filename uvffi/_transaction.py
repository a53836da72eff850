"""Several calls as one.

1. `begin` tells the engine, which notes the generation to go back to where a later process finds it.
2. Each call in the block is a Transaction of its own: other processes see each step, and each step whole.
3. The block ends: `commit` drops the note, so that all of it stays.
4. The block fails: `rollback` goes back to that generation, and the block's exception goes on. Where there is no way
   back, or not all can be taken back, that is an error, and the transaction is over all the same.
5. The process dies before 3 or 4: the next change in the environment, by whichever process, does 4.
"""

from __future__ import annotations

import os
import sys

from ._own import own
from .errors import TransactionError, UvffiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from ._result import Result


class Transaction:
    """What `Environment.transaction` gives: a context manager that can be entered once.

    `generation` is the one it goes back to if the block fails, set on entering; `Environment.restore` goes back to it
    later. `result` is that of the commit or of the roll-back, None
    before.
    """

    generation: int | None
    result: Result | None

    def __init__(self, python: str) -> None:
        self._python = python
        self._process = 0
        self.generation = None
        self.result = None

    def __enter__(self) -> Transaction:
        if self._process:
            raise TransactionError(
                "A transaction can be entered once, and this one was",
                code="transaction-state",
                hints=["Make another one: `with env.transaction(): ...`"],
            )
        self.generation = own(self._python, "transaction", "begin").generation
        self._process = os.getpid()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if os.getpid() != self._process:
            # In a forked child: it is for the parent to end it.
            return
        if error is None:
            self.result = own(self._python, "transaction", "commit")
        else:
            self._roll_back(error)

    def _roll_back(self, error: BaseException) -> None:
        """Put back what was; a failure to do so is told with the exception that asked for it."""
        try:
            self.result = own(self._python, "transaction", "rollback")
        except UvffiError as failure:
            note = f"The transaction in `{self._python}` could not be rolled back: {failure}"
            if sys.version_info >= (3, 11):
                error.add_note(note)
            if error.__cause__ is None:
                # From where it was raised on; a cause of its own says more.
                error.__cause__ = failure

    def __repr__(self) -> str:
        return f"Transaction({self._python!r})"
