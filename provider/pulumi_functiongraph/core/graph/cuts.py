"""Finds a cut: edges to remove so that a component has no cycle any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from heapq import heappop, heappush
from operator import or_

import msgspec

from pulumi_functiongraph.core.graph.components import Component, finishing_order, is_acyclic
from pulumi_functiongraph.core.graph.edges import Edge

MOST_FUNCTIONS_FOR_SMALLEST = 12
"""Functions with edges that may be cut; the exact search is exponential in their number."""

_MOST_STEPS = 20_000
"""Edges of a component times those of its shown cycle, a few milliseconds: up to here each node of
the shown cycle is a start for the search in a larger component."""


class Cut(msgspec.Struct, frozen=True):
    """A set of edges that, removed, leaves no cycle in the component; none can be left out.

    Attributes:
        edges: in a fixed order.
        is_smallest: whether it is proved that no set of fewer edges does, as it is in a component
            of up to 12 functions.
    """

    edges: tuple[Edge, ...]
    is_smallest: bool


def find_cut(component: Component, *, shown: Sequence[int]) -> Cut:
    """A cut of declared edges; where cycles are left that none of them is on, of live ones too.

    Triggers are no choice, they are not set by a config.
    """
    free = _free(component)
    fixed = component.heads_without(free)
    order = finishing_order(fixed, roots=range(len(fixed)))
    units: defaultdict[int, list[int]] = defaultdict(list)
    for arc in free:
        units[component.units[arc]].append(arc)
    if len({component.tails[arc] for arc in free}) <= MOST_FUNCTIONS_FOR_SMALLEST:
        chosen, is_smallest = _smallest(component, units, fixed=fixed, order=order), True
    else:
        # Where one edge is on all cycles, the search that starts behind it finds no other.
        is_quick = len(shown) * len(component.edges) <= _MOST_STEPS
        starts = [component.heads[arc] for arc in (shown if is_quick else shown[-1:])]
        found = [_minimal(component, units, fixed=fixed, start=start) for start in starts]
        chosen = min(found, key=len)
        is_smallest = len(chosen) == 1
    arcs = sorted(units[unit][0] for unit in chosen)
    return Cut(tuple(component.edges[arc] for arc in arcs), is_smallest)


def _free(component: Component) -> Sequence[int]:
    """The arcs that may be cut."""
    for arcs in (component.declared, component.configs):
        fixed = component.heads_without(arcs)
        if is_acyclic(fixed, order=finishing_order(fixed, roots=range(len(fixed)))):
            return arcs
    return range(len(component.edges))


def _smallest(
    component: Component,
    units: Mapping[int, Sequence[int]],
    *,
    fixed: Sequence[Sequence[int]],
    order: Sequence[int],
) -> frozenset[int]:
    """Put the functions in a row from its end, so that as few edges as possible lead back in it.

    A uniform-cost search over the sets of functions that are not in the row yet. An edge leads back
    if events get from it, by what is fixed, to a function of such a set.

    Args:
        component: what is cut.
        units: by edge that may be cut, its arcs.
        fixed: by node, where the arcs lead that may not be cut.
        order: the nodes, each after those that fixed arcs lead to from it.
    """
    goals = _goals(component, units, fixed=fixed, order=order)
    # An edge from an alias leaves several functions, so what is cut depends on more than the set.
    shared = {unit for unit, arcs in units.items() if len({component.tails[a] for a in arcs}) > 1}
    loops = {unit for bit, leaving in goals.items() for unit in leaving if leaving[unit] & bit}
    waiting = [(len(loops), (1 << len(goals)) - 1, sorted(loops))]
    seen = set()
    while True:
        count, rest, cut = heappop(waiting)
        if not rest:
            return frozenset(cut)
        state = rest, frozenset(shared.intersection(cut))
        if state in seen:
            continue
        seen.add(state)
        gone = set(cut)
        back = {
            bit: {u: mask & rest for u, mask in leaving.items() if mask & rest and u not in gone}
            for bit, leaving in goals.items()
            if bit & rest
        }
        led_to = reduce(or_, (mask for held in back.values() for mask in held.values()), 0)
        on_no_cycle = sum(bit for bit, held in back.items() if not held or not bit & led_to)
        if on_no_cycle:
            heappush(waiting, (count, rest & ~on_no_cycle, cut))
            continue
        for bit, held in back.items():
            heappush(waiting, (count + len(held), rest & ~bit, [*cut, *held]))


def _goals(
    component: Component,
    units: Mapping[int, Sequence[int]],
    *,
    fixed: Sequence[Sequence[int]],
    order: Sequence[int],
) -> dict[int, dict[int, int]]:
    """By function, by edge that leaves it, the functions that events get to by what is fixed.

    A function is a bit, several are a mask. The first one has the highest bit, so that of equal
    cuts the one is found first that begins with it.
    """
    tails = sorted({component.tails[arc] for arcs in units.values() for arc in arcs})
    bits = {tail: 1 << at for at, tail in enumerate(reversed(tails))}
    reached = [bits.get(node, 0) for node in range(len(component.nodes))]
    for node in order:
        for head in fixed[node]:
            reached[node] |= reached[head]
    goals: dict[int, dict[int, int]] = {bit: {} for bit in bits.values()}
    for unit, arcs in units.items():
        for arc in arcs:
            leaving = goals[bits[component.tails[arc]]]
            leaving[unit] = leaving.get(unit, 0) | reached[component.heads[arc]]
    return goals


def _minimal(
    component: Component,
    units: Mapping[int, Sequence[int]],
    *,
    fixed: Sequence[Sequence[int]],
    start: int,
) -> frozenset[int]:
    """What leads back in a depth-first order that nothing fixed leads back in."""
    tails, heads = component.tails, component.heads
    count = len(component.nodes)
    order = finishing_order(component.heads_without(()), roots=(start, *range(count)))
    if any(fixed):
        order = finishing_order(fixed, roots=order)
    left = [0] * count
    for at, node in enumerate(order):
        left[node] = at
    ends = enumerate(zip(tails, heads, strict=True))
    leading_back = {component.units[arc] for arc, (tail, head) in ends if left[head] >= left[tail]}
    back = sorted(leading_back.intersection(units))
    if len(units) == len(component.edges):
        # Each closes a cycle with the path that the search was on, so that all of them are needed.
        return frozenset(back)
    kept = component.heads_without(arc for unit in back for arc in units[unit])
    reached = [1 << node for node in range(count)]
    for node in order:
        for head in kept[node]:
            reached[node] |= reached[head]
    return frozenset(
        unit for unit in back if not _is_put_back(component, units[unit], reached=reached)
    )


def _is_put_back(component: Component, arcs: Sequence[int], *, reached: list[int]) -> bool:
    """Put back an edge that closes no cycle.

    `reached` has by node, as a bit mask, the nodes that events get to; it is updated.

    Its arcs lead from each of some nodes to each of some others: if they close a cycle together,
    one of them does alone.
    """
    ends = [(1 << component.tails[arc], component.heads[arc]) for arc in arcs]
    if any(reached[head] & tail for tail, head in ends):
        return False
    for tail, head in ends:
        for node, mask in enumerate(reached):
            if mask & tail:
                reached[node] |= reached[head]
    return True
