"""The graph of a review as a drawing: what an update adds, changes and removes stands out."""

from __future__ import annotations

from collections.abc import Collection

from pulumi_functiongraph.core.graph import Label, Naming
from pulumi_functiongraph.core.graph.document import GraphNode
from pulumi_functiongraph.core.property_names import paths_in_snake
from pulumi_functiongraph.core.review.document import EdgeChange, ReviewDocument, ReviewedEdge
from pulumi_functiongraph.report.drawing.drawn import Drawing, drawing
from pulumi_functiongraph.report.drawing.subject import Arrow, Vertex, Weight
from pulumi_functiongraph.report.review.phrases import EDGE_SIGNS, node_labels, ranked

MOST_EDGES = 2_000
"""Edges; as many as 400 functions have with their triggers."""

MEANINGS = (
    ("cycle", "↻ on a cycle"),
    ("added", "+ added"),
    ("changed", "~ changed"),
    ("removed", "- removed"),
    ("success", "success"),
    ("failure", "failure"),
    ("trigger", "trigger"),
)
"""What the styles of arrows mean."""


def review_drawing(document: ReviewDocument) -> Drawing | None:
    """The drawing, at most 2,000 edges of it; ``None`` when there is nothing to draw."""
    edges = ranked(document.edges)[:MOST_EDGES]
    if not edges:
        return None
    ends = {end: None for edge in edges for end in (edge.source, edge.target)}
    by_key = {node.key: node for node in document.nodes}
    names = node_labels([node for node in document.nodes if node.key in ends])
    circling = {end for edge in edges if edge.on_cycle for end in (edge.source, edge.target)}
    vertices = [_vertex(by_key[key], names[key], is_circling=key in circling) for key in ends]
    shown = {(hop.source, hop.target, hop.label) for cycle in document.cycles for hop in cycle.path}
    return drawing(vertices, [_arrow(edge, names, shown) for edge in edges])


def not_drawn(document: ReviewDocument) -> int:
    """How many edges the drawing leaves out."""
    return max(0, len(document.edges) - MOST_EDGES) + document.left_out.edges


def _vertex(node: GraphNode, label: str, *, is_circling: bool) -> Vertex:
    is_unknown = node.naming is Naming.UNKNOWN
    title = paths_in_snake(node.key) if is_unknown else node.key
    styles = ["unknown"] * is_unknown + ["cycle"] * is_circling
    return Vertex(node.key, node.kind, label, title, " ".join(styles))


def _arrow(
    edge: ReviewedEdge, names: dict[str, str], shown: Collection[tuple[str, str, Label]]
) -> Arrow:
    is_same = edge.change is EdgeChange.SAME
    is_shown = (edge.source, edge.target, edge.label) in shown
    circle = ", on a cycle" if edge.on_cycle else ""
    is_unknown = edge.change is EdgeChange.UNKNOWN
    change = "whether it is new is unknown" if is_unknown else edge.change
    signs = ["↻"] * edge.on_cycle + [EDGE_SIGNS[edge.change]] * (not is_same)
    styles = [edge.label.value, edge.change.value, *["cycle"] * edge.on_cycle]
    return Arrow(
        source=edge.source,
        target=edge.target,
        label=" ".join([*signs, edge.label.value]),
        style=" ".join(styles),
        title=f"{names[edge.source]} → {names[edge.target]}: {edge.label}, {change}{circle}",
        weight=Weight.CYCLE if is_shown else Weight.STANDS_OUT if signs else Weight.PLAIN,
    )
