"""Looks at a cloud: in threads, side by side, under one deadline, and never in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import pulumi

from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.walk import Live, can_be_read, walk
from pulumi_functiongraph.program.account import Account
from pulumi_functiongraph.program.batch import Batch, Walked
from pulumi_functiongraph.program.notifications import DeclaredGraph

PATIENCE = 2.0
"""Seconds after which it is said what is waited for."""

NOTHING = Live()

Look: TypeAlias = Callable[[], Any]


async def side_by_side(looks: Sequence[Look], *, waiting_for: str) -> list[Any]:
    """Take all looks at once, each in a thread of its own.

    Args:
        looks: what to do; each ends by its deadline.
        waiting_for: what is said when that takes long.

    Returns:
        What the looks return, in their order.
    """
    tasks = [asyncio.create_task(asyncio.to_thread(look)) for look in looks]
    if tasks:
        _, slow = await asyncio.wait(tasks, timeout=PATIENCE)
        if slow:
            pulumi.log.info(f"functiongraph: {waiting_for}")
    return [await task for task in tasks]


def walked(
    batch: Batch,
    account: Account,
    graph: DeclaredGraph,
    *,
    deadline: float,
    clock: Callable[[], float],
) -> Live:
    """What is live from the program's targets on; what cannot be read is said, never a hang."""
    start = [node for node in graph.start() if can_be_read(node)]
    if not start:
        return NOTHING
    sources, declared, places = _places(account, graph)
    try:
        source = account.live(places=places, declared=declared, deadline=deadline)
    except FunctionGraphError as error:
        return Live(unreadable=dict.fromkeys(start, str(error)))
    found = walk(source, start, skip=sources, deadline=deadline, clock=clock)
    batch.walked = Walked(source, found)
    return found


def walked_on(
    batch: Batch,
    account: Account,
    graph: DeclaredGraph,
    *,
    deadline: float,
    clock: Callable[[], float],
) -> Live:
    """What is live from targets on that became known after the walk of the gate, and what it found.

    Nothing has changed since, so what was asked then is not asked again.
    """
    if batch.walked is None:
        return walked(batch, account, graph, deadline=deadline, clock=clock)
    sources, declared, places = _places(account, graph)
    source = batch.walked.source.later(places=places, declared=declared, deadline=deadline)
    known = batch.walked.live
    found = walk(source, graph.start(), skip=sources, known=known, deadline=deadline, clock=clock)
    batch.walked = Walked(source, found)
    return found


def _places(
    account: Account, graph: DeclaredGraph
) -> tuple[frozenset[Node], list[FunctionUrn], set[tuple[str, str]]]:
    """The declared sources, those of them with a known name, and where they are."""
    settings = account.settings
    sources = frozenset(graph.live_sources())
    declared = [FunctionUrn.parse(node.key) for node in sorted(sources) if can_be_read(node)]
    places = {(urn.region, urn.project_id) for urn in declared}
    if settings.region and settings.project_id:
        places.add((settings.region, settings.project_id))
    return sources, declared, places
