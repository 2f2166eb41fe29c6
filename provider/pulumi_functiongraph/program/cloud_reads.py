"""Looks at a cloud: in threads, side by side, under one deadline, and never in silence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pulumi

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.graph import Edge, Node, NodeKind
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.walk import Live, can_be_read, walk
from pulumi_functiongraph.program.notifications import DeclaredGraph
from pulumi_functiongraph.program.run import Batch, Walked
from pulumi_functiongraph.program.threads import in_thread

PATIENCE = 2.0
"""Seconds after which it is said what is waited for."""

FRESH = 10.0
"""Seconds after a walk in which the hook takes what it found as what is live.

A program with hundreds of new functions would else look at all of them before each config.
"""

NOTHING = Live()


async def side_by_side(looks: Sequence[Awaitable[Any]], *, waiting_for: str) -> list[Any]:
    """Await all looks at once.

    Args:
        looks: what is under way; each ends by its deadline.
        waiting_for: what is said when that takes long.

    Returns:
        What the looks return, in their order.
    """
    begun = [asyncio.ensure_future(look) for look in looks]
    _, slow = await asyncio.wait(begun, timeout=PATIENCE)
    if slow:
        pulumi.log.info(f"functiongraph: {waiting_for}")
    return [await each for each in begun]


async def look(
    walking: Callable[..., Live], batch: Batch, account: Account, graph: DeclaredGraph
) -> Live:
    """Walk over what is live in a thread, unless it was set to go without.

    Args:
        walking: ``walked``, ``walked_on`` or ``walked_before_change``.
        batch: what is declared; keeps the walk.
        account: whose cloud is asked, and the settings.
        graph: what is declared.
    """
    settings = account.settings
    if settings.live_graph == "off":
        return NOTHING
    deadline = time.monotonic() + settings.precheck_timeout
    clock = time.monotonic
    return await in_thread(partial(walking, batch, account, graph, deadline=deadline, clock=clock))


async def look_before_change(
    batch: Batch, account: Account, reading: Callable[[], DeclaredGraph]
) -> Live:
    """Walk right before a change; hooks that come while one walks share the next walk.

    Args:
        batch: what is declared; keeps the walk.
        account: whose cloud is asked, and the settings.
        reading: gives what is declared once the walk begins.
    """

    def walk_next() -> Awaitable[Live]:
        return look(walked_before_change, batch, account, reading())

    return await batch.walks.result(walk_next)


async def no_look() -> Live:
    """Nothing, where nothing is to be walked."""
    return NOTHING


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
    batch.walked = Walked(source, frozenset(graph.edges), found, clock())
    return found


def walked_on(
    batch: Batch,
    account: Account,
    graph: DeclaredGraph,
    *,
    deadline: float,
    clock: Callable[[], float],
) -> Live:
    """What the last walk found, and what is live from targets on that became known since.

    What was asked then is not asked again, but for what was asked what it triggers: a function of
    which more is known now may have triggers of its own.
    """
    if batch.walked is None:
        return walked(batch, account, graph, deadline=deadline, clock=clock)
    sources, declared, places = _places(account, graph)
    source = batch.walked.source.later(places=places, declared=declared, deadline=deadline)
    edges = frozenset(graph.edges)
    live = batch.walked.live
    again = frozenset(_again(live, edges - batch.walked.edges))
    found = walk(
        source,
        (*graph.start(), *again),
        skip=sources,
        known=replace(live, asked=live.asked - again),
        deadline=deadline,
        clock=clock,
    )
    batch.walked = replace(batch.walked, source=source, edges=edges, live=found)
    return found


def _again(live: Live, new: Iterable[Edge]) -> Iterator[Node]:
    """What is asked again: it costs a request for a topic, and for the others a new function's."""
    yield from (node for node in live.asked if node.kind in {NodeKind.BUCKET, NodeKind.STREAM})
    yield from (edge.target for edge in new if edge.target.kind is NodeKind.TOPIC)


def walked_before_change(
    batch: Batch,
    account: Account,
    graph: DeclaredGraph,
    *,
    deadline: float,
    clock: Callable[[], float],
) -> Live:
    """What is live right before a change: of the last walk as long as it is fresh, and new."""
    is_fresh = batch.walked is not None and clock() <= batch.walked.ended + FRESH
    walk_now = walked_on if is_fresh else walked
    return walk_now(batch, account, graph, deadline=deadline, clock=clock)


def _places(
    account: Account, graph: DeclaredGraph
) -> tuple[frozenset[Node], list[FunctionUrn], set[tuple[str, str]]]:
    """The declared sources, those of them with a known name, and where they are."""
    settings = account.settings
    sources = frozenset(graph.live_sources())
    declared = [FunctionUrn.parse(node.key) for node in sorted(sources) if can_be_read(node)]
    places = {urn.place for urn in declared}
    if settings.region and settings.project_id:
        places.add((settings.region, settings.project_id))
    return sources, declared, places
