"""Bottlenecks: the arcs of one cycle that lie on every cycle of the component, in linear time.

Take the arcs of the cycle out. If a cycle is left, no arc is on all of them. Otherwise what is
left are detours: ways from one node of the cycle to another. Each detour, together with the rest
of the cycle, is a cycle without the arcs that it goes round. Conversely, a cycle without some arc
t has to get from behind t to before t, in a row of the nodes that starts after t, by at least one
detour round t. So the common arcs are those that no detour goes round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from pulumi_functiongraph.core.graph.components import Component


def common_arcs(component: Component, *, cycle: Sequence[int]) -> tuple[int, ...]:
    """Those arcs of a cycle that every cycle of the component goes through, in their order."""
    import rustworkx as rx

    on_cycle = set(cycle)
    rest = [arc for arc in range(len(component.edges)) if arc not in on_cycle]
    try:
        order = rx.topological_sort(component.graph_of(rest))
    except rx.DAGHasCycle:
        return ()
    places = {component.tails[arc]: at for at, arc in enumerate(cycle)}
    ahead: list[list[int]] = [[] for _ in component.nodes]
    behind: list[list[int]] = [[] for _ in component.nodes]
    for arc in rest:
        ahead[component.tails[arc]].append(component.heads[arc])
        behind[component.heads[arc]].append(component.tails[arc])
    backwards = order[::-1]
    last = _met(backwards, ahead, places=places, better=max)
    first = _met(backwards, ahead, places=places, better=min)
    origin = _met(order, behind, places=places, better=max)
    stop = min((at for at, reached in enumerate(first) if reached < at), default=len(cycle))
    start = max((at for at, begun in enumerate(origin) if begun > at), default=0)
    reached = accumulate(last, max)
    clear = [at for at, furthest in enumerate(reached) if furthest <= at and start <= at < stop]
    return tuple(cycle[at] for at in clear)


def _met(
    order: Sequence[int],
    steps: list[list[int]],
    *,
    places: dict[int, int],
    better: Callable[[Iterable[int]], int],
) -> list[int]:
    """By place on the cycle, the furthest place that detours from there meet, else itself.

    Every node off the cycle has a detour to it and one from it: it is of the component.

    Args:
        order: nodes, each one after all those that its steps lead to.
        steps: by node, where its detours go on.
        places: by node of the cycle, its place.
        better: which of several places is further.
    """
    met = list(range(len(places)))
    best: dict[int, int] = {}
    for node in order:
        found = [best[other] for other in steps[node]]
        at = places.get(node)
        if at is not None:
            found.append(at)
            met[at] = better(found)
        best[node] = better(found)
    return met
