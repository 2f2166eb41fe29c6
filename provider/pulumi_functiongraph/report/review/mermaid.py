"""The graph of a review as a Mermaid flowchart, with what an update adds and removes in colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.review.document import EdgeChange, ReviewDocument, ReviewedEdge
from pulumi_functiongraph.report.graph.mermaid import SHAPES, escaped
from pulumi_functiongraph.report.review.phrases import node_labels, ranked

MOST_CHARACTERS = 20_000
"""Characters; a third of a comment, so that the findings keep their room."""

_MOST_EDGES = 60
"""Edges; more of them nobody reads in a comment."""

_COLOURS = {
    EdgeChange.ADDED: "#1a7f37",
    EdgeChange.REMOVED: "#57606a",
    EdgeChange.CHANGED: "#0b63c5",
}
_CYCLE = "#c62828"


def review_mermaid(document: ReviewDocument, *, most: int = _MOST_EDGES) -> str:
    """The flowchart, at most 60 edges and 20,000 characters of it; empty without an edge."""
    kept = min(most, _MOST_EDGES)
    text = _flowchart(document, kept)
    while len(text) > MOST_CHARACTERS and kept:
        kept //= 2
        text = _flowchart(document, kept)
    return text


def _flowchart(document: ReviewDocument, most: int) -> str:
    edges = ranked(document.edges)[:most]
    if not edges:
        return ""
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = [node for node in document.nodes if node.key in ends]
    numbers = {node.key: f"n{number}" for number, node in enumerate(nodes)}
    names = node_labels(nodes)
    lines = ["flowchart LR"]
    for node in nodes:
        begin, end = SHAPES[node.kind]
        lines.append(f'    {numbers[node.key]}{begin}"{escaped(names[node.key])}"{end}')
    lines += [f"    {numbers[edge.source]} {_link(edge)} {numbers[edge.target]}" for edge in edges]
    lines += _styles(edges)
    more = len(document.edges) - len(edges) + document.left_out.edges
    if more:
        lines += [
            f'    limit["{counted(more, "edge")} not drawn"]',
            "    style limit stroke-dasharray:4",
        ]
    return "\n".join(lines) + "\n"


def _link(edge: ReviewedEdge) -> str:
    if edge.change in {EdgeChange.SAME, EdgeChange.UNKNOWN}:
        return f'-->|"{edge.label}"|'
    arrow = "-.->" if edge.change is EdgeChange.REMOVED else "==>"
    return f'{arrow}|"{edge.label}, {edge.change}"|'


def _styles(edges: Sequence[ReviewedEdge]) -> Iterator[str]:
    for number, edge in enumerate(edges):
        colour = _CYCLE if edge.on_cycle else _COLOURS.get(edge.change)
        if colour is not None:
            yield f"    linkStyle {number} stroke:{colour},stroke-width:3px"
