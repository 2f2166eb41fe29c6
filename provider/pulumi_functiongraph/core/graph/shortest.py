"""The cycle that is shown of a component: a short one, always the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain

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
    return _walk(component, first=[arc], limit=len(component.nodes))


def _shortest(component: Component, *, through: set[int]) -> tuple[int, ...]:
    """Try each node as the tail of one of the arcs, and drop the arcs once they are tried."""
    rest = _Rest(component)
    best: tuple[int, ...] = ()
    limit = len(component.nodes)
    for node in range(len(component.nodes)):
        first = [arc for arc in component.leaving(node) if arc in through and rest.has[arc]]
        if not first:
            continue
        found = _walk(component, first=first, limit=limit, among=rest.has)
        if found:
            best, limit = found, len(found) - 1
            if not limit:
                break
        rest.drop(first)
    return best


def _walk(
    component: Component, *, first: Sequence[int], limit: int, among: Sequence[int] | None = None
) -> tuple[int, ...]:
    """A closed way of fewest arcs, breadth first; empty when it takes more than the limit.

    Args:
        component: where the way is.
        first: the arcs that it may begin with, which leave one node.
        limit: the most arcs of a way.
        among: by arc, whether the way may go on with it; ``None`` for any.
    """
    heads, starts = component.heads, component.starts
    goal = component.tails[first[0]]
    came = [-1] * len(component.nodes)
    arcs: Iterable[int] = first
    for _ in range(limit):
        reached = []
        for arc in arcs:
            head = heads[arc]
            if came[head] < 0:
                came[head] = arc
                if head == goal:
                    return _way_back(component, came, goal=goal)
                reached.append(head)
        arcs = chain.from_iterable([range(starts[node], starts[node + 1]) for node in reached])
        if among is not None:
            arcs = [arc for arc in arcs if among[arc]]
    return ()


def _way_back(component: Component, came: Sequence[int], *, goal: int) -> tuple[int, ...]:
    way = [came[goal]]
    while (node := component.tails[way[-1]]) != goal:
        way.append(came[node])
    return tuple(reversed(way))


class _Rest:
    """What is left of a component; arcs that lie on no cycle any more go as well.

    Attributes:
        has: by arc, whether it is left.
    """

    def __init__(self, component: Component) -> None:
        self.has = bytearray(b"\1") * len(component.edges)
        self._component = component
        self._entering: list[list[int]] = [[] for _ in component.nodes]
        for arc, head in enumerate(component.heads):
            self._entering[head].append(arc)
        self._out = [len(component.leaving(node)) for node in range(len(component.nodes))]
        self._into = [len(arcs) for arcs in self._entering]

    def drop(self, arcs: Iterable[int]) -> None:
        """Take arcs out, and then every arc that leads nowhere or is led to from nowhere."""
        has, out, into = self.has, self._out, self._into
        tails, heads = self._component.tails, self._component.heads
        waiting = list(arcs)
        while waiting:
            arc = waiting.pop()
            if has[arc]:
                has[arc] = False
                tail, head = tails[arc], heads[arc]
                out[tail] -= 1
                into[head] -= 1
                if not out[tail]:
                    waiting += self._entering[tail]
                if not into[head]:
                    waiting += self._component.leaving(head)
