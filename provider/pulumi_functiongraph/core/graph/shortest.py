"""The cycle that is shown of a component: a short one, always the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from pulumi_functiongraph.core.graph.components import Component

MOST_NODES_FOR_SHORTEST = 500
"""Nodes; up to here the shortest of all is looked for, a person reads no more in one report."""


def shown_cycle(component: Component, *, through: Collection[int]) -> tuple[int, ...]:
    """The arcs of one cycle, in their order.

    Args:
        component: where the cycle is.
        through: arcs of which the cycle holds at least one, not empty. In a component of at most
            500 nodes it is a cycle of fewest arcs, in a larger one a cycle of fewest arcs through
            the first of them.
    """
    if len(component.nodes) > MOST_NODES_FOR_SHORTEST:
        return _through_first(component, arc=min(through))
    return _shortest(component, through=set(through))


def _through_first(component: Component, *, arc: int) -> tuple[int, ...]:
    goal = component.tails[arc]
    return _walk(component, component.leaving, first=[arc], goal=goal, limit=len(component.nodes))


def _shortest(component: Component, *, through: set[int]) -> tuple[int, ...]:
    """Try each node as the tail of one of the arcs, and drop the arcs once they are tried."""
    rest = _Rest(component)
    best: tuple[int, ...] = ()
    limit = len(component.nodes)
    for node in range(len(component.nodes)):
        first = [arc for arc in rest.leaving[node] if arc in through]
        if not first:
            continue
        found = _walk(component, rest.leaving, first=first, goal=node, limit=limit)
        if found:
            best, limit = found, len(found) - 1
        rest.drop(first)
    return best


def _walk(
    component: Component,
    leaving: Sequence[Iterable[int]],
    *,
    first: Iterable[int],
    goal: int,
    limit: int,
) -> tuple[int, ...]:
    """A way of fewest arcs to a node, breadth first; empty when it takes more than the limit."""
    heads = component.heads
    came: dict[int, int] = {}
    frontier = [goal]
    arcs_of: Sequence[Iterable[int]] | dict[int, Iterable[int]] = {goal: first}
    for _ in range(limit):
        reached = []
        for node in frontier:
            for arc in arcs_of[node]:
                head = heads[arc]
                if head not in came:
                    came[head] = arc
                    reached.append(head)
        if goal in came:
            return _way_back(component, came, goal=goal)
        frontier = reached
        arcs_of = leaving
    return ()


def _way_back(component: Component, came: dict[int, int], *, goal: int) -> tuple[int, ...]:
    way = [came[goal]]
    while (node := component.tails[way[-1]]) != goal:
        way.append(came[node])
    return tuple(reversed(way))


class _Rest:
    """What is left of a component; arcs that lie on no cycle any more go as well."""

    def __init__(self, component: Component) -> None:
        self._component = component
        self.leaving = [dict.fromkeys(arcs) for arcs in component.leaving]
        self._entering: list[dict[int, None]] = [{} for _ in component.nodes]
        for arc, head in enumerate(component.heads):
            self._entering[head][arc] = None

    def drop(self, arcs: Iterable[int]) -> None:
        """Take arcs out, and then every arc that leads nowhere or is led to from nowhere."""
        waiting = list(arcs)
        while waiting:
            arc = waiting.pop()
            tail, head = self._component.tails[arc], self._component.heads[arc]
            self.leaving[tail].pop(arc, None)
            self._entering[head].pop(arc, None)
            if not self.leaving[tail]:
                waiting.extend(self._entering[tail])
            if not self._entering[head]:
                waiting.extend(self.leaving[head])
