"""The order of what stands in one layer, so that few arrows cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise

_SWEEPS = 12

Neighbours = Mapping[int, Sequence[int]]
"""By number, what an item is joined to in the layer beside its own."""


def ordered(
    columns: Sequence[Sequence[int]], *, left: Neighbours, right: Neighbours
) -> list[list[int]]:
    """The columns with the fewest crossings that were found.

    Each column is sorted by the middle of what its items are joined to, from left to right and
    back again.
    """
    best = current = [list(column) for column in columns]
    fewest = _crossings(best, right)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        is_forward = sweep % 2 == 0
        current = _swept(current, left if is_forward else right, is_forward=is_forward)
        found = _crossings(current, right)
        if found < fewest:
            best, fewest = current, found
    return best


def _swept(
    columns: list[list[int]], neighbours: Neighbours, *, is_forward: bool
) -> list[list[int]]:
    result = [list(column) for column in columns]
    ways = range(1, len(result)) if is_forward else range(len(result) - 2, -1, -1)
    for number in ways:
        fixed = result[number - 1 if is_forward else number + 1]
        rank = {item: float(place) for place, item in enumerate(fixed)}
        column = result[number]
        middles = {
            item: _middle([rank[each] for each in neighbours[item]], otherwise=float(place))
            for place, item in enumerate(column)
        }
        result[number] = sorted(column, key=middles.__getitem__)
    return result


def _middle(ranks: list[float], *, otherwise: float) -> float:
    return sum(ranks) / len(ranks) if ranks else otherwise


def _crossings(columns: Sequence[Sequence[int]], right: Neighbours) -> int:
    """How many pairs of arrows cross, between all columns."""
    total = 0
    for column, following in pairwise(columns):
        rank = {item: place for place, item in enumerate(following)}
        seen: list[int] = []
        for item in column:
            ends = sorted(rank[each] for each in right[item])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total
