"""Places for the nodes of a graph, in layers from left to right; the same for the same graph.

The layout is Sugiyama's layered one, by grandalf, for each connected part of the graph; the parts
stand one below the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grandalf.graphs import Edge, Vertex, graph_core
from grandalf.layouts import SugiyamaLayout, VertexViewer

HEIGHT = 34.0
"""Points; the height of every box."""

_BETWEEN_LAYERS = 110.0
_BETWEEN_BOXES = 22.0
_ROUNDS = 3.0


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node is: its middle from the left and from the top, and its width, in points."""

    x: float
    y: float
    width: float


def places(widths: Mapping[str, float], arrows: Iterable[tuple[str, str]]) -> dict[str, Box]:
    """A box for every node, none over another.

    Args:
        widths: of each node, in points.
        arrows: from node to node; one that leads back to its own node takes no place.
    """
    found: dict[str, Box] = {}
    top = 0.0
    for part in _parts(widths, [each for each in dict.fromkeys(arrows) if each[0] != each[1]]):
        boxes = dict(_laid_out(part, top=top))
        found.update(boxes)
        top = max(box.y + HEIGHT / 2 for box in boxes.values()) + _BETWEEN_BOXES
    return found


def _parts(widths: Mapping[str, float], arrows: Iterable[tuple[str, str]]) -> Iterator[graph_core]:
    """The connected parts, in the order of their first nodes.

    The library would find them, too, but keeps the edges of a part in a set, so that the layout of
    the same graph would differ from run to run.
    """
    ends = list(arrows)
    around: dict[str, list[str]] = {name: [] for name in widths}
    for source, target in ends:
        around[source].append(target)
        around[target].append(source)
    is_placed: set[str] = set()
    for first in widths:
        if first in is_placed:
            continue
        part, waiting = {first}, [first]
        while waiting:
            new = set(around[waiting.pop()]) - part
            part |= new
            waiting += new
        is_placed |= part
        vertices = {name: _vertex(name, width) for name, width in widths.items() if name in part}
        edges = [Edge(vertices[a], vertices[b]) for a, b in ends if a in part]
        yield graph_core(list(vertices.values()), edges)


def _vertex(name: str, width: float) -> Vertex:
    vertex = Vertex(name)
    # The library lays out from top to bottom, so the sides change places.
    vertex.view = VertexViewer(w=HEIGHT, h=width)
    return vertex


def _laid_out(part: graph_core, *, top: float) -> Iterator[tuple[str, Box]]:
    """The boxes of one connected part, the first at the top and the left."""
    layout = SugiyamaLayout(part)
    layout.xspace, layout.yspace = _BETWEEN_BOXES, _BETWEEN_LAYERS
    layout.init_all()
    layout.draw(_ROUNDS)
    views = {vertex.data: vertex.view for vertex in part.sV}
    left = min(view.xy[1] - view.h / 2 for view in views.values())
    above = min(view.xy[0] - HEIGHT / 2 for view in views.values()) - top
    for name, view in views.items():
        yield name, Box(view.xy[1] - left, view.xy[0] - above, view.h)
