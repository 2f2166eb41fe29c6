"""Waits for an awaitable in code that is not asynchronous, while the event loop goes on.

Why: a constructor cannot await, and in a unit test its values come from the same loop. The SDK's
own ``invoke`` waits in this way.
Without it: nothing is waited for, and what it was is taken as unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from pulumi_functiongraph.bridge.sdk_internals.lookup import find

_Value = TypeVar("_Value")

_sync_await = find("pulumi.runtime.sync_await", "_sync_await")


def can_wait() -> bool:
    """Whether the loop can go on inside of itself, as only Python's own one can."""
    loop = asyncio.get_event_loop()
    return _sync_await is not None and (hasattr(loop, "_run_once") or not loop.is_running())


def wait_for(awaitable: Awaitable[_Value]) -> _Value:
    """The result of an awaitable, where `can_wait`."""
    result: _Value = _sync_await(awaitable)
    return result
