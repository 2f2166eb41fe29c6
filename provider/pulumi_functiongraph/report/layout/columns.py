"""How far to the right everything is: the layers of each band, and the ways between them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pulumi_functiongraph.report.layout.arrangement import Arrangement
from pulumi_functiongraph.report.layout.boxes import MARGIN
from pulumi_functiongraph.report.layout.rows import Rows

_TRACK = 7.0
_TIP = 16.0
"""Points before a box, for the tips of arrows."""

_SWING = 34.0
_MORE_SWING = 3.0
_MOST_SWING = 110.0


class Columns(msgspec.Struct, frozen=True):
    """Distances from the left, in points.

    Attributes:
        lefts: of each layer where its boxes begin.
        begins: of each layer where arrows begin to swing behind its boxes.
        ends: of each layer where arrows end to swing before its boxes.
        down: of each detour, by its number, the way down from its box.
        up: of each detour the way to its target.
        outer: of each far detour the way along the left side.
        width: of the whole.
    """

    lefts: dict[int, float]
    begins: dict[int, float]
    ends: dict[int, float]
    down: dict[int, float]
    up: dict[int, float]
    outer: dict[int, float]
    width: float


def columns(plan: Arrangement, rows: Rows) -> Columns:
    """Place the layers of every band, from left to right."""
    far = [at for at in plan.detours if plan.is_far(at)]
    found = Columns({}, {}, {}, {}, {}, _tracks(far, MARGIN), 0.0)
    width = 0.0
    for band in plan.bands:
        x = MARGIN + _TRACK * len(far)
        for number, column in enumerate(band.columns):
            layer = band.layers[number]
            if number:
                x += _swing(plan, band.layers[number - 1], layer)
            x = _column(plan, rows, found, layer=layer, x=x, boxes=column)
        width = max(width, x)
    return Columns(
        found.lefts, found.begins, found.ends, found.down, found.up, found.outer, width + MARGIN
    )


def _column(
    plan: Arrangement, rows: Rows, found: Columns, *, layer: int, x: float, boxes: Iterable[int]
) -> float:
    """Place one layer, and return where it ends with the ways down behind it."""
    arriving = [at for at in plan.detours if plan.ranks[plan.links[at].target] == layer]
    leaving = [at for at in plan.detours if plan.ranks[plan.links[at].source] == layer]
    # The lower an arrow arrives, the nearer to the box is its way, so that few of them cross.
    arriving.sort(key=lambda at: rows.arrives[at])
    leaving.sort(key=lambda at: -rows.leaves[at])
    found.ends[layer] = x
    found.up.update(_tracks(arriving, x))
    has_tips = arriving or any(plan.ranks[link.target] == layer for link in plan.links)
    left = x + _TRACK * len(arriving) + _TIP * bool(has_tips)
    found.lefts[layer] = left
    right = left + max((plan.widths[box] for box in boxes), default=0.0)
    found.down.update(_tracks(leaving, right + _TRACK))
    found.begins[layer] = right + _TRACK * (len(leaving) + bool(leaving))
    return found.begins[layer]


def _tracks(numbers: Iterable[int], x: float) -> dict[int, float]:
    return {number: x + place * _TRACK for place, number in enumerate(numbers)}


def _swing(plan: Arrangement, one: int, two: int) -> float:
    """Points between two layers; the more arrows there are, the more room they need."""
    passing = [
        at
        for at in plan.straight
        if plan.ranks[plan.links[at].source] <= one and plan.ranks[plan.links[at].target] >= two
    ]
    return min(_MOST_SWING, _SWING + _MORE_SWING * len(passing)) if passing else _SWING / 2
