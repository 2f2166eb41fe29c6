"""Finds every cycle of a graph, each component once, with a cut and its cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

import msgspec

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.config import RETRIES
from pulumi_functiongraph.core.graph.components import Component, cyclic_components
from pulumi_functiongraph.core.graph.cuts import Cut, find_cut
from pulumi_functiongraph.core.graph.edges import Edge, Hop, Origin, in_order
from pulumi_functiongraph.core.graph.nodes import Node
from pulumi_functiongraph.core.graph.overlay import Graph
from pulumi_functiongraph.core.graph.shortest import shown_cycle
from pulumi_functiongraph.core.graph.unproved import Unknowns, find_unknowns


class Cost(msgspec.Struct, frozen=True):
    """What a cycle costs as long as it runs.

    Attributes:
        fewest: runs per lap when every run succeeds at once.
        most: runs per lap when every retry is used; unknown retries count as the most allowed.
        forks: the topics, buckets and streams of the component that trigger several of its
            functions: there, one event becomes several.
    """

    fewest: int
    most: int
    forks: tuple[Node, ...] = ()

    def __str__(self) -> str:
        """One line, with its assumption."""
        runs = counted(self.most, "run")
        runs = runs if self.fewest == self.most else f"{self.fewest:,} to {runs}"
        where = (
            f"here at {', '.join(map(str, self.forks))}" if self.forks else "which none does here"
        )
        return (
            f"an event circulates for ever: {runs} per lap (one to 1 + retries a hop); it "
            f"multiplies only where a topic, bucket or stream triggers several functions, {where}"
        )


class Cycle(msgspec.Struct, frozen=True):
    """One strongly connected component, shown by one of its cycles.

    Attributes:
        id: 8 hex digits of the shown cycle, the same whatever the order of declaration.
        stops: the nodes of the shown cycle, from the smallest; it goes through a declared edge
            where there is one. Up to 500 nodes no such cycle has fewer edges, beyond, none
            through the same first edge.
        edges: the edges of the shown cycle: each leaves the stop at its place for the next one.
        nodes: every node of the component.
        breaks: the edge of the path to remove: a declared one where there is one; ``None`` when
            the cycle is acknowledged.
        breaks_all: whether removing it leaves no cycle in the whole component.
        cut: edges that, removed, leave no cycle; ``None`` when the cycle is acknowledged.
        cost: what it costs as long as it runs.
        acknowledged: acknowledged edges that close further cycles with this component.
        is_acknowledged: whether every cycle of the component has an acknowledged edge.
    """

    id: str
    stops: tuple[Node, ...]
    edges: tuple[Edge, ...]
    nodes: tuple[Node, ...]
    breaks: Edge | None
    breaks_all: bool
    cut: Cut | None
    cost: Cost
    acknowledged: tuple[Edge, ...]
    is_acknowledged: bool

    @property
    def path(self) -> tuple[Hop, ...]:
        """The shown cycle, from its smallest node round to it again."""
        return tuple(map(Hop, self.stops, (*self.stops[1:], self.stops[0]), self.edges))

    @property
    def is_declared(self) -> bool:
        """Whether the program has a part in it; otherwise all of it is deployed already."""
        return any(edge.is_declared for edge in self.edges)

    @property
    def to_remove_first(self) -> tuple[Edge, ...]:
        """Edges of the path that are live though no longer declared: remove them beforehand."""
        return in_order([edge for edge in self.edges if edge.origin is Origin.REMOVED])


class CycleAnalysis(msgspec.Struct, frozen=True):
    """What was found in a graph.

    Attributes:
        graph: what was judged.
        cycles: the components with a cycle that nobody acknowledged, each once.
        acknowledged: the components all of whose cycles are acknowledged, each once.
        unknowns: what could still close a cycle.
    """

    graph: Graph
    cycles: tuple[Cycle, ...]
    acknowledged: tuple[Cycle, ...]
    unknowns: Unknowns

    @property
    def is_proved_acyclic(self) -> bool:
        """Whether there is no cycle but acknowledged ones, and nothing unknown could close one."""
        return not self.cycles and not self.unknowns


def find_cycles(graph: Graph, *, missing: tuple[str, ...] = ()) -> CycleAnalysis:
    """Find every cycle of a graph, and what is not known.

    Cycles are judged without acknowledged edges. A component that is held together by acknowledged
    edges alone is reported as acknowledged, unless an error is in it. Nothing is proved where
    something was not read at all.
    """
    unknowns = find_unknowns(graph, missing=missing)
    whole = cyclic_components(graph)
    intended: set[int] = set()
    if whole:
        intended = {number for number, edge in enumerate(graph.edges) if edge.acknowledged}
    if not intended:
        return CycleAnalysis(graph, tuple(map(_cycle, whole)), (), unknowns)
    plain = [arc for arc, owner in enumerate(graph.owners) if owner not in intended]
    errors = cyclic_components(graph, arcs=plain)
    around = {node: component for component in whole for node in component.nodes}
    wrong = {around[component.nodes[0]].nodes[0] for component in errors}
    return CycleAnalysis(
        graph,
        tuple(_cycle(part, around=around[part.nodes[0]]) for part in errors),
        tuple(_cycle(part, is_acknowledged=True) for part in whole if part.nodes[0] not in wrong),
        unknowns,
    )


def _cycle(
    component: Component, *, around: Component | None = None, is_acknowledged: bool = False
) -> Cycle:
    """The cycle that stands for a component; through declared edges, where there are any.

    Args:
        component: what it is found in.
        around: the component with acknowledged edges too, where there are such.
        is_acknowledged: whether nothing of it has to be removed.
    """
    wanted = component.declared or component.configs or range(len(component.edges))
    shown = shown_cycle(component, through=wanted)
    stops, edges = _rotated(component, shown)
    cut = None if is_acknowledged else find_cut(component, shown=shown)
    breaks = _breaking(edges, cut) if cut else None
    known = in_order([edge for edge in (around or component).edges if edge.acknowledged])
    return Cycle(
        id=_id(stops, edges),
        stops=stops,
        edges=edges,
        nodes=component.nodes,
        breaks=breaks,
        breaks_all=cut is not None and cut.edges == (breaks,),
        cut=cut,
        cost=_cost(component, edges),
        acknowledged=known,
        is_acknowledged=is_acknowledged,
    )


def _id(stops: Sequence[Node], edges: Sequence[Edge]) -> str:
    """8 hex digits of the shown cycle."""
    keys = [node.key for node in stops]
    hops = zip(keys, edges, (*keys[1:], keys[0]), strict=True)
    told = "\n".join([f"{source} {edge.label} {target}" for source, edge, target in hops])
    return sha256(told.encode(errors="surrogatepass")).hexdigest()[:8]


def _rotated(
    component: Component, arcs: Sequence[int]
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """The nodes and the edges of a cycle from its smallest node on."""
    stops = [component.tails[arc] for arc in arcs]
    start = stops.index(min(stops))
    nodes, edges = component.nodes, component.edges
    return (
        tuple([nodes[stop] for stop in (*stops[start:], *stops[:start])]),
        tuple([edges[arc] for arc in (*arcs[start:], *arcs[:start])]),
    )


def _breaking(shown: Sequence[Edge], cut: Cut) -> Edge:
    """The edge of the shown cycle to name: one of the cut, and one that the program declares."""
    chosen = {id(edge) for edge in cut.edges}
    configs = [edge for edge in shown if edge.is_config] or shown
    declared = [edge for edge in configs if edge.is_declared] or configs
    return next((edge for edge in declared if id(edge) in chosen), declared[0])


def _cost(component: Component, shown: Sequence[Edge]) -> Cost:
    runs = [edge for edge in shown if edge.is_config]
    retries = [RETRIES.high if edge.retries is None else edge.retries for edge in runs]
    triggered: defaultdict[Node, set[Node]] = defaultdict(set)
    for arc in component.triggers:
        triggered[component.nodes[component.tails[arc]]].add(component.nodes[component.heads[arc]])
    forks = sorted(node for node, functions in triggered.items() if len(functions) > 1)
    return Cost(len(runs), len(runs) + sum(retries), tuple(forks))
