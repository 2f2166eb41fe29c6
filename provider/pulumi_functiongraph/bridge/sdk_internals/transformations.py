"""Runs a transformation last among those of a resource that is being constructed.

Why: a transformation that was registered later may answer with options of its own, and takes away
what an earlier one has set. The SDK goes through a list, which can be added to meanwhile.
Without it: only such a transformation can take the hold of the gate away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

_LIST = "_transformations"


def run_again_last(
    resource: pulumi.Resource, *, running: Callable[..., Any], last: Callable[..., Any]
) -> None:
    """Run another transformation after all others, where any follow the one that is running.

    Args:
        resource: whose transformations are being run.
        running: the one that calls.
        last: the other one.
    """
    transformations = getattr(resource, _LIST, None)
    if not isinstance(transformations, list) or running not in transformations:
        return
    after = transformations.index(running) + 1
    others = [each for each in transformations[after:] if each not in (running, last)]
    transformations[after:] = [*others, last] if others else []
