"""Calls in threads beside an event loop, and runs that several callers share."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_functiongraph.program.concurrency import SharedRuns, in_thread

PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""


def test_a_call_needs_no_thread_of_the_event_loop() -> None:
    """As in an update whose registrations hold them all until the hook has answered."""

    async def scenario() -> int:
        loop, answered = asyncio.get_running_loop(), threading.Event()
        loop.set_default_executor(ThreadPoolExecutor(1))
        registration = loop.run_in_executor(None, answered.wait, PATIENCE)
        try:
            both = asyncio.gather(in_thread(lambda: 1), in_thread(lambda: 2))
            found = await asyncio.wait_for(both, PATIENCE / 2)
        finally:
            answered.set()
            assert await registration
        return sum(found)

    assert asyncio.run(scenario()) == 3


def test_a_call_that_fails_says_so_to_who_awaits_it() -> None:
    def fail() -> None:
        message = "no answer"
        raise OSError(message)

    async def scenario() -> None:
        with pytest.raises(OSError, match="no answer"):
            await in_thread(fail)

    asyncio.run(scenario())


def test_no_thread_stays() -> None:
    async def scenario() -> str:
        return await in_thread(lambda: threading.current_thread().name)

    name = asyncio.run(scenario())
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(PATIENCE)
    assert name not in {thread.name for thread in threading.enumerate()}


class Walk:
    """Counts its runs; each says what was known when it began, and ends when it is let."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self.began: list[tuple[str, ...]] = []
        self.under_way = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> tuple[str, ...]:
        self.under_way += 1
        assert self.under_way == 1
        self.began.append(tuple(self.known))
        await self.may_end.wait()
        self.under_way -= 1
        return self.began[-1]


def test_who_comes_while_one_runs_shares_the_next_which_sees_what_they_brought() -> None:
    async def scenario() -> tuple[Walk, list[tuple[str, ...]]]:
        walk, runs = Walk(), SharedRuns[tuple[str, ...]]()

        async def hook(name: str) -> tuple[str, ...]:
            walk.known.append(name)
            return await runs.result(walk)

        hooks = [asyncio.create_task(hook("first"))]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert walk.under_way == 1
        hooks += [asyncio.create_task(hook(name)) for name in ("second", "third", "fourth")]
        await asyncio.sleep(0)
        walk.may_end.set()
        return walk, await asyncio.gather(*hooks)

    walk, told = asyncio.run(scenario())
    everything = ("first", "second", "third", "fourth")
    assert walk.began == [("first",), everything]
    assert told == [("first",), everything, everything, everything]


def test_a_failure_is_told_to_all_who_share_it_and_the_next_run_is_another() -> None:
    async def fails() -> int:
        message = "refused"
        raise ValueError(message)

    async def works() -> int:
        return 7

    async def scenario() -> None:
        runs = SharedRuns[int]()
        both = await asyncio.gather(runs.result(fails), runs.result(fails), return_exceptions=True)
        assert [str(each) for each in both] == ["refused", "refused"]
        assert await runs.result(works) == 7

    asyncio.run(scenario())


def test_one_who_gives_up_does_not_stop_the_others() -> None:
    async def scenario() -> None:
        walk, runs = Walk(), SharedRuns[tuple[str, ...]]()
        gone, stays = (asyncio.create_task(runs.result(walk)) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        walk.may_end.set()
        assert await stays == ()
        with pytest.raises(asyncio.CancelledError):
            await gone

    asyncio.run(scenario())
