"""Strongly connected components: every cycle lies within one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from operator import eq
from typing import TYPE_CHECKING

from pulumi_functiongraph.core.graph.edges import DECLARED, TRIGGER, Edge, Label, place
from pulumi_functiongraph.core.graph.nodes import Node
from pulumi_functiongraph.core.graph.overlay import Graph

if TYPE_CHECKING:
    import rustworkx as rx

_RANKS = {label: rank for rank, label in enumerate(sorted(Label))}


@dataclass(frozen=True, slots=True)
class Component:
    """One component with a cycle in it, numbered independently of the order of declaration.

    Attributes:
        nodes: in order of their keys.
        edges: by arc, its edge.
        tails: by arc, the number of the node that it leaves.
        heads: by arc, the number of the node that it enters.
        units: by arc, the number of its edge: an edge to an alias of two versions has two arcs.
        starts: by node, the first of the arcs that leave it, which follow each other; at the end,
            the number of all arcs.
        declared: the arcs of declared configs.
        triggers: the arcs that no config sets.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    tails: tuple[int, ...]
    heads: tuple[int, ...]
    units: tuple[int, ...]
    starts: tuple[int, ...]
    declared: tuple[int, ...]
    triggers: tuple[int, ...]

    def leaving(self, node: int) -> range:
        """The arcs that leave a node."""
        return range(self.starts[node], self.starts[node + 1])

    @property
    def configs(self) -> Sequence[int]:
        """The arcs that a config sets."""
        return self.without(self.triggers)

    def without(self, arcs: Sequence[int]) -> Sequence[int]:
        """All other arcs."""
        return _left_out(arcs, len(self.edges))

    def is_acyclic_with(self, arcs: Sequence[int]) -> bool:
        """Whether no cycle consists of the given arcs alone."""
        import rustworkx as rx

        return not arcs or rx.is_directed_acyclic_graph(self.graph_of(arcs))

    def graph_of(self, arcs: Iterable[int]) -> rx.PyDiGraph[None, None]:
        """The given arcs among all nodes."""
        tails, heads = self.tails, self.heads
        return _graph(len(self.nodes), ((tails[arc], heads[arc]) for arc in arcs))


def cyclic_components(graph: Graph, *, arcs: Sequence[int] | None = None) -> list[Component]:
    """The components that the given arcs close at least one cycle in, in order of their nodes."""
    tails, heads = graph.tails, graph.heads
    if arcs is not None:
        tails, heads = [tails[arc] for arc in arcs], [heads[arc] for arc in arcs]
    groups = _groups(graph, tails, heads)
    if not groups:
        return []
    numbers = range(len(tails)) if arcs is None else arcs
    inside = _packed(graph, groups, zip(numbers, tails, heads, strict=True))
    found = zip(groups, inside, strict=True)
    return sorted([_component(graph, group, packed) for group, packed in found], key=_first)


def _groups(graph: Graph, tails: Sequence[int], heads: Sequence[int]) -> list[list[int]]:
    """The nodes of each component with a cycle, in order of their keys."""
    import rustworkx as rx

    connected = _graph(len(graph.nodes), zip(tails, heads, strict=True))
    # Asked first because most graphs end here, and a list for each single node takes far longer.
    if rx.is_directed_acyclic_graph(connected):
        return []
    loops = {tail for tail, head in zip(tails, heads, strict=True) if tail == head}
    groups = [
        group
        for group in rx.strongly_connected_components(connected)
        if len(group) > 1 or group[0] in loops
    ]
    keys = [node.key for node in graph.nodes]
    for group in groups:
        group.sort()  # Often the order of the keys already, which is then soon found in order.
        group.sort(key=keys.__getitem__)
    return groups


def _graph(nodes: int, ends: Iterable[tuple[int, int]]) -> rx.PyDiGraph[None, None]:
    import rustworkx as rx

    graph: rx.PyDiGraph[None, None] = rx.PyDiGraph()
    graph.add_nodes_from([None] * nodes)
    graph.extend_from_edge_list(ends)
    return graph


def _packed(
    graph: Graph, groups: list[list[int]], arcs: Iterable[tuple[int, int, int]]
) -> list[list[int]]:
    """By component, its arcs, in order of the nodes that they leave and enter and of their labels.

    Each arc is one number: tuples would take several times as long to sort.

    Args:
        graph: what the components are of.
        groups: by component, its nodes in order.
        arcs: the number of each, the node that it leaves and the one that it enters.
    """
    owner, rank = [-1] * len(graph.nodes), [0] * len(graph.nodes)
    for number, group in enumerate(groups):
        for at, node in enumerate(group):
            owner[node], rank[node] = number, at
    widths, count, labels = [len(group) for group in groups], len(graph.tails), len(_RANKS)
    owners, edges = graph.owners, graph.edges
    inside: list[list[int]] = [[] for _ in groups]
    for arc, tail, head in arcs:
        number = owner[tail]
        if number >= 0 and number == owner[head]:
            ends = rank[tail] * widths[number] + rank[head]
            label = _RANKS[edges[owners[arc]].label]
            inside[number].append((ends * labels + label) * count + arc)
    for packed in inside:
        packed.sort()
    return inside


def _component(graph: Graph, group: list[int], packed: list[int]) -> Component:
    count, width = len(graph.tails), len(group) * len(_RANKS)
    places = [number // count for number in packed]
    arcs = [number % count for number in packed]
    if any(map(eq, places, islice(places, 1, None))):
        places, arcs = _told_once(graph, places, arcs)
    tails = tuple([place // width for place in places])
    units = tuple([graph.owners[arc] for arc in arcs])
    edges = tuple([graph.edges[unit] for unit in units])
    triggers = tuple([arc for arc, edge in enumerate(edges) if edge.label is TRIGGER])
    configs = _left_out(triggers, len(edges))
    return Component(
        nodes=tuple([graph.nodes[node] for node in group]),
        edges=edges,
        tails=tails,
        heads=tuple([place % width // len(_RANKS) for place in places]),
        units=units,
        starts=_starts(tails, len(group)),
        declared=tuple([arc for arc in configs if edges[arc].origin is DECLARED]),
        triggers=triggers,
    )


def _told_once(graph: Graph, places: list[int], arcs: list[int]) -> tuple[list[int], list[int]]:
    """Arcs without those that were told twice, and those with the same ends and label in order."""
    together: dict[int, list[int]] = {}
    for at, arc in zip(places, arcs, strict=True):
        together.setdefault(at, []).append(arc)
    kept = {at: _once(graph, held) for at, held in together.items()}
    return [at for at, held in kept.items() for _ in held], [*chain.from_iterable(kept.values())]


def _once(graph: Graph, arcs: list[int]) -> list[int]:
    """Arcs with the same ends and label in order, each edge once."""
    if len(arcs) == 1:
        return arcs
    told = {graph.edges[graph.owners[arc]]: arc for arc in reversed(arcs)}
    return [told[edge] for edge in sorted(told, key=place)]


def _starts(tails: Sequence[int], nodes: int) -> tuple[int, ...]:
    """By node, the first of the arcs that leave it; arcs are in order of their tails."""
    counts = [0] * (nodes + 1)
    for tail in tails:
        counts[tail + 1] += 1
    return tuple(accumulate(counts))


def _left_out(arcs: Sequence[int], count: int) -> Sequence[int]:
    """The arcs that are not among those given, out of so many."""
    if not arcs:
        return range(count)
    if len(arcs) == count:
        return ()
    given = set(arcs)
    return [arc for arc in range(count) if arc not in given]


def _first(component: Component) -> str:
    return component.nodes[0].key
