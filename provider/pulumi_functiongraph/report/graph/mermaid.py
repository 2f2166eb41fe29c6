"""A graph as a Mermaid flowchart, as GitHub, GitLab and many editors draw it.

Source of the limits: Mermaid's configuration schema, ``maxEdges`` (500) and ``maxTextSize``
(50,000 characters); a larger flowchart is not drawn at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from pulumi_functiongraph.core.graph import (
    CycleAnalysis,
    Hop,
    Naming,
    NodeKind,
    Origin,
    Picture,
    cut_to_findings,
)
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.graph.style import (
    MOST_EDGES,
    Focus,
    Mark,
    Marks,
    cannot_say,
    drawn,
    labels,
    left_out,
)
from pulumi_functiongraph.report.text import dated

MOST_CHARACTERS = 50_000
"""Characters of a whole flowchart."""

SHAPES = {
    NodeKind.FUNCTION: ("[", "]"),
    NodeKind.ALIAS: ("(", ")"),
    NodeKind.TOPIC: ("([", "])"),
    NodeKind.BUCKET: ("[(", ")]"),
    NodeKind.STREAM: ("[[", "]]"),
    NodeKind.OTHER: ("{{", "}}"),
}
_COLOURS = {Mark.CYCLE: "#c62828", Mark.ACKNOWLEDGED: "#b26a00"}
_PLAIN = frozenset(" -_.,:/…")
"""Characters beside letters and digits that Mermaid takes for themselves in a quoted label."""


def graph_mermaid(
    verdict: CycleAnalysis,
    *,
    notes: Iterable[str] = (),
    focus: Focus | None = None,
    looked_at: datetime | None = None,
) -> str:
    """The flowchart, notes as comments, at most 400 edges and 50,000 characters of it."""
    marks = Marks(verdict)
    comments = (
        *(f"cannot say: {each}" for each in verdict.unknowns.missing),
        *notes,
        *dated(looked_at),
    )
    head = [f"%% {escaped(note)}" for note in comments]
    doubt = cannot_say(verdict)
    most = MOST_EDGES
    text = _flowchart(drawn(verdict, most=most, focus=focus), marks, head=head, doubt=doubt)
    while len(text) > MOST_CHARACTERS and most:
        most //= 2
        if focus is not None and focus.depth:
            focus = replace(focus, depth=focus.depth - 1)
        picture = cut_to_findings(verdict, most=most)
        if focus is not None:
            picture = drawn(verdict, focus=focus)
        text = _flowchart(picture, marks, head=head, doubt=doubt)
    return text


def _flowchart(picture: Picture, marks: Marks, *, head: Iterable[str], doubt: str) -> str:
    numbers = {node: f"n{number}" for number, node in enumerate(picture.nodes)}
    lines = [*head, "flowchart LR"]
    for node, label in labels(picture.nodes).items():
        begin, end = SHAPES[node.kind]
        lines.append(f'    {numbers[node]}{begin}"{escaped(label)}"{end}')
    for hop in picture.hops:
        ends = numbers[hop.source], numbers[hop.target]
        lines.append(f"    {ends[0]} {_link(hop)} {ends[1]}")
    lines += _styles(picture, marks)
    nothing = "" if picture.nodes or doubt else "nothing notifies anything"
    if limit := left_out(picture) or nothing:
        lines += [f'    limit["{escaped(limit)}"]', "    style limit stroke-dasharray:4"]
    if doubt:
        lines += [f'    doubt["{escaped(doubt)}"]', "    style doubt stroke-dasharray:4"]
    return "\n".join(lines) + "\n"


def _link(hop: Hop) -> str:
    if hop.edge.origin is Origin.DECLARED:
        return f'-->|"{hop.edge.label}"|'
    return f'-.->|"{hop.edge.label}, {hop.edge.origin}"|'


def _styles(picture: Picture, marks: Marks) -> Iterator[str]:
    for mark, colour in _COLOURS.items():
        links = [str(at) for at, hop in enumerate(picture.hops) if marks.of_hop(hop) is mark]
        if links:
            yield f"    linkStyle {','.join(links)} stroke:{colour},stroke-width:3px"
    for number, node in enumerate(picture.nodes):
        mark_of_node = marks.of_node(node)
        if mark_of_node is not None:
            yield f"    style n{number} stroke:{_COLOURS[mark_of_node]},stroke-width:2px"
        elif node.naming is Naming.UNKNOWN:
            yield f"    style n{number} stroke-dasharray:4"


def escaped(text: str) -> str:
    """The text with everything that Mermaid could take as a mark written as a number."""
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in visible(text))
