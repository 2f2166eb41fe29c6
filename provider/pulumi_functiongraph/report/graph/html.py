"""A graph and what was found in it as one page of HTML that needs no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.report.graph.drawing import MEANINGS, graph_drawing
from pulumi_functiongraph.report.graph.style import Focus, drawn, left_out, shown
from pulumi_functiongraph.report.graph.text import path_lines, report_lines, summary, tone
from pulumi_functiongraph.report.html import page
from pulumi_functiongraph.report.text import dated

TITLE = "Graph of asynchronous notifications"

MOST_EDGES = 2_000
"""Edges; as many as 400 functions have with their triggers. A larger graph is cut."""


def graph_html(
    verdict: CycleAnalysis,
    *,
    notes: Sequence[str] = (),
    focus: Focus | None = None,
    looked_at: datetime | None = None,
) -> str:
    """The page."""
    picture = drawn(verdict, whole_up_to=MOST_EDGES, most=MOST_EDGES, focus=focus)
    return page(
        "graph.html.jinja",
        title=TITLE,
        headline=summary(verdict),
        tone=tone(verdict),
        missing=verdict.unknowns.missing,
        notes=notes,
        dated=dated(looked_at),
        lines=list(_found(verdict)),
        drawing=graph_drawing(verdict, picture),
        meanings=MEANINGS,
        left_out=left_out(picture),
        shown=shown(focus),
    )


_RULES = {"cycle ": "FGN101", "acknowledged cycle ": "FGN102", "cannot ": "FGN103"}
"""By how a line begins, the rule that it is about."""


def _found(verdict: CycleAnalysis) -> Iterator[tuple[str, str, str]]:
    """What was found, line by line: the text, the key of the node and the rule it is about."""
    nodes = path_lines(verdict)
    for line in report_lines(verdict):
        rules = (rule for start, rule in _RULES.items() if line.startswith(start))
        yield line, nodes.get(line, ""), next(rules, "")
