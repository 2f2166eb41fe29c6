"""A graph in the DOT language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pulumi_functiongraph.core.graph import CycleAnalysis, Hop, Naming, Node, NodeKind, Origin
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.property_names import paths_in_snake
from pulumi_functiongraph.report.graph.style import (
    Focus,
    Mark,
    Marks,
    cannot_say,
    drawn,
    labels,
    left_out,
)
from pulumi_functiongraph.report.text import dated

_SHAPES = {
    NodeKind.FUNCTION: "box",
    NodeKind.ALIAS: "ellipse",
    NodeKind.TOPIC: "oval",
    NodeKind.BUCKET: "cylinder",
    NodeKind.STREAM: "cds",
    NodeKind.OTHER: "hexagon",
}
_COLOURS = {Mark.CYCLE: "#c62828", Mark.ACKNOWLEDGED: "#b26a00"}


def graph_dot(
    verdict: CycleAnalysis,
    *,
    notes: Iterable[str] = (),
    focus: Focus | None = None,
    looked_at: datetime | None = None,
) -> str:
    """The digraph, notes as comments; a large one is cut to what was found in it."""
    marks = Marks(verdict)
    picture = drawn(verdict, focus=focus)
    numbers = {node: f"n{number}" for number, node in enumerate(picture.nodes)}
    comments = (
        *(f"cannot say: {each}" for each in verdict.unknowns.missing),
        *notes,
        *dated(looked_at),
    )
    lines = [f"// {visible(note)}" for note in comments]
    lines += ["digraph functiongraph {", "  rankdir=LR;"]
    limits = [part for part in (left_out(picture), cannot_say(verdict)) if part]
    if limits:
        lines.append(f"  label={_quoted('; '.join(limits))};")
    for node, label in labels(picture.nodes).items():
        lines.append(f"  {numbers[node]} [{_node(node, label, mark=marks.of_node(node))}];")
    for hop in picture.hops:
        ends = f"{numbers[hop.source]} -> {numbers[hop.target]}"
        lines.append(f"  {ends} [{_edge(hop, mark=marks.of_hop(hop))}];")
    return "\n".join([*lines, "}"]) + "\n"


def _node(node: Node, label: str, *, mark: Mark | None) -> str:
    attributes = {"label": label, "shape": _SHAPES[node.kind], "tooltip": visible(node.key)}
    if node.naming is Naming.UNKNOWN:
        attributes |= {"tooltip": paths_in_snake(attributes["tooltip"]), "style": "dashed"}
    return _attributes(attributes, mark=mark)


def _edge(hop: Hop, *, mark: Mark | None) -> str:
    attributes = {
        "label": str(hop.edge.label),
        "tooltip": visible(hop.edge.where or hop.edge.origin),
    }
    if hop.edge.origin is not Origin.DECLARED:
        attributes |= {"label": f"{hop.edge.label}, {hop.edge.origin}", "style": "dashed"}
    return _attributes(attributes, mark=mark)


def _attributes(attributes: dict[str, str], *, mark: Mark | None) -> str:
    if mark is not None:
        attributes |= {"color": _COLOURS[mark], "penwidth": "2"}
    return ", ".join(f"{key}={_quoted(value)}" for key, value in attributes.items())


def _quoted(text: str) -> str:
    """A string of DOT, where a backslash would begin an escape and ``&`` an entity."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{escaped}"'
