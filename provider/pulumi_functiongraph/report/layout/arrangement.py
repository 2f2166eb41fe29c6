"""Which box stands in which layer and band, and which arrows run straight on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.report.layout.bands import Band, band, bands_of
from pulumi_functiongraph.report.layout.boxes import LABEL_GAP, Footprint, Link
from pulumi_functiongraph.report.layout.layers import layers, returning

LOOP = 12.0
"""Points below a box for each arrow that leads back to it."""


class Arrangement(msgspec.Struct, frozen=True):
    """A graph in layers and bands.

    Attributes:
        prints: of each box the room that it needs.
        links: the arrows.
        widths: of each box with its label, in points.
        ranks: of each box its layer.
        rows: of each box the number of its band.
        bands: from top to bottom.
        straight: the numbers of the arrows that lead to the right within their band.
    """

    prints: tuple[Footprint, ...]
    links: tuple[Link, ...]
    widths: tuple[float, ...]
    ranks: tuple[int, ...]
    rows: tuple[int, ...]
    bands: tuple[Band, ...]
    straight: frozenset[int]

    @property
    def detours(self) -> tuple[int, ...]:
        """The numbers of the arrows that run around boxes: below their own, or along a band."""
        return tuple(at for at in range(len(self.links)) if at not in self.straight)

    def is_far(self, number: int) -> bool:
        """Whether an arrow leads to another band than its own and the next one."""
        link = self.links[number]
        return self.rows[link.target] - self.rows[link.source] not in {0, 1}


def arrangement(
    prints: Sequence[Footprint], links: Sequence[Link], *, widest: float
) -> Arrangement:
    """Arrange one connected graph.

    Args:
        prints: of each box; the numbers of the links are places in this.
        links: the arrows.
        widest: points that a band may be wide, where its layers allow that.
    """
    loops = Counter(link.source for link in links if link.is_loop)
    prints = [
        replace(each, below=each.below + LOOP * loops[box]) for box, each in enumerate(prints)
    ]
    back = returning(len(prints), links)
    ranks = layers(len(prints), [link for at, link in enumerate(links) if at not in back])
    widths = _widths(prints, links)
    layers_of_bands = bands_of(ranks, widths, widest=widest)
    row_of = {layer: row for row, each in enumerate(layers_of_bands) for layer in each}
    rows = tuple(row_of[rank] for rank in ranks)
    straight = {
        at: link
        for at, link in enumerate(links)
        if at not in back and rows[link.source] == rows[link.target]
    }
    bands = []
    for row, each in enumerate(layers_of_bands):
        within = {at: link for at, link in straight.items() if rows[link.source] == row}
        bands.append(band(each, ranks, prints, within))
    return Arrangement(
        tuple(prints),
        tuple(links),
        tuple(widths),
        tuple(ranks),
        rows,
        tuple(bands),
        frozenset(straight),
    )


def _widths(prints: Sequence[Footprint], links: Sequence[Link]) -> list[float]:
    labels: dict[int, float] = {}
    for link in links:
        labels[link.source] = max(labels.get(link.source, 0.0), link.label + 2 * LABEL_GAP)
    return [max(each.width, each.box + labels.get(box, 0.0)) for box, each in enumerate(prints)]
