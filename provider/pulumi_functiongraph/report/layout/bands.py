"""Bands: the layers of a graph that is too wide go on below, as the lines of a text do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from pulumi_functiongraph.report.layout.boxes import Footprint, Link
from pulumi_functiongraph.report.layout.coordinates import middle_lines
from pulumi_functiongraph.report.layout.crossings import ordered

PASSAGE = 14.0
"""Points; the height that an arrow takes in a layer that it only passes."""

_GAP = 76.0
"""Points that are reckoned for what is between two layers."""


class Band(msgspec.Struct, frozen=True):
    """Some layers beside each other.

    Attributes:
        layers: from left to right.
        columns: of each layer the numbers of its boxes.
        lines: of each item, boxes and passages, its middle line from the top of the band.
        passages: of a long arrow, by its number, the items in the layers that it passes.
        height: from the top to the bottom of all items, in points.
    """

    layers: tuple[int, ...]
    columns: tuple[tuple[int, ...], ...]
    lines: dict[int, float]
    passages: dict[int, tuple[int, ...]]
    height: float


def bands_of(ranks: Sequence[int], widths: Sequence[float], *, widest: float) -> list[list[int]]:
    """Of each band the layers that are in it, so that none is much wider than was said.

    Args:
        ranks: of each box its layer.
        widths: of each box, in points.
        widest: points that a band may be wide.
    """
    found: list[list[int]] = [[]]
    taken = 0.0
    for layer in range(max(ranks) + 1):
        width = max(width for rank, width in zip(ranks, widths, strict=True) if rank == layer)
        if found[-1] and taken + width > widest:
            found.append([])
            taken = 0.0
        found[-1].append(layer)
        taken += width + _GAP
    return found


def band(
    layers: Sequence[int],
    ranks: Sequence[int],
    prints: Sequence[Footprint],
    links: dict[int, Link],
) -> Band:
    """Put the boxes of some layers, and the arrows between them, in order.

    Args:
        layers: which, from left to right.
        ranks: of every box its layer.
        prints: of every box.
        links: the arrows within the band, by their numbers, each from left to right.
    """
    sizes = dict(enumerate(prints))
    columns: dict[int, list[int]] = {layer: [] for layer in layers}
    for box, rank in enumerate(ranks):
        if rank in columns:
            columns[rank].append(box)
    passages: dict[int, tuple[int, ...]] = {}
    joined: list[tuple[int, int]] = []
    for number, link in links.items():
        between = range(ranks[link.source] + 1, ranks[link.target])
        items = tuple(range(len(sizes), len(sizes) + len(between)))
        for item, layer in zip(items, between, strict=True):
            sizes[item] = Footprint(0.0, 0.0, PASSAGE / 2, PASSAGE / 2)
            columns[layer].append(item)
        passages[number] = items
        joined += pairwise((link.source, *items, link.target))
    left: dict[int, list[int]] = {item: [] for column in columns.values() for item in column}
    right: dict[int, list[int]] = {item: [] for item in left}
    for one, two in joined:
        right[one].append(two)
        left[two].append(one)
    order = ordered(list(columns.values()), left=left, right=right)
    lines = middle_lines(order, sizes, left=left, right=right)
    boxes = tuple(tuple(item for item in column if item < len(prints)) for column in order)
    height = max(line + sizes[item].below for item, line in lines.items())
    return Band(tuple(layers), boxes, lines, passages, height)
