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
        return _closed_path(component, component.leaving, first=[min(through)])
    wanted = set(through)
    out = [dict.fromkeys(arcs) for arcs in component.leaving]
    into: list[dict[int, None]] = [{} for _ in component.nodes]
    for arc, head in enumerate(component.heads):
        into[head][arc] = None
    best: tuple[int, ...] = ()
    for arcs in out:
        first = [arc for arc in arcs if arc in wanted]
        if first:
            most = len(best) - 1 if best else None
            best = _closed_path(component, out, first=first, most=most) or best
            if len(best) == 1:
                break
            _drop(component, first, out=out, into=into)
    return best


def _closed_path(
    component: Component,
    out: Sequence[Iterable[int]],
    *,
    first: Sequence[int],
    most: int | None = None,
) -> tuple[int, ...]:
    """A cycle of fewest arcs, breadth first; empty when it takes more than the most.

    It begins with one of `first`, which leave one node, and leaves the others as `out` allows.
    """
    heads = component.heads
    goal = component.tails[first[0]]
    came: dict[int, int] = {}
    arcs: Iterable[int] = first
    for _ in range(len(component.nodes) if most is None else most):
        reached = []
        for arc in arcs:
            head = heads[arc]
            if head not in came:
                came[head] = arc
                if head == goal:
                    return _path_back(component, came, goal=goal)
                reached.append(head)
        arcs = [arc for node in reached for arc in out[node]]
    return ()


def _path_back(component: Component, came: dict[int, int], *, goal: int) -> tuple[int, ...]:
    path = [came[goal]]
    while (node := component.tails[path[-1]]) != goal:
        path.append(came[node])
    return tuple(reversed(path))


def _drop(
    component: Component,
    arcs: Iterable[int],
    *,
    out: Sequence[dict[int, None]],
    into: Sequence[dict[int, None]],
) -> None:
    """Take arcs out, and then every arc that leads nowhere or that nothing leads to."""
    waiting = list(arcs)
    while waiting:
        arc = waiting.pop()
        tail, head = component.tails[arc], component.heads[arc]
        if arc in out[tail]:
            del out[tail][arc], into[head][arc]
            if not out[tail]:
                waiting += into[tail]
            if not into[head]:
                waiting += out[head]
