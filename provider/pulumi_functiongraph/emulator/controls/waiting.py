"""Waiting for what is to come of an order, on either clock."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from pulumi_functiongraph.emulator.local_cloud import LocalCloud

MAX_WAIT = 60
"""Seconds that an order waits; who wants to wait for longer asks again."""

_LOOK_AGAIN = 0.01
"""Seconds; whether work has gone to sleep is told by nobody."""

Result = TypeVar("Result")


class ResetError(Exception):
    """The local cloud was reset while an order waited for what was in it."""

    def __init__(self) -> None:
        super().__init__("the local cloud was reset meanwhile, what was waited for is gone")


async def wait_for(cloud: LocalCloud, look: Callable[[], Result], *, seconds: float) -> Result:
    """What `look` finds, as soon as that is true, and at the end of the time in any case.

    A virtual clock runs until then, or until nothing is due any more: waiting would change nothing.

    Raises:
        ResetError: the local cloud was reset meanwhile.
    """
    began = cloud.runner.resets

    def look_on() -> Result | None:
        if cloud.runner.resets != began:
            raise ResetError
        return None if cloud.dispatcher.is_halted else look()

    if not cloud.clock.is_virtual:
        found = await cloud.store.changes.wait_for(look_on, seconds=seconds)
    else:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await cloud.dispatcher.run_until_idle(until=look_on)
                # A reset breaks that off before it has reset anything.
                await cloud.store.changes.wait_for(
                    lambda: not cloud.dispatcher.is_halted, seconds=seconds
                )
        found = look_on()
    return look() if found is None else found


async def finish(cloud: LocalCloud, work: Coroutine[Any, Any, Result]) -> Result:
    """Do some work to its end; where it sleeps on a virtual clock, the time is moved."""
    task = asyncio.create_task(work)
    try:
        while not task.done():
            due = cloud.clock.next_waking() if task in cloud.clock.asleep() else None
            if due is not None and cloud.clock.is_virtual and not cloud.dispatcher.is_halted:
                await cloud.dispatcher.advance(max(due - cloud.clock.now(), timedelta()))
            await asyncio.wait([task], timeout=_LOOK_AGAIN if cloud.clock.is_virtual else None)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
