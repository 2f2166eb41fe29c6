"""The loop that carries out what is due: on a real clock as it comes, on a virtual one in order.

It knows nothing of requests and notifications: each source lists what is due, and carries one item
out. On a virtual clock nothing happens but by a control, one item after the other, so that two runs
do the same.
"""

import asyncio
import contextlib
import itertools
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime, timedelta

from pulumi_functiongraph.emulator import kept_time
from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.invocations.due import count_due, is_due, list_due, next_due
from pulumi_functiongraph.emulator.invocations.running import PAUSE, Key, Running, Source, end
from pulumi_functiongraph.emulator.state.store import Connection, Store

AT_ONCE = 256
"""Items of one source that are carried out at a time on a real clock, without those that sleep;
ours."""

MOST = 4096
"""The same with those that sleep, which cost nothing but memory; ours."""

AT_A_TURN = 16
"""Items of one source that are begun before requests are answered again; ours."""

LONGEST_WAIT = 60.0
"""Seconds after which the queues are looked at, and the time is kept, whatever happened."""

_log = logging.getLogger("functiongraph.emulator")

MOST_STEPS = 100_000
"""Of one order to move a virtual clock by a time; ours."""

MOST_IDLE_STEPS, IDLE_STEPS_AN_ITEM = 10_000, 10
"""Of one order to go on until nothing is due: in all, and more for each item that waits; ours."""


class EndlessError(RuntimeError):
    """What is due does not end."""


_ALL: Key = ("", 0)
"""Stands for looking at what is due."""


class Dispatcher:
    """Carries out what `sources` list; the first source's come first where two are due at once."""

    def __init__(self, store: Store, clock: Clock, sources: Sequence[Source]) -> None:
        self._store = store
        self._clock = clock
        self._sources = sources
        self._woken = asyncio.Event()
        self._running = Running(clock, self._woken.set)
        self._turn = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None
        self._halts = 0
        self._steps, self._most_steps = 0, MOST_STEPS

    def start(self) -> None:
        """Begin; on a virtual clock nothing happens until the time is moved."""
        self._store.after_commit = self._woken.set
        self._clock.fell_asleep = self._woken.set
        if not self._clock.is_virtual:
            self._loop = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """End what runs; what is due stays in its queue."""
        if self._loop is not None:
            await end(self._loop)
        await self._running.interrupt_all()

    def forget(self) -> None:
        """Begin anew, as after a reset."""
        self._running.forget()

    def wake(self) -> None:
        """Look at what is due: more can be begun than before."""
        self._woken.set()

    async def interrupt(self, source: str, number: int) -> None:
        """Break off the carrying out of an item, which stays due."""
        await self._running.interrupt(source, number)

    @property
    def is_halted(self) -> bool:
        """Whether nothing is carried out now, as during a reset."""
        return self._halts > 0

    @contextlib.asynccontextmanager
    async def halted(self) -> AsyncIterator[None]:
        """Nothing is carried out meanwhile, and who moves the time ends where it is."""
        self._halts += 1
        try:
            await self._running.interrupt_all()
            async with self._turn:
                await self._running.interrupt_all()
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
            self._begin_to_move(MOST_STEPS)
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
            self._begin_to_move(MOST_IDLE_STEPS + IDLE_STEPS_AN_ITEM * waiting)
            await self._settle()
            while not until() and (due := self._next_due(recurring=False)) is not None:
                self._move_to(due)
                await self._settle()
            if not self._halts:
                await self._keep_time()

    def _begin_to_move(self, most_steps: int) -> None:
        self._steps, self._most_steps = 0, most_steps
        self._running.expect_failure()

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
                self._running.tell_no_more(_ALL)
                if started:
                    await asyncio.sleep(0)
                    continue
                seconds = self._seconds_left()
            except sqlite3.Error as error:
                self._running.tell(_ALL, f"what is due cannot be read; it is tried again: {error}")
                seconds = PAUSE
            except Exception as error:  # noqa: BLE001 # what is accepted must not wait unseen
                self._running.tell(_ALL, "what is due cannot be read; it is tried again", error)
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
            self._running.raise_failure()
            busy = self._running.busy()
            if busy:
                await asyncio.wait(busy, return_when=asyncio.FIRST_COMPLETED, timeout=0.001)
            elif not self._clock.wake() and not self._start_due():
                if not self._lacks_room():
                    return
                await asyncio.sleep(0.001)

    def _start_due(self) -> bool:
        """Start what is due and may run; whether anything was started."""
        if self._halts:
            return False
        due = self._store.read(self._list_due)
        for source, number in due:
            self._running.start(source, number)
        self._steps += len(due)
        return bool(due)

    def _list_due(self, connection: Connection) -> list[tuple[Source, int]]:
        """What is to be started now; on a virtual clock one item, of the first source with any."""
        found: dict[Key, Source] = {}
        for source in self._sources:
            for number in self._due(connection, source):
                found.setdefault((source.name, number), source)
            if found and self._clock.is_virtual:
                break
        return [(source, number) for (_, number), source in found.items()]

    def _due(self, connection: Connection, source: Source) -> Iterator[int]:
        others = self._running.passed_over(source.name)
        if self._clock.is_virtual:
            wanted = 1
        elif source.room is not None:
            wanted = min(source.room, AT_A_TURN)
        else:
            begun = len(self._running.numbers(source.name))
            room = AT_ONCE - begun
            if room < AT_A_TURN:
                room = min(room + self._running.asleep(source.name), MOST - begun)
            # The queue is looked at for many, since those that run are passed over each time.
            if room < min(AT_A_TURN, AT_ONCE // 2):
                return
            wanted = min(room, AT_A_TURN)
        most = wanted + len(others)
        found = list_due(connection, source.table, now=self._clock.now(), most=most)
        yield from itertools.islice((number for number in found if number not in others), wanted)

    def _lacks_room(self) -> bool:
        """Whether something is due for which there is no room yet."""
        full = [each for each in self._sources if each.room == 0]
        return self._store.read(lambda c: any(is_due(c, each.table) for each in full))

    def _next_due(self, *, recurring: bool) -> datetime | None:
        now = self._clock.now()
        if self._halts:
            return None
        counted = [source for source in self._sources if recurring or not source.recurs]
        found = self._store.read(lambda c: [next_due(c, each.table, after=now) for each in counted])
        found.append(self._clock.next_waking())
        return min((due for due in found if due is not None), default=None)
