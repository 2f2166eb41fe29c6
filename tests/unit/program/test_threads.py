"""Calls that wait, beside an event loop whose own threads are all taken."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_functiongraph.program.cloud_reads import side_by_side
from pulumi_functiongraph.program.threads import in_thread

PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""


def test_a_call_needs_no_thread_of_the_event_loop() -> None:
    """As in an update whose registrations hold them all until the hook has answered."""

    async def scenario() -> int:
        loop, answered = asyncio.get_running_loop(), threading.Event()
        loop.set_default_executor(ThreadPoolExecutor(1))
        registration = loop.run_in_executor(None, answered.wait, PATIENCE)
        try:
            looks = [in_thread(lambda: 1), in_thread(lambda: 2)]
            found = await asyncio.wait_for(side_by_side(looks, waiting_for="both"), PATIENCE / 2)
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
