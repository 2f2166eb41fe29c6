"""Edges and cycles of a graph as parts of a JSON document.

What controls a terminal is written out in all texts.
"""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_functiongraph.core.graph import Cycle, Edge, Hop, Node
from pulumi_functiongraph.core.graph.document import GraphCost, GraphCut, GraphCycle, GraphEdge
from pulumi_functiongraph.core.one_line import visible


def edge_part(edge: Edge) -> GraphEdge:
    """An edge as it was told."""
    return hop_part(Hop(edge.source, edge.target, edge))


def hop_part(hop: Hop, *, mark: str | None = None) -> GraphEdge:
    """An edge with its aliases and prefixes resolved."""
    edge = hop.edge
    return GraphEdge(
        source=visible(hop.source.key),
        target=visible(hop.target.key),
        label=edge.label,
        origin=edge.origin,
        resource=visible(edge.resource),
        path=edge.path,
        where=visible(edge.where),
        retries=edge.retries,
        acknowledged=visible(edge.acknowledged),
        suffix=visible(edge.suffix),
        events=tuple(map(visible, edge.events)),
        on_cycle=mark,
    )


def cycle_part(cycle: Cycle) -> GraphCycle:
    """A cycle with its path, what breaks it, and what it costs."""
    cut = cycle.cut and GraphCut(
        edges=tuple(map(edge_part, cycle.cut.edges)), is_smallest=cycle.cut.is_smallest
    )
    return GraphCycle(
        id=cycle.id,
        is_acknowledged=cycle.is_acknowledged,
        is_declared=cycle.is_declared,
        path=tuple(map(hop_part, cycle.path)),
        nodes=keys_of(cycle.nodes),
        breaks=cycle.breaks and edge_part(cycle.breaks),
        breaks_all=cycle.breaks_all,
        cut=cut,
        cost=GraphCost(
            fewest=cycle.cost.fewest,
            most=cycle.cost.most,
            forks=keys_of(cycle.cost.forks),
            text=visible(str(cycle.cost)),
        ),
        acknowledged=tuple(map(edge_part, cycle.acknowledged)),
        to_remove_first=tuple(map(edge_part, cycle.to_remove_first)),
    )


def keys_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The keys of nodes."""
    return tuple(visible(node.key) for node in nodes)
