"""Threads for calls that wait, and runs that several callers share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

import msgspec

_Value = TypeVar("_Value")


def in_thread(call: Callable[[], _Value]) -> asyncio.Future[_Value]:
    """Begin a call in a thread of its own, which ends with it.

    Never in one of the event loop's, which may all be taken: the SDK lets each registration hold
    one of those few until the engine has answered, and the engine waits for the hook. A hook that
    waited for such a thread would wait for ever.
    """
    thread = ThreadPoolExecutor(1, thread_name_prefix="functiongraph")
    begun = thread.submit(call)
    thread.shutdown(wait=False)
    return asyncio.wrap_future(begun)


class SharedRuns(msgspec.Struct, Generic[_Value]):
    """Runs of the same thing that begin after everybody who shares them has asked.

    Attributes:
        running: held by the run that is under way.
        next: the run that has not begun yet, and who asks for it.
    """

    running: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)
    next: asyncio.Task[_Value] | None = None

    async def result(self, run: Callable[[], Awaitable[_Value]]) -> _Value:
        """What a run gives that begins after this call.

        Args:
            run: the thing; all who ask pass the same.

        Raises:
            BaseException: whatever the run raised.
        """
        if self.next is None:
            self.next = asyncio.create_task(self._run(run))
        return await asyncio.shield(self.next)

    async def _run(self, run: Callable[[], Awaitable[_Value]]) -> _Value:
        async with self.running:
            self.next = None
            return await run()
