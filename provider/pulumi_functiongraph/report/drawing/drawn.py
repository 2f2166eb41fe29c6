"""A drawing: every shape, line and text with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from pulumi_functiongraph.core.graph import NodeKind
from pulumi_functiongraph.report.drawing.captions import BESIDE, BOX, LEAF, Font
from pulumi_functiongraph.report.drawing.cells import Cell, Leaf
from pulumi_functiongraph.report.drawing.lines import curve, tip, turning
from pulumi_functiongraph.report.drawing.outlines import Rectangle, number, outline
from pulumi_functiongraph.report.drawing.parts import ConnectedPart, parts
from pulumi_functiongraph.report.drawing.subject import Arrow, Vertex, Weight
from pulumi_functiongraph.report.layout.boxes import Point
from pulumi_functiongraph.report.layout.routes import plan

WIDEST = 1060.0
"""Points that a part may be wide, where its layers allow that: a page has no more room."""


class DrawnText(msgspec.Struct, frozen=True):
    """One line of text; x is its middle or, for what stands beside an arrow, its left end."""

    text: str
    x: str
    y: str


class DrawnBox(msgspec.Struct, frozen=True):
    """One node, or one more copy of it below a source.

    Attributes:
        number: of the node, the same for all its copies.
        vertex: what it shows.
        is_leaf: whether it hangs below a source.
        has_box: whether the node has a box of its own somewhere.
        frame: where it is.
        outline: its path.
        texts: the lines of its label.
    """

    number: int
    vertex: Vertex
    is_leaf: bool
    has_box: bool
    frame: Rectangle
    outline: str
    texts: tuple[DrawnText, ...]


class DrawnArrow(msgspec.Struct, frozen=True):
    """One edge: its path, its tip, and what stands beside it.

    Attributes:
        arrow: what it shows.
        source: number of the node where it begins.
        target: number of the node where it ends.
        corners: the points that it goes through.
        path: its line.
        tip: the path of its tip.
        text: its label.
        beside: where the label is.
    """

    arrow: Arrow
    source: int
    target: int
    corners: tuple[Point, ...]
    path: str
    tip: str
    text: DrawnText
    beside: Rectangle


class DrawnPart(msgspec.Struct, frozen=True):
    """What arrows join, as one picture."""

    width: str
    height: str
    title: str
    boxes: tuple[DrawnBox, ...]
    arrows: tuple[DrawnArrow, ...]


class Drawing(msgspec.Struct, frozen=True):
    """The pictures of all parts, those with a cycle first.

    Attributes:
        parts: the pictures.
        boxes: numbers of the nodes that have a box of their own, by the keys of their vertices.
        kinds: of the nodes that are drawn, in a fixed order.
        styles: names of classes of the arrows that are drawn.
        has_leaves: whether a node is drawn at each of its sources.
        has_references: whether one of those has a box of its own, too.
    """

    parts: tuple[DrawnPart, ...]
    boxes: Mapping[str, int]
    kinds: tuple[NodeKind, ...]
    styles: frozenset[str]
    has_leaves: bool
    has_references: bool


def drawing(vertices: Sequence[Vertex], arrows: Sequence[Arrow]) -> Drawing:
    """Draw a graph; the same one is drawn the same way in every run."""
    beside = {arrow: BESIDE.width(arrow.label) for arrow in arrows}
    found = parts(vertices, arrows, widest=WIDEST, beside=beside)
    numbers = {vertex.key: at for at, vertex in enumerate(vertices)}
    boxed = {each.vertex.key for part in found for each in part.cells}
    drawn = tuple(_part(part, numbers, boxed) for part in found)
    boxes = [box for part in drawn for box in part.boxes]
    kinds = {vertex.kind for vertex in vertices}
    return Drawing(
        parts=drawn,
        boxes={key: number for key, number in numbers.items() if key in boxed},
        kinds=tuple(kind for kind in NodeKind if kind in kinds),
        styles=frozenset(name for arrow in arrows for name in arrow.style.split()),
        has_leaves=any(box.is_leaf for box in boxes),
        has_references=any(box.is_leaf and box.has_box for box in boxes),
    )


def _part(part: ConnectedPart, numbers: Mapping[str, int], boxed: set[str]) -> DrawnPart:
    laid = plan([each.footprint for each in part.cells], part.links, widest=WIDEST)
    boxes: list[DrawnBox] = []
    arrows: list[DrawnArrow] = []
    for each, (x, y) in zip(part.cells, laid.places, strict=True):
        boxes.append(_box(each, x, y, numbers))
        for leaf in each.leaves:
            boxes.append(_leaf(leaf, x, y, numbers, boxed))
            arrows.append(_stem(each, leaf, x, y, numbers))
    for arrow, route in zip(part.arrows, laid.routes, strict=True):
        draw = curve if route.is_curved else turning
        arrows.append(_arrow(arrow, route.corners, draw(route.corners), route.label, numbers))
    # What stands out is drawn last, over the rest.
    arrows.sort(key=lambda each: -each.arrow.weight)
    return DrawnPart(
        number(laid.width), number(laid.height), _title(part), tuple(boxes), tuple(arrows)
    )


def _title(part: ConnectedPart) -> str:
    circle = any(arrow.weight is Weight.CYCLE for arrow in part.arrows)
    names = [each.vertex.label for each in part.cells]
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""  # noqa: PLR2004 - as listed
    return f"{'cycle: ' if circle else ''}{', '.join(names[:3])}{more}"


def _box(cell: Cell, x: float, y: float, numbers: Mapping[str, int]) -> DrawnBox:
    frame = _moved(cell.frame, x, y)
    return DrawnBox(
        number=numbers[cell.vertex.key],
        vertex=cell.vertex,
        is_leaf=False,
        has_box=True,
        frame=frame,
        outline=outline(cell.vertex.kind, frame),
        texts=tuple(_lines(cell.vertex, cell.lines, frame, BOX)),
    )


def _leaf(leaf: Leaf, x: float, y: float, numbers: Mapping[str, int], boxed: set[str]) -> DrawnBox:
    frame = _moved(leaf.frame, x, y)
    return DrawnBox(
        number=numbers[leaf.vertex.key],
        vertex=leaf.vertex,
        is_leaf=True,
        has_box=leaf.vertex.key in boxed,
        frame=frame,
        outline=outline(leaf.vertex.kind, frame),
        texts=tuple(_lines(leaf.vertex, leaf.lines, frame, LEAF)),
    )


def _stem(cell: Cell, leaf: Leaf, x: float, y: float, numbers: Mapping[str, int]) -> DrawnArrow:
    middle = leaf.frame.top + leaf.frame.height / 2
    corners = tuple(
        (x + across, y + down)
        for across, down in (
            (leaf.stem, cell.frame.bottom),
            (leaf.stem, middle),
            (leaf.frame.left, middle),
        )
    )
    label = x + leaf.label[0], y + leaf.label[1]
    return _arrow(leaf.arrow, corners, turning(corners), label, numbers)


def _arrow(
    arrow: Arrow,
    corners: tuple[Point, ...],
    path: str,
    label: Point,
    numbers: Mapping[str, int],
) -> DrawnArrow:
    height = BESIDE.line
    return DrawnArrow(
        arrow=arrow,
        source=numbers[arrow.source],
        target=numbers[arrow.target],
        corners=corners,
        path=path,
        tip=tip(corners[-1], is_open="failure" in arrow.style.split()),
        text=DrawnText(arrow.label, number(label[0]), number(label[1] - 3)),
        beside=Rectangle(label[0], label[1] - height - 1, BESIDE.width(arrow.label), height),
    )


def _lines(
    vertex: Vertex, lines: Iterable[str], frame: Rectangle, font: Font
) -> Iterator[DrawnText]:
    listed = list(lines)
    lid = 3.0 if vertex.kind is NodeKind.BUCKET else 0.0
    first = frame.top + (frame.height - font.line * len(listed)) / 2 + font.line * 0.76 + lid
    for at, line in enumerate(listed):
        yield DrawnText(line, number(frame.middle), number(first + at * font.line))


def _moved(frame: Rectangle, x: float, y: float) -> Rectangle:
    return Rectangle(frame.left + x, frame.top + y, frame.width, frame.height)
