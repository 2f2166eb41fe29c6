"""The way of every arrow, and the whole plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_functiongraph.report.layout.arrangement import Arrangement, arrangement
from pulumi_functiongraph.report.layout.boxes import LABEL_GAP, Footprint, Link, Plan, Point, Route
from pulumi_functiongraph.report.layout.columns import Columns, columns
from pulumi_functiongraph.report.layout.rows import Rows, rows


def plan(prints: Sequence[Footprint], links: Sequence[Link], *, widest: float) -> Plan:
    """Lay out one connected graph; no box is over another, and no arrow crosses one.

    Args:
        prints: of each box; the numbers of the links are places in this.
        links: the arrows.
        widest: points; what is wider goes on below, where its layers allow that.
    """
    arranged = arrangement(prints, links, widest=widest)
    y = rows(arranged)
    x = columns(arranged, y)
    routes = tuple(_route(arranged, x, y, number) for number in range(len(links)))
    places = tuple((x.lefts[rank], y.lines[box]) for box, rank in enumerate(arranged.ranks))
    return Plan(x.width, y.height, places, routes)


def _route(arranged: Arrangement, x: Columns, y: Rows, number: int) -> Route:
    link = arranged.links[number]
    left = x.lefts[arranged.ranks[link.source]]
    begin = left + arranged.prints[link.source].box, y.leaves[number]
    end = x.lefts[arranged.ranks[link.target]], y.arrives[number]
    is_straight = number in arranged.straight
    between = (_swings if is_straight else _turns)(arranged, x, y, number)
    return Route((begin, *between, end), is_straight, (begin[0] + LABEL_GAP, begin[1]))


def _swings(arranged: Arrangement, x: Columns, y: Rows, number: int) -> Iterator[Point]:
    """Level through the layers, and a swing between two of them."""
    link = arranged.links[number]
    row = arranged.rows[link.source]
    band = arranged.bands[row]
    top = y.lines[link.source] - band.lines[link.source]
    first, last = arranged.ranks[link.source], arranged.ranks[link.target]
    yield x.begins[first], y.leaves[number]
    for layer, item in enumerate(band.passages[number], start=first + 1):
        yield x.ends[layer], top + band.lines[item]
        yield x.begins[layer], top + band.lines[item]
    yield x.ends[last], y.arrives[number]


def _turns(arranged: Arrangement, x: Columns, y: Rows, number: int) -> Iterator[Point]:
    """Down behind the box, along the band, and to the target from the left."""
    yield x.down[number], y.leaves[number]
    yield x.down[number], y.below[number]
    if arranged.is_far(number):
        yield x.outer[number], y.below[number]
        yield x.outer[number], y.above[number]
        yield x.up[number], y.above[number]
    else:
        yield x.up[number], y.below[number]
    yield x.up[number], y.arrives[number]
