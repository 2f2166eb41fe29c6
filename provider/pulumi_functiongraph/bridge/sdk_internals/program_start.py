"""Reports that a program starts, and whether it has constructed anything yet.

Why: a process of several programs (inline programs of the Automation API, unit tests) has imported
this package long before one starts, and the SDK tells nobody; so the function that makes a
program's root known is wrapped. Nor does it list what was constructed: each registration is a task,
and the URN of the root tells whether the one task is that of the root.
Without it: nobody is told of a start, so the gate is in place from the first config on; and
something may have been constructed before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from pulumi_functiongraph.bridge.sdk_internals.lookup import find

_MODULE, _NAME = "pulumi.runtime.stack", "set_root_resource"
_REGISTRATION = "rpc_wrapper"
"""The name of the coroutine that the SDK makes a task of for each registration."""

_make_known: Callable[[Any], None] | None = find(_MODULE, _NAME)


def call_at_start(act: Callable[[], None]) -> None:
    """Call something for every program of this process that starts from now on, once its root is.

    Args:
        act: the same each time; only the last one given is called.
    """
    if _make_known is None:
        return
    make_known = _make_known

    def make_known_and_act(root: object) -> None:
        make_known(root)
        act()

    from pulumi.runtime import stack

    setattr(stack, _NAME, make_known_and_act)


def is_anything_constructed() -> bool:
    """Whether the running program may have constructed a resource already, beside its root.

    Every other registration ends after that of the root, so there is none while it is alone. Once
    it has ended, as after a call that the program has waited for, nobody knows.
    """
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:  # no loop is running
        return True
    coroutines = [getattr(task.get_coro(), "__name__", "") for task in tasks]
    return coroutines.count(_REGISTRATION) != 1 or not _is_root_pending()


def _is_root_pending() -> bool:
    """Whether the root is still being registered, as far as its URN tells."""
    from pulumi.runtime import get_root_resource

    urn = getattr(getattr(get_root_resource(), "urn", None), "_data", None)
    return isinstance(urn, asyncio.Future) and not urn.done()
