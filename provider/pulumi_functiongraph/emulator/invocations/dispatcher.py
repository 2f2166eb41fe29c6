"""The loop that carries out what is due: on a real clock as it comes, on a virtual one in order.

It knows nothing of requests and notifications: each source lists what is due, and carries one item
out. On a virtual clock nothing happens but by a control, one item after the other, so that two runs
do the same.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from pulumi_functiongraph.emulator import kept_time
from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.invocations.due import count_due, list_due, next_due
from pulumi_functiongraph.emulator.state.damaged_rows import DamagedRowError
from pulumi_functiongraph.emulator.state.sqlite_errors import with_remedy
from pulumi_functiongraph.emulator.state.store import Store

AT_ONCE = 256
"""Items of one source that are carried out at a time on a real clock; ours."""

AT_A_TURN = 16
"""Items of one source that are begun before requests are answered again; ours."""

PAUSE = 1.0
"""Seconds before an item is tried again that could not be carried out, as when the disk is full."""

LONGEST_WAIT = 60.0
"""Seconds after which the queues are looked at, and the time is kept, whatever happened."""

_log = logging.getLogger("functiongraph.emulator")

MOST_STEPS = 100_000
"""Of one order to move a virtual clock by a time; ours."""

MOST_IDLE_STEPS, IDLE_STEPS_AN_ITEM = 10_000, 10
"""Of one order to go on until nothing is due: in all, and more for each item that waits; ours."""


class EndlessError(RuntimeError):
    """What is due does not end."""


Key = tuple[str, int]
"""Name of a source, and number of an item."""


_ALL: Key = ("", 0)
"""Stands for looking at what is due."""


class Source(Protocol):
    """A queue, and what is done with its items."""

    @property
    def name(self) -> str:
        """Tells it from other sources."""

    @property
    def recurs(self) -> bool:
        """Whether an item comes back for ever, as a timer does."""

    @property
    def table(self) -> str:
        """Holds the items, and when each is due."""

    async def carry_out(self, number: int) -> None:
        """Do what is due for one item, and keep that it is done."""


class Dispatcher:
    """Carries out what `sources` list; the first source's come first where two are due at once."""

    def __init__(self, store: Store, clock: Clock, sources: Sequence[Source]) -> None:
        self._store = store
        self._clock = clock
        self._sources = sources
        self._at_once = 1 if clock.is_virtual else AT_ONCE
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None
        self._failure: Exception | None = None
        self._halts = 0
        self._steps, self._most_steps = 0, MOST_STEPS
        self._set_aside: set[Key] = set()
        """Items that cannot be read; that was told, and they stay due."""
        self._told: dict[Key, str] = {}
        """The last failure of an item, until that is carried out."""

    def start(self) -> None:
        """Begin; on a virtual clock nothing happens until the time is moved."""
        self._store.after_commit = self._woken.set
        if not self._clock.is_virtual:
            self._loop = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """End what runs; what is due stays in its queue."""
        if self._loop is not None:
            await _end(self._loop)
        await self.interrupt_all()

    def forget(self) -> None:
        """Begin anew, as after a reset."""
        self._set_aside.clear()
        self._told.clear()

    def running(self, source: str) -> frozenset[int]:
        """Numbers of the items of a source that are being carried out."""
        return frozenset(number for name, number in self._running if name == source)

    async def interrupt(self, source: str, number: int) -> None:
        """Break off the carrying out of an item, which stays due."""
        task = self._running.get((source, number))
        if task is not None:
            await _end(task)

    async def interrupt_all(self) -> None:
        """Break off everything that is being carried out."""
        for task in tuple(self._running.values()):
            await _end(task)

    @contextlib.asynccontextmanager
    async def halted(self) -> AsyncIterator[None]:
        """Nothing is carried out meanwhile, and who moves the time ends where it is."""
        self._halts += 1
        try:
            await self.interrupt_all()
            async with self._turn:
                await self.interrupt_all()
                yield
        finally:
            self._halts -= 1
            self._woken.set()

    async def advance(self, step: timedelta) -> None:
        """Move the time, and carry out what becomes due on the way, in due order.

        Raises:
            OverflowError: the time would leave the years that can be written.
        """
        async with self._turn:
            self._clock.check(step)
            until = self._clock.now() + step
            self._steps, self._most_steps = 0, MOST_STEPS
            await self._settle()
            while (due := self._next_due(recurring=True)) is not None and due <= until:
                self._move_to(due)
                await self._settle()
            if self._halts:
                return
            self._clock.advance(until - self._clock.now())
            await self._settle()
            await self._keep_time()

    async def run_until_idle(self, *, until: Callable[[], object] = lambda: False) -> None:
        """Jump to what is due next until nothing is; what recurs for ever does not count.

        Args:
            until: ends it before, once it is true of what was done.

        Raises:
            EndlessError: MOST_IDLE_STEPS were carried out, and something is due still.
        """
        async with self._turn:
            waiting = self._store.read(
                lambda c: sum(count_due(c, each.table) for each in self._sources)
            )
            self._steps, self._most_steps = 0, MOST_IDLE_STEPS + IDLE_STEPS_AN_ITEM * waiting
            await self._settle()
            while not until() and (due := self._next_due(recurring=False)) is not None:
                self._move_to(due)
                await self._settle()
            if not self._halts:
                await self._keep_time()

    async def _keep_time(self) -> None:
        now = self._clock.now()
        await self._store.write(lambda connection: kept_time.keep(connection, now))

    def _move_to(self, due: datetime) -> None:
        self._clock.advance(max(due - self._clock.now(), timedelta()))

    async def _serve(self) -> None:
        while True:
            self._woken.clear()
            try:
                started = self._start_due()
                self._told.pop(_ALL, None)
                if started:
                    await asyncio.sleep(0)
                    continue
                seconds = self._seconds_left()
            except sqlite3.Error as error:
                self._tell(_ALL, f"what is due cannot be read; it is tried again: {error}")
                seconds = PAUSE
            except Exception as error:  # noqa: BLE001 # what is accepted must not wait unseen
                self._tell(_ALL, "what is due cannot be read; it is tried again", error)
                seconds = PAUSE
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                if seconds >= LONGEST_WAIT:
                    await self._keep_time_if_possible()

    async def _keep_time_if_possible(self) -> None:
        try:
            await self._keep_time()
        except sqlite3.Error as error:
            _log.warning("the time cannot be kept; it is tried again: %s", error)

    def _seconds_left(self) -> float:
        # What is due and was not started waits for one that runs, whose end wakes the loop.
        due = self._next_due(recurring=True)
        if due is None:
            return LONGEST_WAIT
        left = (due - self._clock.now()).total_seconds()
        return min(max(left, 0), LONGEST_WAIT)

    async def _settle(self) -> None:
        """Carry out what is due now, until the rest is asleep or due later."""
        while not self._halts:
            if self._clock.is_virtual and self._steps > self._most_steps:
                raise EndlessError(
                    f"{self._most_steps:,} steps were carried out, and something is due still: do "
                    "functions lead to one another, with their loop breaker off?"
                )
            busy = [task for task in self._running.values() if not self._clock.is_asleep(task)]
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure
            if busy:
                await asyncio.wait(busy, return_when=asyncio.FIRST_COMPLETED, timeout=0.001)
            elif not self._clock.wake() and not self._start_due():
                return

    def _start_due(self) -> bool:
        """Start what is due and may run; whether anything was started."""
        if self._halts:
            return False
        started = False
        for source in self._sources:
            for number in self._due(source):
                self._start(source, number)
                self._steps += 1
                started = True
                if self._clock.is_virtual:
                    return True
        return started

    def _start(self, source: Source, number: int) -> None:
        key = (source.name, number)

        def ended(_task: asyncio.Task[None]) -> None:
            del self._running[key]
            self._woken.set()

        self._running[key] = task = asyncio.create_task(self._carry_out(source, number))
        # Not by a `finally` in it: one that is broken off before its first step has none.
        task.add_done_callback(ended)

    def _due(self, source: Source) -> Iterator[int]:
        running = self.running(source.name)
        room = self._at_once - (0 if self._clock.is_virtual else len(running))
        if room <= 0:
            return
        others = running | {number for name, number in self._set_aside if name == source.name}
        now, wanted = self._clock.now(), min(room, AT_A_TURN)
        most = wanted + len(others)
        found = self._store.read(lambda c: list_due(c, source.table, now=now, most=most))
        yield from [number for number in found if number not in others][:wanted]

    async def _carry_out(self, source: Source, number: int) -> None:
        try:
            await source.carry_out(number)
            self._told.pop((source.name, number), None)
        except DamagedRowError:
            self._set_aside.add((source.name, number))
        except sqlite3.Error as error:
            failure = (
                f"{source.name} could not be carried out, and are tried again: {with_remedy(error)}"
            )
            self._tell((source.name, number), failure)
            await self._after(error)
        except Exception as error:  # noqa: BLE001 # one broken item must not stop the others
            failure = f"{source.name} {number} could not be carried out, and is tried again"
            self._tell((source.name, number), failure, error)
            await self._after(error)

    def _tell(self, item: Key, failure: str, error: Exception | None = None) -> None:
        """Log a failure once, however often it comes and whatever it strikes."""
        is_new = failure not in self._told.values()
        self._told[item] = failure
        if is_new:
            _log.error("%s", failure, exc_info=error)

    async def _after(self, error: Exception) -> None:
        if self._clock.is_virtual:
            self._failure = error
        else:
            await asyncio.sleep(PAUSE)

    def _next_due(self, *, recurring: bool) -> datetime | None:
        now = self._clock.now()
        if self._halts:
            return None
        counted = [source for source in self._sources if recurring or not source.recurs]
        found = self._store.read(lambda c: [next_due(c, each.table, after=now) for each in counted])
        found.append(self._clock.next_waking())
        return min((due for due in found if due is not None), default=None)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
