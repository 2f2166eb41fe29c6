"""Threads for calls that wait: never those of the event loop, which may all be taken.

The SDK lets each registration hold one of the loop's few threads until the engine has answered, and
the engine waits for the hook. A hook that waited for such a thread would wait for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Value = TypeVar("_Value")


def in_thread(call: Callable[[], _Value]) -> asyncio.Future[_Value]:
    """Begin a call in a thread of its own, which ends with it."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="functiongraph")
    begun = thread.submit(call)
    thread.shutdown(wait=False)
    return asyncio.wrap_future(begun)
