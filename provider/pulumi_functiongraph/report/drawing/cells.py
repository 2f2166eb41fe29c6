"""A box with the leaves that hang below it: targets that are drawn at each of their sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pulumi_functiongraph.core.graph import NodeKind
from pulumi_functiongraph.report.drawing.captions import BESIDE, BOX, LEAF, Font, wrapped
from pulumi_functiongraph.report.drawing.outlines import Rectangle
from pulumi_functiongraph.report.drawing.subject import Arrow, Vertex
from pulumi_functiongraph.report.layout.boxes import LABEL_GAP, Footprint, Point

_PADDING = 28.0
_HIGH = 14.0
_LEAST_WIDTH = 60.0
_PER_ARROW = 18.0

_LEAF_PADDING = 24.0
_LEAF_HIGH = 9.0
_LEAF_GAP = 5.0
_STEM = 10.0
_BETWEEN_STEMS = 5.0
_MOST_STEMS = 4
_TIP = 9.0


class Leaf(msgspec.Struct, frozen=True):
    """One target below its source, from where the source's middle line begins.

    Attributes:
        arrow: the edge.
        vertex: the target.
        lines: its label.
        frame: where it is.
        stem: how far to the right the line to it leaves the box.
    """

    arrow: Arrow
    vertex: Vertex
    lines: tuple[str, ...]
    frame: Rectangle
    stem: float

    @property
    def label(self) -> Point:
        """Where the label of its line begins."""
        return self.stem + LABEL_GAP, self.frame.top + self.frame.height / 2


class Cell(msgspec.Struct, frozen=True):
    """A box and its leaves, from where its middle line begins."""

    vertex: Vertex
    lines: tuple[str, ...]
    frame: Rectangle
    leaves: tuple[Leaf, ...]

    @property
    def footprint(self) -> Footprint:
        """The room that it needs."""
        frames = [self.frame, *(leaf.frame for leaf in self.leaves)]
        return Footprint(
            box=self.frame.width,
            width=max(frame.right for frame in frames),
            above=-self.frame.top,
            below=max(frame.bottom for frame in frames),
        )


def cell(
    vertex: Vertex, leaves: Sequence[tuple[Arrow, Vertex]], *, leaving: int, arriving: int
) -> Cell:
    """A box with its leaves.

    Args:
        vertex: what the box shows.
        leaves: edges whose targets are drawn here, with those.
        leaving: how many other arrows begin at the box; each has a label.
        arriving: how many end at it.
    """
    lines = wrapped(vertex.label)
    height = max(
        _height(vertex, lines, font=BOX, padding=_HIGH),
        _PER_ARROW * leaving,
        _PER_ARROW / 2 * arriving,
    )
    frame = Rectangle(0.0, -height / 2, max(_LEAST_WIDTH, _width(lines, BOX) + _PADDING), height)
    return Cell(vertex, lines, frame, tuple(_leaves(leaves, top=frame.bottom)))


def _leaves(leaves: Sequence[tuple[Arrow, Vertex]], *, top: float) -> Iterator[Leaf]:
    beside = max((BESIDE.width(arrow.label) for arrow, _ in leaves), default=0.0)
    stems = min(len(leaves), _MOST_STEMS)
    left = _STEM + _BETWEEN_STEMS * (stems - 1) + beside + 2 * LABEL_GAP + _TIP
    for place, (arrow, vertex) in enumerate(leaves):
        lines = wrapped(vertex.label)
        height = _height(vertex, lines, font=LEAF, padding=_LEAF_HIGH)
        top += _LEAF_GAP
        frame = Rectangle(left, top, _width(lines, LEAF) + _LEAF_PADDING, height)
        stem = _STEM + _BETWEEN_STEMS * max(0, stems - 1 - place)
        yield Leaf(arrow, vertex, lines, frame, stem)
        top = frame.bottom


def _height(vertex: Vertex, lines: Sequence[str], *, font: Font, padding: float) -> float:
    lid = 5.0 if vertex.kind is NodeKind.BUCKET else 0.0
    return font.line * len(lines) + padding + lid


def _width(lines: Iterable[str], font: Font) -> float:
    return max(map(font.width, lines))
