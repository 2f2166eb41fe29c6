"""Strongly connected components: every cycle lies within one of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pulumi_functiongraph.core.graph.edges import Edge, Hop, Label, Origin, place
from pulumi_functiongraph.core.graph.nodes import Node
from pulumi_functiongraph.core.graph.overlay import Graph

# Loaded only where there is a graph to judge: a comparison reads what is live without one.
if TYPE_CHECKING:
    import rustworkx as rx


@dataclass(frozen=True, slots=True)
class Component:
    """One component with a cycle in it, numbered independently of the order of declaration.

    Attributes:
        nodes: in order of their keys.
        edges: by arc, its edge.
        tails: by arc, the number of the node that it leaves.
        heads: by arc, the number of the node that it enters.
        units: by arc, the number of its edge: an edge to an alias of two versions has two arcs.
        leaving: by node, the arcs that leave it.
        declared: the arcs of declared configs.
        triggers: the arcs that no config sets.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    tails: tuple[int, ...]
    heads: tuple[int, ...]
    units: tuple[int, ...]
    leaving: tuple[range, ...]
    declared: tuple[int, ...]
    triggers: tuple[int, ...]

    def hop(self, arc: int) -> Hop:
        """An arc as a hop."""
        return Hop(self.nodes[self.tails[arc]], self.nodes[self.heads[arc]], self.edges[arc])

    @property
    def configs(self) -> tuple[int, ...]:
        """The arcs that a config sets."""
        return self.without(self.triggers)

    def without(self, arcs: Sequence[int]) -> tuple[int, ...]:
        """All other arcs."""
        return _left_out(arcs, len(self.edges))

    def is_acyclic_with(self, arcs: Iterable[int]) -> bool:
        """Whether no cycle consists of the given arcs alone."""
        import rustworkx as rx

        return rx.is_directed_acyclic_graph(self.graph_of(arcs))

    def graph_of(self, arcs: Iterable[int]) -> rx.PyDiGraph[None, None]:
        """The given arcs among all nodes."""
        tails, heads = self.tails, self.heads
        return _graph(len(self.nodes), ((tails[arc], heads[arc]) for arc in arcs))


def cyclic_components(graph: Graph, *, arcs: Sequence[int] | None = None) -> list[Component]:
    """The components that the given arcs close at least one cycle in, in order of their nodes."""
    import rustworkx as rx

    tails, heads = graph.tails, graph.heads
    if arcs is not None:
        tails, heads = [tails[arc] for arc in arcs], [heads[arc] for arc in arcs]
    owner = {tail: -1 - tail for tail, head in zip(tails, heads, strict=True) if tail == head}
    connected = _graph(len(graph.nodes), zip(tails, heads, strict=True))
    for number, members in enumerate(rx.strongly_connected_components(connected)):
        if len(members) > 1:
            owner.update(dict.fromkeys(members, number))
    if not owner:
        return []
    inside: dict[int, list[int]] = {number: [] for number in owner.values()}
    numbers = range(len(tails)) if arcs is None else arcs
    for arc, tail, head in zip(numbers, tails, heads, strict=True):
        if tail in owner and owner[tail] == owner.get(head):
            inside[owner[tail]].append(arc)
    return sorted((_component(graph, held) for held in inside.values()), key=_first)


def _graph(nodes: int, ends: Iterable[tuple[int, int]]) -> rx.PyDiGraph[None, None]:
    import rustworkx as rx

    graph: rx.PyDiGraph[None, None] = rx.PyDiGraph()
    graph.add_nodes_from([None] * nodes)
    graph.extend_from_edge_list(ends)
    return graph


def _component(graph: Graph, arcs: list[int]) -> Component:
    nodes, every_tail, every_head = graph.nodes, graph.tails, graph.heads
    members = sorted({every_tail[arc] for arc in arcs}, key=lambda node: nodes[node].key)
    rank = {node: number for number, node in enumerate(members)}
    width, count = len(members), len(every_tail)
    # One number per arc: tuples would take several times as long to sort.
    packed = sorted(
        [(rank[every_tail[arc]] * width + rank[every_head[arc]]) * count + arc for arc in arcs]
    )
    ends = [number // count for number in packed]
    owners = [graph.owners[number % count] for number in packed]
    if len(set(ends)) < len(ends):
        ends, owners = _parallel_in_order(graph, ends, owners)
    tails = tuple([pair // width for pair in ends])
    edges = tuple([graph.edges[owner] for owner in owners])
    configs = [arc for arc, edge in enumerate(edges) if edge.label is not Label.TRIGGER]
    return Component(
        nodes=tuple([nodes[node] for node in members]),
        edges=edges,
        tails=tails,
        heads=tuple([pair % width for pair in ends]),
        units=tuple(owners),
        leaving=_runs(tails, width),
        declared=tuple([arc for arc in configs if edges[arc].origin is Origin.DECLARED]),
        triggers=_left_out(configs, len(edges)),
    )


def _runs(tails: Sequence[int], nodes: int) -> tuple[range, ...]:
    """By node, the arcs that leave it: arcs are in order of their tails."""
    counts = [0] * (nodes + 1)
    for tail in tails:
        counts[tail + 1] += 1
    return tuple([range(*run) for run in pairwise(accumulate(counts))])


def _left_out(arcs: Sequence[int], count: int) -> tuple[int, ...]:
    """The arcs that are not among those given, out of so many."""
    if len(arcs) == count:
        return ()
    given = set(arcs)
    return tuple([arc for arc in range(count) if arc not in given])


def _parallel_in_order(
    graph: Graph, ends: list[int], owners: list[int]
) -> tuple[list[int], list[int]]:
    """Edges between the same two nodes in their own order, those that were told twice once."""
    kept_ends: list[int] = []
    kept_owners: list[int] = []
    done = 0
    for start in [at for at, (one, two) in enumerate(pairwise(ends)) if one == two]:
        if start >= done:
            kept_ends += ends[done:start]
            kept_owners += owners[done:start]
            done = bisect_right(ends, ends[start], start)
            parallel = _once(graph, owners[start:done])
            kept_ends += [ends[start]] * len(parallel)
            kept_owners += parallel
    return kept_ends + ends[done:], kept_owners + owners[done:]


def _once(graph: Graph, owners: list[int]) -> list[int]:
    by_label = {graph.edges[owner].label: owner for owner in owners}
    if len(by_label) == len(owners):
        return [by_label[label] for label in sorted(by_label)]
    told = {graph.edges[owner]: owner for owner in reversed(owners)}
    return [told[edge] for edge in sorted(told, key=_place)]


def _place(edge: Edge) -> tuple[str, tuple[str | int, ...]]:
    return edge.label, place(edge)


def _first(component: Component) -> str:
    return component.nodes[0].key
