"""The graph of a review as what an SVG draws: boxes with labels, and curves between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pulumi_functiongraph.core.review.document import EdgeChange, ReviewDocument, ReviewedEdge
from pulumi_functiongraph.report.layout import HEIGHT, Box, places
from pulumi_functiongraph.report.review.phrases import node_labels, ranked

MOST_EDGES = 200
"""Edges; a larger drawing is no help to anybody, and takes seconds to lay out."""

_MARGIN = 24.0
_PER_CHARACTER = 7.5
_PADDING = 24.0
_LOOP = 34.0
_TIP = 9.0


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """One box with its label; in points its upper left corner, its size and its middle (x, y)."""

    label: str
    kind: str
    left: str
    top: str
    width: str
    height: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """One curve and its tip in the language of SVG; the style is the change, or ``cycle``.

    The title is for those who point at it, the label stands at x and y, in points.
    """

    path: str
    tip: str
    style: str
    title: str
    label: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing, in points; a large one leaves edges out."""

    width: str
    height: str
    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]
    left_out: int


def drawing(document: ReviewDocument) -> Drawing | None:
    """The drawing, at most 200 edges of it; ``None`` when there is nothing to draw."""
    edges = ranked(document.edges)[:MOST_EDGES]
    if not edges:
        return None
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = [node for node in document.nodes if node.key in ends]
    names = node_labels(nodes)
    widths = {key: len(name) * _PER_CHARACTER + _PADDING for key, name in names.items()}
    boxes = places(widths, [(edge.source, edge.target) for edge in edges])
    return Drawing(
        width=_points(max(box.x + box.width / 2 for box in boxes.values()) + _LOOP + 2 * _MARGIN),
        height=_points(max(box.y + HEIGHT / 2 for box in boxes.values()) + 2 * _MARGIN),
        nodes=tuple(_node(names[node.key], node.kind.value, boxes[node.key]) for node in nodes),
        edges=tuple(_edges(edges, boxes, names)),
        left_out=len(document.edges) - len(edges) + document.left_out.edges,
    )


def _node(label: str, kind: str, box: Box) -> DrawnNode:
    left, top = box.x - box.width / 2 + _MARGIN, box.y - HEIGHT / 2 + _MARGIN
    middle = box.x + _MARGIN, box.y + _MARGIN
    return DrawnNode(label, kind, *map(_points, (left, top, box.width, HEIGHT, *middle)))


def _edges(
    edges: list[ReviewedEdge], boxes: Mapping[str, Box], names: Mapping[str, str]
) -> Iterator[DrawnEdge]:
    """The curves; several between the same two boxes bend differently."""
    seen: Counter[tuple[str, str]] = Counter()
    for edge in edges:
        ends = edge.source, edge.target
        curve = _curve(boxes[edge.source], boxes[edge.target], bend=seen[ends])
        seen[ends] += 1
        circle = ", on a cycle" if edge.on_cycle else ""
        is_unknown = edge.change is EdgeChange.UNKNOWN
        change = "whether it is new is unknown" if is_unknown else edge.change
        yield DrawnEdge(
            path=curve.path,
            tip=curve.tip,
            style="cycle" if edge.on_cycle else edge.change.value,
            title=f"{names[edge.source]} → {names[edge.target]}: {edge.label}, {change}{circle}",
            label=edge.label.value,
            x=_points(curve.label[0]),
            y=_points(curve.label[1]),
        )


_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Curve:
    """One cubic curve; its arrow points to the right, or else to the left."""

    begin: _Point
    controls: tuple[_Point, _Point]
    end: _Point
    label: _Point
    to_the_right: bool

    @property
    def path(self) -> str:
        rest = " ".join(_pair(point) for point in (*self.controls, self.end))
        return f"M {_pair(self.begin)} C {rest}"

    @property
    def tip(self) -> str:
        x, y = self.end
        back = x - _TIP if self.to_the_right else x + _TIP
        corners = ((back, y - _TIP / 2), (x, y), (back, y + _TIP / 2))
        return f"M {' L '.join(map(_pair, corners))} z"


def _curve(source: Box, target: Box, *, bend: int) -> _Curve:
    """The curve from box to box, and a place for its label."""
    if source == target:
        return _loop(source, bend=bend)
    shift = 14.0 * bend
    leads_on = target.x > source.x
    way = 1 if leads_on else -1
    sag = 0.0 if leads_on else 30.0 + shift
    drop = shift / 2 if leads_on else 6.0 + shift / 2
    begin = source.x + way * source.width / 2 + _MARGIN, source.y + _MARGIN + drop
    end = target.x - way * target.width / 2 + _MARGIN, target.y + _MARGIN + drop
    reach = way * max(abs(end[0] - begin[0]), 60.0) / 2
    controls = (begin[0] + reach, begin[1] + sag), (end[0] - reach, end[1] + sag)
    label = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2 + sag * 0.75 - 4
    return _Curve(begin, controls, end, label, to_the_right=leads_on)


def _loop(box: Box, *, bend: int) -> _Curve:
    right, middle = box.x + box.width / 2 + _MARGIN, box.y + _MARGIN
    far, spread = right + _LOOP + 12.0 * bend, HEIGHT / 3
    controls = (far, middle - HEIGHT), (far, middle + HEIGHT)
    ends = (right, middle - spread), (right, middle + spread)
    label = far - 8, middle - HEIGHT / 2
    return _Curve(ends[0], controls, ends[1], label, to_the_right=False)


def _pair(point: _Point) -> str:
    return f"{_points(point[0])},{_points(point[1])}"


def _points(number: float) -> str:
    """One decimal, so that no machine writes a number differently."""
    return f"{number + 0.0:.1f}"
