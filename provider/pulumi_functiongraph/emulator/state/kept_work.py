"""Whether anything that an order asked for is kept, which a failure of the rest of it must say.

Never here: how changes are committed.
"""

import sqlite3
from contextvars import ContextVar

import msgspec

from pulumi_functiongraph.emulator.remedies import with_remedy


class KeptWork(msgspec.Struct):
    """What one order or request over HTTP has come to so far."""

    has_changes: bool = False
    """Whether a change that it or its work asked for was committed."""


_current: ContextVar[KeptWork | None] = ContextVar("kept_work", default=None)


def begin() -> None:
    """Start with nothing, for the task that carries out an order and those that it starts."""
    _current.set(KeptWork())


def current() -> KeptWork | None:
    """Of the order that this task is of; None outside of orders."""
    return _current.get()


def failure(error: sqlite3.Error) -> str:
    """What is answered to an order that could not be carried out to its end."""
    work = current()
    kept = (
        "nothing was changed"
        if work is None or not work.has_changes
        else ("what was changed before is kept")
    )
    return f"the local cloud cannot use its state, {kept}: {with_remedy(error)}"
