"""Chooses the nodes and hops that are drawn, so that a renderer needs no further graph work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pulumi_functiongraph.core.graph.cycles import CycleAnalysis
from pulumi_functiongraph.core.graph.edges import Hop, place
from pulumi_functiongraph.core.graph.nodes import Node
from pulumi_functiongraph.core.graph.overlay import Graph
from pulumi_functiongraph.core.graph.unproved import Unknowns


class Picture(msgspec.Struct, frozen=True):
    """What is drawn, in a fixed order, and how much of the graph is not."""

    nodes: tuple[Node, ...]
    hops: tuple[Hop, ...]
    nodes_left_out: int = 0
    hops_left_out: int = 0


def whole(graph: Graph) -> Picture:
    """Everything."""
    return picture_of(graph, graph.hops(), graph.nodes)


def cut_to_findings(verdict: CycleAnalysis, *, most: int | None = None) -> Picture:
    """The components with a cycle, what is unknown, and one hop around them.

    Args:
        verdict: what was found; without a finding the picture is empty.
        most: hops to draw at most; shown cycles come first, then their components, then the rest.
    """
    graph = verdict.graph
    found = (*verdict.cycles, *verdict.acknowledged)
    on_paths = {(hop.source, hop.target, hop.edge): None for cycle in found for hop in cycle.path}
    owner = {node: number for number, cycle in enumerate(found) for node in cycle.nodes}
    centre = {*owner, *_unknown_nodes(verdict.unknowns)}
    ranked: list[tuple[int, Hop]] = []
    for hop in graph.hops():
        if hop.source in centre or hop.target in centre:
            inside = hop.source in owner and owner[hop.source] == owner.get(hop.target)
            is_shown = (hop.source, hop.target, hop.edge) in on_paths
            ranked.append((0 if is_shown else 1 if inside else 2, hop))
    ranked.sort(key=lambda held: (held[0], _order(held[1])))
    kept = [hop for _, hop in ranked[:most]]
    return picture_of(graph, kept, {node for hop in kept for node in (hop.source, hop.target)})


def _unknown_nodes(unknowns: Unknowns) -> Iterator[Node]:
    yield from unknowns.aliases
    yield from (held.node for held in unknowns.unreadable)
    for edge in (*unknowns.targets, *unknowns.sources):
        yield edge.source
        yield edge.target


def picture_of(graph: Graph, hops: Iterable[Hop], nodes: Iterable[Node]) -> Picture:
    """Some hops and nodes of a graph, in a fixed order, and how much they leave out."""
    drawn = tuple(sorted(hops, key=_order))
    shown = tuple(sorted(nodes))
    left_out = len(graph.nodes) - len(shown), len(graph.tails) - len(drawn)
    return Picture(shown, drawn, *left_out)


def _order(hop: Hop) -> tuple[str, str, tuple[str | int, ...]]:
    return hop.source.key, hop.target.key, place(hop.edge)
