"""A graph as Markdown, for the comment of a job: what is wrong, and a flowchart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.report.graph.mermaid import graph_mermaid
from pulumi_functiongraph.report.graph.style import Focus
from pulumi_functiongraph.report.graph.text import headline, report_lines
from pulumi_functiongraph.report.markdown import cut_to_fit, escaped, listed, marker
from pulumi_functiongraph.report.text import dated


def graph_markdown(
    verdict: CycleAnalysis,
    *,
    notes: Sequence[str] = (),
    focus: Focus | None = None,
    looked_at: datetime | None = None,
) -> str:
    """The report; a long one is cut, and says so."""
    first, *doubts = headline(verdict, notes=notes)
    lines = [*doubts, *filter(None, report_lines(verdict))]
    drawn = f"```mermaid\n{graph_mermaid(verdict, focus=focus)}```"

    def report(most: int) -> str:
        found = [listed(lines, most=most)] if lines else []
        head = f"{marker('graph', ())}\n## Who notifies whom\n\n**{escaped(first)}**"
        return "\n\n".join([head, *found, drawn, *dated(looked_at)]) + "\n"

    return cut_to_fit(report)
