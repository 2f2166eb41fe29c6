"""A graph as Markdown: what is wrong as a list, who notifies whom as a flowchart."""

from __future__ import annotations

import pytest

from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.report.graph.markdown import graph_markdown
from pulumi_functiongraph.report.graph.mermaid import graph_mermaid
from pulumi_functiongraph.report.markdown import MOST_CHARACTERS
from unit.report.graphs import chain, complete, everything, hostile, ring_of


def test_what_is_wrong_comes_first_then_the_flowchart() -> None:
    text = graph_markdown(ring_of(3), notes=["a note"])

    report, _, drawing = text.partition("```mermaid\n")
    mark, title, _, total, _, found, *_ = report.splitlines()
    assert mark == "<!-- fgctl graph -->"
    assert title == "## Who notifies whom"
    assert "1 cycle" in total
    assert found == "- note: a note"
    assert drawing == f"{graph_mermaid(ring_of(3))}```\n"


@pytest.mark.parametrize("verdict", [everything(), hostile(), chain(500), complete(30)])
def test_it_fits_a_comment_and_nothing_ends_the_flowchart(verdict: CycleAnalysis) -> None:
    text = graph_markdown(verdict)

    assert len(text) <= MOST_CHARACTERS
    assert text.count("```") == 2
    assert "<script" not in text
