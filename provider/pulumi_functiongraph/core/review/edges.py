"""Finds the edges that an update adds, removes and changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from pulumi_functiongraph.core.graph import CycleAnalysis, Label, Node, Origin
from pulumi_functiongraph.core.graph.document import GraphDocument, GraphLeftOut, GraphNode
from pulumi_functiongraph.core.review.document import EdgeChange, ReviewedEdge
from pulumi_functiongraph.core.stack import Stack, StackConfig, aliases_of

_EdgeKey = tuple[str, str, str]
"""Source, target and label."""


class ReviewedGraph(msgspec.Struct, frozen=True):
    """What is listed of a graph: edges that change or lie on a cycle, and those beside them."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[ReviewedEdge, ...]
    left_out: GraphLeftOut


class _Side:
    """The edges of one side, with the resources resolved whose names are known."""

    def __init__(self, aliases: Mapping[Node, tuple[Node, ...]]) -> None:
        self._aliases = aliases
        self.nodes: dict[str, Node] = {}
        self.edges: dict[_EdgeKey, set[tuple[int, str]]] = {}

    def add(self, config: StackConfig) -> None:
        """Take the edges of a config, if it can be read."""
        for edge in config.declaration.edges():
            ends = [self._aliases.get(node, (node,))[0] for node in (edge.source, edge.target)]
            self.nodes.update((node.key, node) for node in ends)
            key = (ends[0].key, ends[1].key, edge.label.value)
            told = (-1 if edge.retries is None else edge.retries, edge.acknowledged)
            self.edges.setdefault(key, set()).add(told)


def reviewed_graph(
    stack: Stack, before: Mapping[str, StackConfig | None], *, verdict: CycleAnalysis
) -> ReviewedGraph:
    """Lay the edges before and after an update beside each other.

    Args:
        stack: as it is after the update.
        before: by the Pulumi URN of a config that changes, what it is now; ``None`` for nothing.
        verdict: on the graph as the update leaves it.
    """
    aliases = aliases_of(stack)
    old, new = _Side(aliases), _Side(aliases)
    for config in stack.configs:
        if not config.is_removed:
            new.add(config)
            if config.urn not in before:
                old.add(config)
    for held in before.values():
        if held is not None:
            old.add(held)
    cycles = {node.key: cycle.id for cycle in verdict.cycles for node in cycle.nodes}
    edges = []
    for key in sorted({*old.edges, *new.edges}):
        change = _change(old.edges.get(key), new.edges.get(key))
        cycle = cycles.get(key[0])
        on_cycle = cycle is not None and cycle == cycles.get(key[1])
        edges.append(_reviewed(key, change, on_cycle=on_cycle))
    nodes = {**old.nodes, **new.nodes}
    return _listed(edges, {key: _node(node, cycles) for key, node in nodes.items()})


def graph_of_report(
    stack: Stack, graph: GraphDocument, *, is_state_known: bool = True
) -> ReviewedGraph:
    """Lay the graph that a program's gate judged beside what the stack declares now.

    Args:
        stack: as state has it, because the gate stopped the preview.
        graph: what the program declares, with what is live around it.
        is_state_known: whether the stack's state was told; without it nobody knows which of the
            declared edges are new.
    """
    old = _Side(aliases_of(stack))
    for config in stack.configs:
        old.add(config)
    cycles = {each.key: each.cycle for each in graph.nodes if each.cycle}
    told = {(each.source, each.target, each.label.value): each for each in graph.edges}
    live = {key for key, each in told.items() if each.origin is not Origin.DECLARED}
    edges = []
    for key in sorted({*old.edges, *told}):
        change = EdgeChange.ADDED if is_state_known else EdgeChange.UNKNOWN
        if key not in told:
            change = EdgeChange.REMOVED
        elif key in old.edges or key in live:
            change = EdgeChange.SAME
        wrong = key in told and told[key].on_cycle == "cycle"
        edges.append(_reviewed(key, change, on_cycle=wrong))
    known = {key: _node(node, cycles) for key, node in old.nodes.items()}
    return _listed(edges, {**known, **{each.key: each for each in graph.nodes}})


def _reviewed(key: _EdgeKey, change: EdgeChange, *, on_cycle: bool) -> ReviewedEdge:
    source, target, label = key
    return ReviewedEdge(
        source=source, target=target, label=Label(label), change=change, on_cycle=on_cycle
    )


def _listed(edges: Sequence[ReviewedEdge], nodes: Mapping[str, GraphNode]) -> ReviewedGraph:
    """What is listed of all edges and nodes."""
    kept = tuple(_what_matters(edges))
    shown = sorted({end for edge in kept for end in (edge.source, edge.target)})
    left_out = GraphLeftOut(nodes=len(nodes) - len(shown), edges=len(edges) - len(kept))
    return ReviewedGraph(tuple(nodes[key] for key in shown), kept, left_out)


def _change(old: object, new: object) -> EdgeChange:
    if old is None:
        return EdgeChange.ADDED
    if new is None:
        return EdgeChange.REMOVED
    return EdgeChange.SAME if old == new else EdgeChange.CHANGED


def _what_matters(edges: Sequence[ReviewedEdge]) -> Iterator[ReviewedEdge]:
    """The edges that change or circle, and those that share a node with one."""
    central = {
        end
        for edge in edges
        if edge.on_cycle or edge.change is not EdgeChange.SAME
        for end in (edge.source, edge.target)
    }
    return (edge for edge in edges if edge.source in central or edge.target in central)


def _node(node: Node, cycles: Mapping[str, str]) -> GraphNode:
    return GraphNode(
        key=node.key,
        kind=node.kind,
        name=node.name,
        naming=node.naming,
        prefix=node.prefix,
        cycle=cycles.get(node.key),
    )
