"""A graph in the language of Graphviz."""

from __future__ import annotations

import re

import pytest

from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.report.graph.dot import graph_dot
from unit.core.graph.shapes import edge, judge, live, ring
from unit.report.graphs import chain, chain_and_ring, everything, hostile

STRING = r'"(?:[^"\\\n]|\\\\|\\")*"'
ATTRIBUTES = rf"\[[a-z]+={STRING}(?:, [a-z]+={STRING})*\]"
LINES = [
    r"// [^\n]*",
    r"digraph functiongraph \{",
    r"  rankdir=LR;",
    rf"  label={STRING};",
    rf"  n\d+ {ATTRIBUTES};",
    rf"  n\d+ -> n\d+ {ATTRIBUTES};",
    r"\}",
]


def arrows(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if " -> " in line]


@pytest.mark.parametrize(
    "verdict", [everything(), hostile(), judge([]), chain(3), chain(500), chain_and_ring(500)]
)
def test_every_line_is_one_that_graphviz_takes(verdict: CycleAnalysis) -> None:
    text = graph_dot(verdict, notes=["one\n} two"])

    for line in text.splitlines():
        assert any(re.fullmatch(form, line) for form in LINES), line
    assert text.encode()


def test_edges_of_a_cycle_are_coloured_and_live_ones_dashed() -> None:
    text = graph_dot(
        judge([*ring("a", "b"), live("c", "a"), edge("d", "d", acknowledged="ok", where="m.py:1")])
    )

    assert arrows(text) == [
        'n0 -> n1 [label="success", tooltip="declared", color="#c62828", penwidth="2"];',
        'n1 -> n0 [label="success", tooltip="declared", color="#c62828", penwidth="2"];',
        'n2 -> n0 [label="success, live", tooltip="live", style="dashed"];',
        'n3 -> n3 [label="success", tooltip="m.py:1", color="#b26a00", penwidth="2"];',
    ]


def test_what_is_left_out_of_a_large_graph_is_counted() -> None:
    text = graph_dot(chain_and_ring(500))

    assert len(arrows(text)) == 3
    assert '  label="500 nodes and 500 edges are not drawn";' in text


def test_the_order_of_declaration_does_not_matter() -> None:
    edges = [*ring("a", "b", "c"), edge("c", "d"), live("d", "e")]

    assert graph_dot(judge(edges)) == graph_dot(judge(edges[::-1]))
