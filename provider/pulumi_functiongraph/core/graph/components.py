"""Finds the strongly connected components; every cycle lies within one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

import msgspec

from pulumi_functiongraph.core.graph.edges import TRIGGER, Edge, place
from pulumi_functiongraph.core.graph.nodes import Node
from pulumi_functiongraph.core.graph.overlay import Graph


class Component(msgspec.Struct, frozen=True, dict=True):
    """One component with a cycle in it, numbered independently of the order of declaration.

    Attributes:
        nodes: in order of their keys.
        edges: by arc, its edge.
        tails: by arc, the number of the node that it leaves.
        heads: by arc, the number of the node that it enters.
        units: by arc, the number of its edge: an edge to an alias of two versions has two arcs.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    tails: tuple[int, ...]
    heads: tuple[int, ...]
    units: tuple[int, ...]

    @cached_property
    def leaving(self) -> list[list[int]]:
        """By node, the arcs that leave it, in their order."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for arc, tail in enumerate(self.tails):
            found[tail].append(arc)
        return found

    @cached_property
    def declared(self) -> list[int]:
        """The arcs of declared configs."""
        return [arc for arc in self.configs if self.edges[arc].is_declared]

    @cached_property
    def configs(self) -> list[int]:
        """The arcs that a config sets."""
        return [arc for arc, edge in enumerate(self.edges) if edge.label is not TRIGGER]

    @cached_property
    def triggers(self) -> list[int]:
        """The arcs that no config sets."""
        return [arc for arc, edge in enumerate(self.edges) if edge.label is TRIGGER]

    def heads_without(self, arcs: Iterable[int]) -> list[list[int]]:
        """By node, the nodes that other arcs than the given ones lead to."""
        left_out = set(arcs)
        heads = self.heads
        if len(left_out) == len(heads):
            return [[] for _ in self.nodes]
        return [[heads[arc] for arc in held if arc not in left_out] for held in self.leaving]


def cyclic_components(graph: Graph, *, arcs: Sequence[int] | None = None) -> list[Component]:
    """The components that the given arcs close at least one cycle in, in order of their nodes."""
    tails, heads = graph.tails, graph.heads
    chosen = range(len(tails)) if arcs is None else arcs
    ahead: list[list[int]] = [[] for _ in graph.nodes]
    for arc in chosen:
        ahead[tails[arc]].append(heads[arc])
    order = finishing_order(ahead, roots=range(len(ahead)))
    if is_acyclic(ahead, order=order):
        return []
    root = _roots(ahead, order=order)
    inside: defaultdict[int, list[int]] = defaultdict(list)
    for arc in chosen:
        if root[tails[arc]] == root[heads[arc]]:
            inside[root[tails[arc]]].append(arc)
    found = [_component(graph, held) for held in inside.values()]
    return sorted(found, key=lambda component: component.nodes[0].key)


def finishing_order(ahead: Sequence[Iterable[int]], *, roots: Iterable[int]) -> list[int]:
    """The nodes in the order in which a depth-first search leaves them for good.

    An arc leads to a node that is left later, or to its own node, only where it leads back to the
    path that the search is on, and so closes a cycle with it.

    Args:
        ahead: by node, where its arcs lead to.
        roots: every node, in the order in which the search starts at those not seen yet.
    """
    order: list[int] = []
    is_seen = bytearray(len(ahead))
    for root in roots:
        if is_seen[root]:
            continue
        is_seen[root] = True
        path, rest = [root], [iter(ahead[root])]
        while path:
            for head in rest[-1]:
                if not is_seen[head]:
                    is_seen[head] = True
                    path.append(head)
                    rest.append(iter(ahead[head]))
                    break
            else:
                order.append(path.pop())
                rest.pop()
    return order


def is_acyclic(ahead: Sequence[Iterable[int]], *, order: Sequence[int]) -> bool:
    """Whether no arc leads back in a finishing order, so that there is no cycle."""
    is_left = bytearray(len(ahead))
    for node in order:
        if not all(is_left[head] for head in ahead[node]):
            return False
        is_left[node] = True
    return True


def _roots(ahead: Sequence[Sequence[int]], *, order: Sequence[int]) -> list[int]:
    """By node, one node that stands for its component (Kosaraju's algorithm)."""
    behind: list[list[int]] = [[] for _ in ahead]
    for tail, heads in enumerate(ahead):
        for head in heads:
            behind[head].append(tail)
    found = [-1] * len(ahead)
    for root in reversed(order):
        if found[root] >= 0:
            continue
        found[root] = root
        waiting = [root]
        while waiting:
            for tail in behind[waiting.pop()]:
                if found[tail] < 0:
                    found[tail] = root
                    waiting.append(tail)
    return found


def _component(graph: Graph, arcs: Iterable[int]) -> Component:
    """A component of the given arcs; an edge that is reported twice counts once."""
    tails, heads, owners = graph.tails, graph.heads, graph.owners
    nodes = sorted({tails[arc] for arc in arcs}, key=lambda node: graph.nodes[node].key)
    rank = {node: at for at, node in enumerate(nodes)}
    placed = {}
    for arc in arcs:
        edge = graph.edges[owners[arc]]
        placed[rank[tails[arc]], rank[heads[arc]], edge.label, place(edge)] = arc
    ordered = [placed[key] for key in sorted(placed)]
    return Component(
        nodes=tuple(graph.nodes[node] for node in nodes),
        edges=tuple(graph.edges[owners[arc]] for arc in ordered),
        tails=tuple(rank[tails[arc]] for arc in ordered),
        heads=tuple(rank[heads[arc]] for arc in ordered),
        units=tuple(owners[arc] for arc in ordered),
    )
