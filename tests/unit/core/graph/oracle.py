"""What a graph ought to say, found the slow and simple way with networkx, from the rules alone.

Nothing here uses the code under test but its values `Edge` and `Node`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import networkx as nx

from pulumi_functiongraph.core.graph import Cycle, Edge, Label, Node, Origin

Arc = tuple[str, str, Edge]


@dataclass(frozen=True)
class World:
    """Everything that a graph is made of."""

    edges: tuple[Edge, ...]
    declared: tuple[Node, ...] = ()
    aliases: Mapping[Node, Sequence[Node]] = field(default_factory=dict)
    unreadable: Mapping[Node, str] = field(default_factory=dict)


def meant(world: World, node: Node) -> list[Node]:
    """One step of aliases is all that worlds have."""
    return list(world.aliases.get(node, ())) or [node]


def sources(world: World) -> set[str]:
    told = [e.source for e in world.edges if e.origin is Origin.DECLARED and e.label != "trigger"]
    return {found.key for node in (*told, *world.declared) for found in meant(world, node)}


def counting(world: World) -> list[Edge]:
    own = sources(world)
    return [
        edge
        for edge in world.edges
        if edge.origin is Origin.DECLARED
        or edge.label is Label.TRIGGER
        or any(node.key not in own for node in meant(world, edge.source))
    ]


def arcs_of(world: World) -> list[Arc]:
    """Every pair of edge and trigger is looked at; overlap of prefixes is spelled out."""
    edges = counting(world)
    arcs: set[Arc] = set()
    open_writers = {edge.target.key for edge in edges if edge.target.prefix is None}
    for edge in edges:
        if edge.source.kind == "bucket" and edge.source.key in open_writers:
            continue
        for source in meant(world, edge.source):
            for target in meant(world, edge.target):
                arcs.add((source.key, target.key, edge))
    for writer in edges:
        for trigger in edges:
            if _fires(writer, trigger):
                for target in meant(world, trigger.target):
                    arcs.add((writer.target.key, target.key, trigger))
    return sorted(arcs, key=repr)


def arcs_of_plain(edges: Iterable[Edge]) -> list[Arc]:
    """Of declared edges between functions."""
    return [(edge.source.key, edge.target.key, edge) for edge in edges]


def _fires(writer: Edge, trigger: Edge) -> bool:
    written, listening = writer.target, trigger.source
    if trigger.label is not Label.TRIGGER or (written.kind, listening.kind) != ("bucket", "bucket"):
        return False
    if written.name != listening.name:
        return False
    one, two = written.prefix, listening.prefix
    if one is None or two is None:
        return "" in {one, two}
    shorter = min(len(one), len(two))
    return one[:shorter] == two[:shorter]


def drawn(arcs: Iterable[Arc]) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for tail, head, edge in arcs:
        graph.add_edge(tail, head, edge=edge)
    return graph


def components(arcs: Iterable[Arc]) -> set[frozenset[str]]:
    """Groups of nodes that reach each other, single ones only with a loop."""
    graph = drawn(arcs)
    return {
        frozenset(group)
        for group in nx.strongly_connected_components(graph)
        if len(group) > 1 or graph.has_edge(*group, *group)
    }


def within(arcs: Iterable[Arc], group: Iterable[str]) -> list[Arc]:
    members = set(group)
    return [arc for arc in arcs if arc[0] in members and arc[1] in members]


def plain(arcs: Iterable[Arc]) -> list[Arc]:
    return [arc for arc in arcs if not arc[2].acknowledged]


def is_acyclic(arcs: Iterable[Arc], *, without: Iterable[Edge] = ()) -> bool:
    gone = set(without)
    graph = drawn(arc for arc in arcs if arc[2] not in gone)
    return bool(nx.is_directed_acyclic_graph(graph))


def is_declared_config(edge: Edge) -> bool:
    return edge.origin is Origin.DECLARED and edge.label is not Label.TRIGGER


def fewest_edges(arcs: list[Arc]) -> int:
    """Of the cycles through a declared config's edge, else of all, by listing every cycle."""
    preferred = {(tail, head) for tail, head, edge in arcs if is_declared_config(edge)}
    graph: nx.DiGraph[str] = nx.DiGraph([(tail, head) for tail, head, _ in arcs])
    cycles = list(nx.simple_cycles(graph))
    through = [
        cycle
        for cycle in cycles
        if preferred.intersection(zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    ]
    return min(len(cycle) for cycle in through or cycles)


def smallest_cut(arcs: list[Arc]) -> int:
    """By trying every set of edges that may be cut, the small ones first."""
    configs = {edge for _, _, edge in arcs if edge.label is not Label.TRIGGER}
    own = {edge for edge in configs if edge.origin is Origin.DECLARED}
    free = sorted(own if is_acyclic(arcs, without=own) else configs, key=repr)
    return next(
        size
        for size in range(len(free) + 1)
        if any(is_acyclic(arcs, without=chosen) for chosen in combinations(free, size))
    )


def breaks_alone(arcs: list[Arc]) -> bool:
    return any(is_declared_config(edge) and is_acyclic(arcs, without=[edge]) for _, _, edge in arcs)


def assert_cycle_is_right(cycle: Cycle, arcs: list[Arc]) -> None:
    """Judge what is said of one component; the arcs are those that its cycles are made of."""
    told = [(hop.source.key, hop.target.key, hop.edge) for hop in cycle.path]
    inside = within(arcs, [node.key for node in cycle.nodes])
    assert set(told) <= set(inside)
    assert [head for _, head, _ in told] == [*[tail for tail, _, _ in told][1:], told[0][0]]
    assert len({tail for tail, _, _ in told}) == len(told)
    assert told[0][0] == min(tail for tail, _, _ in told)
    assert len(told) == fewest_edges(inside)
    own = any(is_declared_config(edge) for _, _, edge in inside)
    assert any(is_declared_config(edge) for _, _, edge in told) == own


def assert_cut_is_right(cycle: Cycle, arcs: list[Arc]) -> None:
    inside = within(arcs, [node.key for node in cycle.nodes])
    assert cycle.cut is not None
    assert cycle.breaks is not None
    assert is_acyclic(inside, without=cycle.cut.edges)
    assert cycle.cut.is_smallest
    assert len(cycle.cut.edges) == smallest_cut(inside)
    assert cycle.breaks in [hop.edge for hop in cycle.path]
    own = any(is_declared_config(edge) for _, _, edge in inside)
    assert is_declared_config(cycle.breaks) == own
    if own:
        assert cycle.breaks_all == breaks_alone(inside)
    assert cycle.breaks_all <= is_acyclic(inside, without=[cycle.breaks])


def reached(arcs: list[Arc]) -> set[str]:
    graph = drawn(arcs)
    starts = {head for _, head, edge in arcs if edge.origin is Origin.DECLARED}
    return starts.union(*(nx.descendants(graph, start) for start in starts))
