"""The graph of what is live, from configs that were read already and a walk beyond them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.drift.inputs import LiveReadings, UnreadConfig
from pulumi_functiongraph.core.functions import Alias
from pulumi_functiongraph.core.graph import (
    CycleAnalysis,
    Edge,
    Graph,
    Node,
    Origin,
    find_cycles,
    overlay,
)
from pulumi_functiongraph.core.graph.nodes import Naming, function
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.stack import Stack, aliases_of, edges_of, sources_of
from pulumi_functiongraph.core.triggers import Way
from pulumi_functiongraph.operations.drift import place_name
from pulumi_functiongraph.operations.walk import Live as Walked
from pulumi_functiongraph.operations.walk import LiveNotifications, walk, without


class _PartlyRead(msgspec.Struct, frozen=True):
    """A cloud of which some configs were read already; they are not asked for again.

    Attributes:
        read: what was read.
        unread: the functions whose configs could not be listed.
        beyond: asked for the rest.
    """

    read: LiveReadings
    unread: frozenset[str]
    beyond: LiveNotifications

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        known = self.read.configs.get(function_urn)
        if isinstance(known, LiveConfig):
            return known
        if function_urn in self.read.configs or self._is_listed(function_urn):
            return None
        return self.beyond.get_async_config(function_urn)

    def list_aliases(self, function_urn: FunctionUrn) -> Sequence[Alias]:
        return self.beyond.list_aliases(function_urn)

    def triggered_by(self, source: Node) -> Sequence[Way]:
        return self.beyond.triggered_by(source)

    def _is_listed(self, function_urn: FunctionUrn) -> bool:
        """Whether every version with a config is among what was read."""
        place = place_name(function_urn.place)
        return place in self.read.places and function_urn.function not in self.unread


def walk_on(
    read: LiveReadings,
    beyond: LiveNotifications,
    *,
    start: Iterable[Node] = (),
    deadline: float,
    clock: Callable[[], float],
) -> Walked:
    """The edges of the configs that were read, and of everything that they lead to.

    Args:
        read: the configs that were read, and those that could not be; neither is asked for again.
        beyond: what else is asked: triggers, aliases, configs of other projects.
        start: further nodes to begin at, such as the targets of declared edges.
        deadline: a time of the clock; what is not read by then is unreadable.
        clock: seconds from any fixed point, never going back.
    """
    unread = {urn: one.why for urn, one in read.configs.items() if isinstance(one, UnreadConfig)}
    known = _PartlyRead(read, frozenset(urn.function for urn in unread), beyond)
    nodes = (function(urn) for urn, one in read.configs.items() if isinstance(one, LiveConfig))
    skip = {function(urn): why for urn, why in unread.items()}
    found = walk(known, (*nodes, *start), skip=skip, deadline=deadline, clock=clock)
    return replace(found, unreadable=dict(sorted({**found.unreadable, **skip}.items())))


def judge_live(
    read: LiveReadings,
    beyond: LiveNotifications,
    *,
    declared: Iterable[Edge],
    deadline: float,
    clock: Callable[[], float],
) -> CycleAnalysis:
    """Find the cycles in what is live, as it is.

    Args:
        read: the configs that were read, and those that could not be.
        beyond: what else is asked: triggers, aliases, configs of other projects.
        declared: the edges of the stacks; a live edge that is one of them has its
            resource, and acknowledged where that one is.
        deadline: a time of the clock; what is not read by then is unreadable.
        clock: seconds from any fixed point, never going back.
    """
    found = walk_on(read, beyond, deadline=deadline, clock=clock)
    by_ends = _by_ends(declared)
    edges = (_as_declared(edge, by_ends.get(_ends(edge))) for edge in found.edges)
    return find_cycles(overlay(edges, aliases=found.aliases, unreadable=found.unreadable))


def laid_over(stack: Stack, live: Walked) -> Graph:
    """What a stack declares, laid over what is live.

    Its configs replace the live ones. One that it no longer declares counts while it is live, and
    is marked; where that could not be read, as state has it, and so where its target is a secret
    in state, because the live edge would name it. One that its update deletes before it creates
    the successor does not count.
    """
    declared, removed = _edges_of(stack)
    gone = _by_ends(removed)
    unread = {node.key for node in live.unreadable}
    hidden = {_start(edge) for edge in removed if edge.target.naming is not Naming.KNOWN}
    found = without(live, replaced=stack.replaced, removed=()).edges
    return overlay(
        (
            *declared,
            *(_going(edge, gone.get(_ends(edge))) for edge in found if _start(edge) not in hidden),
            *(edge for edge in removed if edge.source.key in unread or _start(edge) in hidden),
        ),
        declared=sources_of(stack),
        aliases={**live.aliases, **aliases_of(stack)},
        unreadable=live.unreadable,
    )


def starts_of(stack: Stack) -> tuple[Node, ...]:
    """Where a walk has to begin for a stack: at its targets, and at what it no longer declares."""
    declared, removed = _edges_of(stack)
    starts = (*(edge.target for edge in declared), *(edge.source for edge in removed))
    return tuple(dict.fromkeys(starts))


_Ends = tuple[Node, Node, str]


def _edges_of(stack: Stack) -> tuple[list[Edge], list[Edge]]:
    """The edges that a stack declares, and those that its update removes."""
    edges = list(edges_of(stack))
    removed = [edge for edge in edges if edge.origin is Origin.REMOVED]
    return [edge for edge in edges if edge.is_declared], removed


def _ends(edge: Edge) -> _Ends:
    return edge.source, edge.target, edge.label


def _start(edge: Edge) -> tuple[Node, str]:
    """Which target of which config an edge is."""
    return edge.source, edge.label


def _by_ends(edges: Iterable[Edge]) -> dict[_Ends, Edge]:
    return {_ends(edge): edge for edge in edges}


def _going(live: Edge, removed: Edge | None) -> Edge:
    """A live edge, marked where the update removes it."""
    edge = _as_declared(live, removed)
    return edge if removed is None else replace(edge, origin=Origin.REMOVED)


def _as_declared(live: Edge, declared: Edge | None) -> Edge:
    """A live edge with what its declaration says of it."""
    if declared is None:
        return live
    return replace(
        live,
        resource=declared.resource,
        path=declared.path,
        where=declared.where,
        acknowledged=declared.acknowledged,
    )
