"""Cuts: which edges to remove so that a component has no cycle any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from pulumi_functiongraph.core.graph.bottleneck import common_arcs
from pulumi_functiongraph.core.graph.components import Component
from pulumi_functiongraph.core.graph.depth_first import DepthFirst
from pulumi_functiongraph.core.graph.edges import Edge
from pulumi_functiongraph.core.graph.feedback import smallest_feedback_set

if TYPE_CHECKING:
    import rustworkx as rx

MOST_EDGES_FOR_SMALLEST = 30
"""Edges that may be cut; the exact search is exponential, and this many take milliseconds."""

_MOST_STEPS_TO_IMPROVE = 2_000_000
"""Arcs looked at while a cut of a large component is made smaller: some tens of milliseconds."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A set of edges that, removed, leaves no cycle in the component.

    Attributes:
        edges: in a fixed order; none of them can be left out, unless there are so many in so
            large a component that trying would take too long.
        is_smallest: whether it is proved that no set of fewer edges does.
    """

    edges: tuple[Edge, ...]
    is_smallest: bool


def find_cut(component: Component, *, shown: Sequence[int]) -> Cut:
    """A cut of declared edges; where cycles are left that none of them is on, of live ones too.

    Triggers are no choice, they are not set by a config.

    Args:
        component: what is cut.
        shown: the arcs of its shown cycle.
    """
    free = next(
        arcs
        for arcs in (component.declared, component.configs, range(len(component.edges)))
        if component.is_acyclic_with(component.without(arcs))
    )
    fixed = component.without(free)
    units = _few(component.units[arc] for arc in free)
    if units is not None:
        return _smallest(component, units=_by_unit(component, units), fixed=fixed)
    is_fixed = set(fixed)
    for arc in sorted(common_arcs(component, cycle=shown)):
        if arc not in is_fixed:
            return Cut((component.edges[arc],), is_smallest=True)
    return _small(component, fixed=fixed, root=component.heads[shown[-1]])


def _few(units: Iterable[int]) -> dict[int, None] | None:
    """Each of some edges once; ``None`` when there are more than can be tried exactly."""
    found: dict[int, None] = {}
    for unit in units:
        found[unit] = None
        if len(found) > MOST_EDGES_FOR_SMALLEST:
            return None
    return found


def _by_unit(component: Component, units: Iterable[int]) -> list[list[int]]:
    """The arcs of each of some edges."""
    held: dict[int, list[int]] = {unit: [] for unit in units}
    for arc, unit in enumerate(component.units):
        if unit in held:
            held[unit].append(arc)
    return list(held.values())


def _smallest(component: Component, *, units: list[list[int]], fixed: Sequence[int]) -> Cut:
    """Exact: the graph of which edge leads to which, by ways that cannot be cut."""
    import rustworkx as rx

    ahead = [0] * len(component.nodes)
    for bit, arcs in enumerate(units):
        for arc in arcs:
            ahead[component.tails[arc]] |= 1 << bit
    still = set(fixed)
    for node in reversed(rx.topological_sort(component.graph_of(fixed))):
        for arc in component.leaving(node):
            if arc in still:
                ahead[node] |= ahead[component.heads[arc]]
    successors = [0] * len(units)
    for bit, arcs in enumerate(units):
        for arc in arcs:
            successors[bit] |= ahead[component.heads[arc]]
    taken = smallest_feedback_set(successors)
    return Cut(tuple(component.edges[units[bit][0]] for bit in taken), is_smallest=True)


def _small(component: Component, *, fixed: Sequence[int], root: int) -> Cut:
    """Not proved: put the nodes in a row that what is fixed runs along; cut what runs back."""
    walk = DepthFirst(component, root=root)
    back = sorted(walk.running_back())
    if fixed:
        row = _row(component, fixed=fixed, first=walk.left[::-1])
        ends = enumerate(zip(component.tails, component.heads, strict=True))
        back = [arc for arc, (tail, head) in ends if row[head] <= row[tail]]
    cut = {component.units[arc]: arc for arc in back}
    if len(cut) * len(component.edges) <= _MOST_STEPS_TO_IMPROVE:
        cut = _without_needless(component, cut)
    return Cut(tuple([component.edges[arc] for arc in cut.values()]), is_smallest=len(cut) == 1)


def _row(component: Component, *, fixed: Sequence[int], first: Sequence[int]) -> list[int]:
    """By node, its place in an order that no fixed arc runs back in, else after ``first``."""
    wished = [0] * len(component.nodes)
    for at, node in enumerate(first):
        wished[node] = at
    after: list[list[int]] = [[] for _ in component.nodes]
    held = [0] * len(component.nodes)
    for arc in fixed:
        after[component.tails[arc]].append(component.heads[arc])
        held[component.heads[arc]] += 1
    ready = [(wished[node], node) for node, count in enumerate(held) if not count]
    heapify(ready)
    row = [0] * len(component.nodes)
    for at in range(len(component.nodes)):
        node = heappop(ready)[1]
        row[node] = at
        for head in after[node]:
            held[head] -= 1
            if not held[head]:
                heappush(ready, (wished[head], head))
    return row


def _without_needless(component: Component, cut: dict[int, int]) -> dict[int, int]:
    """Put edges back that close no cycle."""
    groups = _by_unit(component, cut)
    graph = component.graph_of(component.without([arc for arcs in groups for arc in arcs]))
    graph.check_cycle = True
    return {
        unit: arc
        for (unit, arc), arcs in zip(cut.items(), groups, strict=True)
        if not _is_put_back(component, graph, arcs)
    }


def _is_put_back(component: Component, graph: rx.PyDiGraph[None, None], arcs: list[int]) -> bool:
    """Add the arcs of one edge to a graph that refuses longer cycles, all or none of them."""
    import rustworkx as rx

    ends = [(component.tails[arc], component.heads[arc]) for arc in arcs]
    if any(tail == head for tail, head in ends):
        return False
    for done, (tail, head) in enumerate(ends):
        try:
            graph.add_edge(tail, head, None)
        except rx.DAGWouldCycle:
            for pair in ends[:done]:
                graph.remove_edge(*pair)
            return False
    return True
