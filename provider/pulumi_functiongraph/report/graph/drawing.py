"""A graph as a drawing: cycles stand out, and what is live is told from what is declared."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_functiongraph.core.graph import CycleAnalysis, Hop, Naming, Node, Origin, Picture
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.property_names import paths_in_snake
from pulumi_functiongraph.report.drawing.drawn import Drawing, drawing
from pulumi_functiongraph.report.drawing.subject import Arrow, Vertex, Weight
from pulumi_functiongraph.report.graph.style import Mark, Marks, labels
from pulumi_functiongraph.report.graph.text import known_from

MEANINGS = (
    ("cycle", "↻ on a cycle"),
    ("acknowledged", "↺ on an acknowledged cycle"),
    ("success", "success"),
    ("failure", "failure"),
    ("trigger", "trigger"),
)
"""What the styles of arrows mean."""

_SIGNS = {Mark.CYCLE: ["↻"], Mark.ACKNOWLEDGED: ["↺"]}


def graph_drawing(verdict: CycleAnalysis, picture: Picture) -> Drawing | None:
    """The drawing of a picture; ``None`` when there is nothing to draw."""
    if not picture.nodes:
        return None
    marks = Marks(verdict)
    names = labels(picture.nodes)
    # What is on a shown cycle is laid out first, in the order of its path.
    found = (*verdict.cycles, *verdict.acknowledged)
    on_paths = [hop.source for cycle in found for hop in cycle.path]
    shown = {hop for cycle in verdict.cycles for hop in cycle.path}
    drawn = set(picture.nodes)
    order = [node for node in dict.fromkeys([*on_paths, *picture.nodes]) if node in drawn]
    is_mixed = any(hop.edge.origin is Origin.DECLARED for hop in picture.hops)
    return drawing(
        [_vertex(node, names[node], marks.of_node(node)) for node in order],
        [
            _arrow(hop, names, marks.of_hop(hop), is_shown=hop in shown, tells_origin=is_mixed)
            for hop in picture.hops
        ],
    )


def _vertex(node: Node, label: str, mark: Mark | None) -> Vertex:
    is_unknown = node.naming is Naming.UNKNOWN
    title = visible(node.key)
    styles = ["unknown"] * is_unknown + ([mark.value] if mark else [])
    return Vertex(
        node.key,
        node.kind,
        label,
        paths_in_snake(title) if is_unknown else title,
        " ".join(styles),
    )


def _arrow(
    hop: Hop, names: Mapping[Node, str], mark: Mark | None, *, is_shown: bool, tells_origin: bool
) -> Arrow:
    edge = hop.edge
    signs = _SIGNS[mark] if mark else []
    is_told = tells_origin and edge.origin is not Origin.DECLARED
    told = f"{edge.label}, {edge.origin}" if is_told else edge.label.value
    styles = [edge.label.value, *([mark.value] if mark else [])]
    ends = f"{names[hop.source]} → {names[hop.target]}"
    return Arrow(
        source=hop.source.key,
        target=hop.target.key,
        label=" ".join([*signs, told]),
        style=" ".join(styles),
        title=f"{ends}: {edge.label}, {known_from(edge)}",
        weight=Weight.CYCLE if is_shown else Weight.STANDS_OUT if mark else Weight.PLAIN,
    )
