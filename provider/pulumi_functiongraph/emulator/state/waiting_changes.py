"""Changes that wait to be committed: which of them are committed together, and which come first."""

import asyncio
import itertools
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

import msgspec

from pulumi_functiongraph.emulator.state import kept_work
from pulumi_functiongraph.emulator.state.kept_work import KeptWork

Result = TypeVar("Result")
Change = Callable[[sqlite3.Connection], Result]

MOST_PATIENT = 64
"""Changes that can wait in one commit without others; ours."""

BESIDE = 8
"""Changes that cannot wait beside which one that can is made, at least one in each commit; ours."""

MOMENT = 0.005
"""Seconds after a change that cannot wait, in which others that cannot are expected; ours.

Clients that were just answered ask again, and a commit without them would only hold them up.
"""


class WaitingChange(msgspec.Struct, Generic[Result]):
    """A change, and what became of it."""

    change: Change[Result]
    promise: asyncio.Future[Result]
    """Of whoever asked for it."""
    urgent: bool
    """Whether it does not let others go first."""
    apart: bool
    """Whether it takes long, and is committed alone."""
    result: Result | None = None
    error: Exception | None = None
    work: KeptWork | None = msgspec.field(default_factory=kept_work.current)
    """Of the order that it is part of."""

    def settle(self) -> None:
        """Answer whoever asked for it."""
        if self.work is not None and self.error is None:
            self.work.has_changes = True
        if self.promise.done():
            return
        if self.error is not None:
            self.promise.set_exception(self.error)
        else:
            self.promise.set_result(self.result)  # type: ignore[arg-type] # set when no error is


Batch = list[WaitingChange[Any]]
"""Changes of one commit."""


class WaitingChanges:
    """Changes in the order in which they come, those that can wait after the others."""

    def __init__(self) -> None:
        self._urgent: Batch = []
        self._patient: Batch = []
        self._arrived = asyncio.Event()
        self._expected_until = 0.0

    def add(self, waiting: WaitingChange[Any]) -> None:
        """Let a change wait."""
        if waiting.urgent:
            self._urgent.append(waiting)
            self._arrived.set()
        else:
            self._patient.append(waiting)

    async def next_batch(self) -> Batch:
        """What is to be committed next; empty when nothing waits."""
        if self._patient and not self._urgent:
            await self._let_others_go_first()
        urgent = list(itertools.takewhile(lambda each: not each.apart, self._urgent))
        if self._urgent and not urgent:
            return [self._urgent.pop(0)]
        del self._urgent[: len(urgent)]
        most = max(1, len(urgent) // BESIDE) if urgent else MOST_PATIENT
        patient = self._patient[:most]
        del self._patient[:most]
        return urgent + patient

    def committed(self, batch: Batch) -> None:
        """Those who were waiting for a batch are answered, and may ask for more."""
        if batch[0].urgent:
            self._expected_until = asyncio.get_running_loop().time() + MOMENT

    def put_back(self, batch: Batch) -> None:
        """Let a batch wait again that was not committed."""
        self._urgent[:0] = batch

    def cancel_all(self) -> None:
        """Make no change that waits, and tell whoever asked for it."""
        for waiting in (self._urgent, self._patient):
            while waiting:
                waiting.pop().promise.cancel()

    async def _let_others_go_first(self) -> None:
        left = self._expected_until - asyncio.get_running_loop().time()
        if left > 0:
            self._arrived.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), left)
