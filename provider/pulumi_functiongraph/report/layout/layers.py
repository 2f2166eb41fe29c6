"""Layers: each box stands to the right of those that lead to it."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_functiongraph.report.layout.boxes import Link

_NONE = -1


def returning(count: int, links: Sequence[Link]) -> frozenset[int]:
    """The numbers of the links that lead back; without them there is no circle.

    Boxes that nothing leads to are begun with, then those that come first.
    """
    ways: list[list[int]] = [[] for _ in range(count)]
    entered = [False] * count
    for number, link in enumerate(links):
        ways[link.source].append(number)
        entered[link.target] = entered[link.target] or not link.is_loop
    back: set[int] = set()
    is_open, is_done = [False] * count, [False] * count
    for root in sorted(range(count), key=lambda box: entered[box]):
        if is_done[root]:
            continue
        path = [(root, iter(ways[root]))]
        is_open[root] = True
        while path:
            box, rest = path[-1]
            number = next(rest, _NONE)
            if number == _NONE:
                path.pop()
                is_open[box], is_done[box] = False, True
                continue
            target = links[number].target
            if is_open[target]:
                back.add(number)
            elif not is_done[target]:
                is_open[target] = True
                path.append((target, iter(ways[target])))
    return frozenset(back)


def layers(count: int, links: Sequence[Link]) -> list[int]:
    """Of each box its layer, counted from the left; the links have no circle.

    A box stands right behind the last one that leads to it. One that nothing leads to stands right
    before the first one that it leads to.
    """
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        before[link.target].append(link.source)
        after[link.source].append(link.target)
    waiting = [len(sources) for sources in before]
    ready = [box for box in range(count) if not waiting[box]]
    found = [0] * count
    for box in ready:
        for target in after[box]:
            found[target] = max(found[target], found[box] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for box in range(count):
        if after[box] and not before[box]:
            found[box] = min(found[target] for target in after[box]) - 1
    return found
