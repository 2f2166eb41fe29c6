"""The dispatcher over a queue made up here: order, time, and what goes wrong."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from pulumi_functiongraph.emulator import kept_time
from pulumi_functiongraph.emulator.clock import VIRTUAL_START, Clock, VirtualClock
from pulumi_functiongraph.emulator.instants import to_micros
from pulumi_functiongraph.emulator.invocations import dispatcher, due
from pulumi_functiongraph.emulator.invocations.dispatcher import Dispatcher
from pulumi_functiongraph.emulator.invocations.running import Running
from pulumi_functiongraph.emulator.state import damaged_rows
from pulumi_functiongraph.emulator.state.damaged_rows import DamagedRowError
from pulumi_functiongraph.emulator.state.store import Store

SCHEMA = "CREATE TABLE items (number INTEGER PRIMARY KEY, due INTEGER);"


@dataclass
class Items:
    """Items that are due once; what is done with them is up to the test."""

    store: Store
    clock: Clock
    work: Callable[[int], Awaitable[None]] | None = None
    name: str = "items"
    table: str = "items"
    recurs: bool = False
    room: int | None = None
    begun: list[tuple[int, datetime]] = field(default_factory=list)
    done: list[tuple[int, datetime]] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def carry_out(self, number: int) -> None:
        self.begun.append((number, self.clock.now()))
        if self.work is not None:
            await self.work(number)
        await self.store.write(
            lambda c: c.execute("UPDATE items SET due = NULL WHERE number = ?", (number,))
        )
        self.done.append((number, self.clock.now()))
        self._more.set()

    async def until_done(self, count: int) -> None:
        while len(self.done) < count:
            self._more.clear()
            await self._more.wait()

    async def add(self, *seconds: float) -> None:
        now = self.clock.now()
        due = [(to_micros(now + timedelta(seconds=each)),) for each in seconds]
        await self.store.write(lambda c: c.executemany("INSERT INTO items (due) VALUES (?)", due))


@asynccontextmanager
async def running(clock: Clock) -> AsyncIterator[tuple[Dispatcher, Items]]:
    store = Store(None, schemas=[SCHEMA, kept_time.SCHEMA])
    items = Items(store, clock)
    loop = Dispatcher(store, clock, [items])
    loop.start()
    try:
        yield loop, items
    finally:
        await loop.stop()
        store.close()


def seconds_of(steps: Sequence[tuple[int, datetime]]) -> list[tuple[int, float]]:
    return [(number, (time - VIRTUAL_START).total_seconds()) for number, time in steps]


def run(test: Awaitable[None]) -> None:
    async def limited() -> None:
        await asyncio.wait_for(test, 20)

    asyncio.run(limited())


def test_on_a_virtual_clock_nothing_happens_until_the_time_is_moved() -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):
            await items.add(0, 5)
            await asyncio.sleep(0.05)
            assert items.begun == []
            await loop.advance(timedelta())
            assert seconds_of(items.done) == [(1, 0)]

    run(test())


def test_what_becomes_due_is_carried_out_at_its_time_and_in_due_order() -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):
            await items.add(86_400, 30, 10, 30, 90_000)
            await loop.advance(timedelta(days=1))
            assert seconds_of(items.done) == [(3, 10), (2, 30), (4, 30), (1, 86_400)]
            assert items.clock.now() == VIRTUAL_START + timedelta(days=1)

    run(test())


def test_idle_jumps_until_nothing_is_due() -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):
            await items.add(86_400, 10)
            await loop.run_until_idle()
            assert seconds_of(items.done) == [(2, 10), (1, 86_400)]
            assert items.clock.now() == VIRTUAL_START + timedelta(days=1)

    run(test())


def test_idle_leaves_out_what_recurs_for_ever() -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):
            items.recurs = True
            await items.add(10)
            await loop.run_until_idle()
            assert items.done == []
            await loop.advance(timedelta(seconds=10))
            assert seconds_of(items.done) == [(1, 10)]

    run(test())


def test_an_item_that_sleeps_lets_others_pass_and_ends_at_its_time() -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):

            async def work(number: int) -> None:
                await items.clock.sleep(100 if number == 1 else 0)

            items.work = work
            await items.add(0, 5, 100, 101)
            await loop.advance(timedelta(seconds=200))
            assert seconds_of(items.begun) == [(1, 0), (2, 5), (3, 100), (4, 101)]
            assert seconds_of(items.done) == [(2, 5), (1, 100), (3, 100), (4, 101)]

    run(test())


def test_two_runs_on_a_virtual_clock_do_the_same() -> None:
    async def once() -> list[tuple[int, float]]:
        async with running(VirtualClock()) as (loop, items):

            async def work(number: int) -> None:
                await items.clock.sleep(number % 3)
                await asyncio.sleep(0)

            items.work = work
            await items.add(*(each % 7 for each in range(60)))
            await loop.run_until_idle()
            return seconds_of(items.done)

    async def test() -> None:
        first = await once()
        assert len(first) == 60
        assert await once() == first

    run(test())


def test_on_a_virtual_clock_a_broken_item_is_told_to_whoever_moves_the_time() -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):

            async def work(_number: int) -> None:
                raise OSError("disk full")

            items.work = work
            await items.add(0)
            with pytest.raises(OSError, match="disk full"):
                await loop.advance(timedelta())

    run(test())


def test_on_a_real_clock_items_are_carried_out_as_they_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatcher, "AT_ONCE", 4)

    async def test() -> None:
        async with running(Clock()) as (_, items):
            await items.add(0, 0.05, *[0] * 20)
            await items.until_done(22)
            assert sorted(number for number, _ in items.done) == list(range(1, 23))

    run(test())


def test_on_a_real_clock_items_that_sleep_hold_no_others_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatcher, "AT_ONCE", 2)
    monkeypatch.setattr(dispatcher, "MOST", 6)

    async def test() -> None:
        async with running(Clock()) as (_, items):

            async def work(number: int) -> None:
                await asyncio.sleep(0.01)
                await items.clock.sleep(600 if number <= 4 or number > 8 else 0)

            items.work = work
            await items.add(*[0] * 8)
            await items.until_done(4)
            assert sorted(number for number, _ in items.done) == [5, 6, 7, 8]
            await items.add(*[0] * 8)
            await asyncio.sleep(0.2)
            assert sorted(number for number, _ in items.begun) == [*range(1, 11)]

    run(test())


@pytest.mark.parametrize("error", [OSError("disk full"), sqlite3.OperationalError("disk full")])
def test_on_a_real_clock_a_broken_item_is_tried_again_and_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    monkeypatch.setattr(f"{Running.__module__}.PAUSE", 0.01)

    async def test() -> None:
        async with running(Clock()) as (_, items):
            failures = iter([error, error])

            async def work(number: int) -> None:
                failure = next(failures, None) if number == 1 else None
                if failure is not None:
                    raise failure

            items.work = work
            await items.add(0, 0)
            await items.until_done(2)
            assert [number for number, _ in items.begun].count(1) == 3

    run(test())
    [told] = caplog.messages
    assert "could not be carried out" in told
    assert "disk full" in caplog.text


@pytest.mark.parametrize("time", [10**18, "x", b"\xff"])
def test_on_a_real_clock_a_due_time_that_is_none_holds_nothing_up_and_is_told_once(
    caplog: pytest.LogCaptureFixture, time: object
) -> None:
    damaged_rows.forget()

    async def test() -> None:
        async with running(Clock()) as (_, items):
            await items.store.write(
                lambda c: c.execute("INSERT INTO items (due) VALUES (?)", (time,))
            )
            for count in (1, 2):
                await items.add(0.02)
                await items.until_done(count)
            assert [number for number, _ in items.done] == [2, 3]

    run(test())
    [told] = caplog.messages
    assert "items 1" in told
    damaged_rows.forget()


def test_whatever_reading_what_is_due_raises_the_loop_goes_on_and_tells_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE", 0.01)
    failures = iter([RuntimeError("odd"), RuntimeError("odd")])
    found = due.list_due

    def list_due(*args: Any, **kwargs: Any) -> list[int]:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return found(*args, **kwargs)

    monkeypatch.setattr(dispatcher, "list_due", list_due)

    async def test() -> None:
        async with running(Clock()) as (_, items):
            await items.add(0)
            await items.until_done(1)

    run(test())
    assert "odd" in caplog.text
    assert len(caplog.messages) == 1


def test_an_item_that_cannot_be_read_is_left_alone_and_no_other_waits_for_it() -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):

            async def work(number: int) -> None:
                if number == 1:
                    raise DamagedRowError("items", "number", 1)

            items.work = work
            await items.add(0, 0, 1)
            await loop.run_until_idle()
            await loop.advance(timedelta(seconds=1))
            assert [number for number, _ in items.begun] == [1, 2, 3]

    run(test())


def test_a_real_clock_that_is_advanced_carries_out_what_becomes_due_and_wakes_sleepers() -> None:
    async def test() -> None:
        async with running(Clock()) as (loop, items):

            async def work(_number: int) -> None:
                await items.clock.sleep(600)

            items.work = work
            await items.add(3600)
            await loop.advance(timedelta(hours=24))
            assert [number for number, _ in items.done] == [1]

    run(test())


def test_an_interrupted_item_stays_due() -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):

            async def work(_number: int) -> None:
                await items.clock.sleep(50)

            items.work = work
            await items.add(0)
            await loop.advance(timedelta(seconds=1))
            await loop.interrupt("items", 1)
            items.work = None
            await loop.advance(timedelta())
            assert seconds_of(items.begun) == [(1, 0), (1, 1)]
            assert seconds_of(items.done) == [(1, 1)]

    run(test())


async def _stop_one(loop: Dispatcher) -> None:
    await loop.interrupt("items", 1)


async def _halt(loop: Dispatcher) -> None:
    async with loop.halted():
        pass


@pytest.mark.parametrize("interrupt", [_stop_one, _halt])
def test_an_item_that_is_interrupted_before_its_first_step_stays_due(
    interrupt: Callable[[Dispatcher], Awaitable[None]],
) -> None:
    async def test() -> None:
        async with running(VirtualClock()) as (loop, items):
            await items.add(0)
            moving = asyncio.create_task(loop.advance(timedelta()))
            await asyncio.sleep(0)
            assert items.begun == []
            await interrupt(loop)
            await moving
            await loop.run_until_idle()
            assert [number for number, _ in items.done] == [1]

    run(test())


def test_the_clock_of_the_machine_moves_no_due_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    before = clock.now()
    for hours in (1, -1):
        shifted = before + timedelta(hours=hours)
        monkeypatch.setattr(clock, "_machine", lambda shifted=shifted: shifted)
        assert abs(clock.now() - before) < timedelta(seconds=10)
        assert clock.signing_time() == shifted
