"""The ownership that all provider processes of one run know.

Where they cannot tell each other what they declare, nothing is declared, created or deleted: one
process could undo what another has just done. On Windows, which has no such locks, each process
knows only what it does itself; a delete says so.
"""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING, NoReturn

from pulumi_functiongraph.core.errors import OwnershipUnknown
from pulumi_functiongraph.operations.ownership import Ownership

if TYPE_CHECKING:
    from pulumi_functiongraph.bridge.run_folder import RunFolder

_NOT_SHARED = (
    "on this system the provider processes of one run do not know what the others declare: if this "
    "update has also moved this config to another provider, run pulumi refresh and pulumi up, "
    "which set it again"
)
_PATIENCE = 2.0
"""Seconds; with few places for changes, the engine checks on once one of them has ended."""


class RunOwnership:
    """The ownership of the run that this process serves, until it serves another one."""

    def __init__(self) -> None:
        self._engine: tuple[str, int] | None = None
        self._folder: RunFolder | None = None
        self._ownership = Ownership()

    def of(self, engine: tuple[str, int] | None) -> Ownership:
        """What is known of who holds which config in the run of an engine.

        Args:
            engine: host and port on which it serves its plugins; without them, as in a unit test,
                this process knows only what it does itself.
        """
        if engine is None or engine != self._engine:
            self.leave()
            self._ownership = self._known_in(engine)
            self._engine = engine
        return self._ownership

    def leave(self) -> None:
        """Let go of what is shared; called before this process ends."""
        folder, self._folder, self._engine = self._folder, None, None
        if folder is not None:
            folder.leave()

    def _known_in(self, engine: tuple[str, int] | None) -> Ownership:
        if engine is None:
            return Ownership()
        try:
            from pulumi_functiongraph.bridge.run_folder import RunFolder
            from pulumi_functiongraph.bridge.run_record import RecordInFolder
        except ImportError:  # no fcntl on Windows
            return Ownership(doubt=_NOT_SHARED, patience=_PATIENCE)
        try:
            self._folder = RunFolder(engine[1], environment=os.environ)
            return Ownership(RecordInFolder(self._folder), patience=_PATIENCE)
        except OwnershipUnknown as error:
            return Ownership(NoRecord(error))


class NoRecord:
    """The record of a run in which the processes cannot tell each other anything.

    Args:
        error: why; each use of the record fails with its text.
    """

    def __init__(self, error: OwnershipUnknown) -> None:
        self._text = str(error)

    def _fail(self, *_: object, **__: object) -> NoReturn:
        raise OwnershipUnknown(self._text)

    declare = leads = is_declared = claim = is_claimed = release = has_failed = _fail
    leave = left = note_state = is_in_state = number_declared = changing = _fail


RUN = RunOwnership()
"""Of this process."""

atexit.register(RUN.leave)
