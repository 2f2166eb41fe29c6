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
from pulumi_functiongraph.core.graph.depth_first import DepthFirst


def common_arcs(component: Component, *, cycle: Sequence[int]) -> tuple[int, ...]:
    """Those arcs of a cycle that every cycle of the component goes through, in their order."""
    on_cycle = bytearray(len(component.edges))
    for arc in cycle:
        on_cycle[arc] = True
    walk = DepthFirst(component, without=on_cycle)
    if next(walk.running_back(), None) is not None:
        return ()
    places = [-1] * len(component.nodes)
    for at, arc in enumerate(cycle):
        places[component.tails[arc]] = at
    ahead = [
        [component.heads[arc] for arc in component.leaving(node) if not on_cycle[arc]]
        for node in range(len(component.nodes))
    ]
    last = _ends(walk.left, ahead, places=places, better=max)
    first = _ends(walk.left, ahead, places=places, better=min)
    origin = _origins(walk.left[::-1], ahead, places=places)
    row = [component.tails[arc] for arc in cycle]
    stop = min((at for at, node in enumerate(row) if first[node] < at), default=len(row))
    start = max((at for at, node in enumerate(row) if origin[node] > at), default=0)
    reached = accumulate([last[node] for node in row], max)
    clear = [at for at, furthest in enumerate(reached) if furthest <= at and start <= at < stop]
    return tuple(cycle[at] for at in clear)


def _ends(
    order: Sequence[int],
    ahead: Sequence[Sequence[int]],
    *,
    places: Sequence[int],
    better: Callable[[Iterable[int]], int],
) -> list[int]:
    """By node, the furthest place on the cycle that detours from it end at, its own included.

    Every node off the cycle has a detour to it and one from it: it is of the component.

    Args:
        order: nodes, each one after all those that its detours lead to.
        ahead: by node, where its detours go on.
        places: by node, its place on the cycle or -1.
        better: which of several places is further.
    """
    ends = list(places)
    for node in order:
        found = [ends[other] for other in ahead[node]]
        if places[node] >= 0:
            found.append(places[node])
        ends[node] = better(found)
    return ends


def _origins(
    order: Sequence[int], ahead: Sequence[Sequence[int]], *, places: Sequence[int]
) -> list[int]:
    """By node, the furthest place on the cycle that detours to it start at, its own included.

    Args:
        order: nodes, each one before all those that its detours lead to.
        ahead: by node, where its detours go on.
        places: by node, its place on the cycle or -1.
    """
    origins = list(places)
    for node in order:
        for other in ahead[node]:
            origins[other] = max(origins[other], origins[node])
    return origins
