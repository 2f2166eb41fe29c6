"""The start of a program: the gate is in place before the first resource is constructed.

A program that the CLI runs imports this package while it runs. A process of several programs
(inline programs of the Automation API, unit tests) has imported it long before, and Pulumi has no
public way to be told that one starts; so the internal function that makes a program's root known
is wrapped. Where a release of the SDK has none, the gate is in place from the first config on,
and its report names what it could not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pulumi
from pulumi.runtime import stack

_TOLD = "set_root_resource"
_make_known: Callable[[pulumi.Resource], None] | None = getattr(stack, _TOLD, None)


def watch() -> None:
    """Put the gate in place for every program of this process that starts from now on."""
    if _make_known is not None:
        setattr(stack, _TOLD, partial(_arm_at_once, _make_known))


def _arm_at_once(make_known: Callable[[pulumi.Resource], None], root: pulumi.Resource) -> None:
    # Only a process that runs programs needs the gate, and what it loads.
    from pulumi_functiongraph.program import gate

    make_known(root)
    gate.arm(at_start=True)
