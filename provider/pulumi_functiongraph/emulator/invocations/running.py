"""What is being carried out: a task for each item, and a word on those that cannot be."""

import asyncio
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Protocol

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.remedies import with_remedy
from pulumi_functiongraph.emulator.state.damaged_rows import DamagedRowError

PAUSE = 1.0
"""Seconds before an item is tried again that could not be carried out, as when the disk is full."""

_log = logging.getLogger("functiongraph.emulator")

Key = tuple[str, int]
"""Name of a source, and number of an item."""


class Source(Protocol):
    """A queue, and what is done with its items."""

    @property
    def name(self) -> str:
        """Tells it from other sources."""

    @property
    def recurs(self) -> bool:
        """Whether an item comes back for ever, as a timer does."""

    @property
    def room(self) -> int | None:
        """How many more can be begun on a real clock; None where the dispatcher alone says it."""

    @property
    def table(self) -> str:
        """Holds the items, and when each is due."""

    async def carry_out(self, number: int) -> None:
        """Do what is due for one item, and keep that it is done."""


class Running:
    """Items of all sources that are under way; `ended` is called when one is not any more."""

    def __init__(self, clock: Clock, ended: Callable[[], object]) -> None:
        self._clock = clock
        self._ended = ended
        self._tasks: dict[str, dict[int, asyncio.Task[None]]] = defaultdict(dict)
        self._set_aside: dict[str, set[int]] = defaultdict(set)
        """Items that cannot be read; that was told, and they stay due."""
        self._told: dict[Key, str] = {}
        """The last failure of an item, until that is carried out."""
        self._failure: Exception | None = None
        """The last one since whoever moves the time began."""

    def numbers(self, source: str) -> AbstractSet[int]:
        """Items of a source that are under way."""
        return self._tasks[source].keys()

    def passed_over(self, source: str) -> AbstractSet[int]:
        """Items of a source that are not to be started: under way, or not to be read."""
        aside = self._set_aside[source]
        return self._tasks[source].keys() | aside if aside else self._tasks[source].keys()

    def busy(self) -> list[asyncio.Task[None]]:
        """Tasks that do not wait for the clock."""
        asleep = self._clock.asleep()
        return [task for task in self._all() if task not in asleep]

    def asleep(self, source: str) -> int:
        """How many items of a source wait for the clock."""
        return len(self._clock.asleep().intersection(self._tasks[source].values()))

    def forget(self) -> None:
        """Begin anew, as after a reset."""
        self._set_aside.clear()
        self._told.clear()

    def expect_failure(self) -> None:
        """Let nobody who moves the time hear of failures from before."""
        self._failure = None

    def raise_failure(self) -> None:
        """Raise what has stopped an item, to whoever moves the time.

        Raises:
            Exception: whatever it was.
        """
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def start(self, source: Source, number: int) -> None:
        """Carry out an item."""
        tasks = self._tasks[source.name]

        def ended(_task: asyncio.Task[None]) -> None:
            del tasks[number]
            self._ended()

        tasks[number] = task = asyncio.create_task(self._carry_out(source, number))
        # Not by a `finally` in it: one that is broken off before its first step has none.
        task.add_done_callback(ended)

    async def interrupt(self, source: str, number: int) -> None:
        """Break off the carrying out of an item, which stays due."""
        task = self._tasks[source].get(number)
        if task is not None:
            await end(task)

    async def interrupt_all(self) -> None:
        """Break off everything that is being carried out."""
        for task in self._all():
            await end(task)

    def tell(self, item: Key, failure: str, error: Exception | None = None) -> None:
        """Log a failure once, however often it comes and whatever it strikes."""
        is_new = failure not in self._told.values()
        self._told[item] = failure
        if is_new:
            _log.error("%s", failure, exc_info=error)

    def tell_no_more(self, item: Key) -> None:
        """Nothing is wrong with an item any more."""
        self._told.pop(item, None)

    def _all(self) -> list[asyncio.Task[None]]:
        return [task for tasks in self._tasks.values() for task in tasks.values()]

    async def _carry_out(self, source: Source, number: int) -> None:
        try:
            await source.carry_out(number)
            self.tell_no_more((source.name, number))
        except DamagedRowError:
            self._set_aside[source.name].add(number)
        except sqlite3.Error as error:
            failure = (
                f"{source.name} could not be carried out, and are tried again: {with_remedy(error)}"
            )
            self.tell((source.name, number), failure)
            await self._after(error)
        except Exception as error:  # noqa: BLE001 # one broken item must not stop the others
            failure = f"{source.name} {number} could not be carried out, and is tried again"
            self.tell((source.name, number), failure, error)
            await self._after(error)

    async def _after(self, error: Exception) -> None:
        self._failure = error
        if not self._clock.is_virtual:
            await asyncio.sleep(PAUSE)


async def end(task: asyncio.Task[None]) -> None:
    """Cancel a task, and wait for its end."""
    task.cancel()
    await asyncio.wait([task])
