"""A graph as a flowchart."""

from __future__ import annotations

import re

import pytest

from pulumi_functiongraph.core.graph import CycleAnalysis, nodes
from pulumi_functiongraph.report.graph.mermaid import MOST_CHARACTERS, graph_mermaid
from unit.core.graph.shapes import edge, judge, live, ring
from unit.report.graphs import chain, chain_and_ring, complete, everything, hostile, ring_of

TEXT = r"(?:[^\W]|[ \-_.,:/…]|#\d+;)*"
LINES = [
    rf"%% {TEXT}",
    r"flowchart LR",
    rf'    n\d+(?:\["{TEXT}"\]|\("{TEXT}"\)|\(\["{TEXT}"\]\)|\[\("{TEXT}"\)\])',
    rf'    n\d+(?:\[\["{TEXT}"\]\]|\{{\{{"{TEXT}"\}}\}})',
    rf'    n\d+ (?:-->|-\.->)\|"{TEXT}"\| n\d+',
    r"    linkStyle \d+(?:,\d+)* stroke:#[0-9a-f]{6},stroke-width:3px",
    r"    style n\d+ stroke(?:-dasharray:4|:#[0-9a-f]{6},stroke-width:2px)",
    rf'    limit\["{TEXT}"\]',
    r"    style limit stroke-dasharray:4",
    rf'    doubt\["{TEXT}"\]',
    r"    style doubt stroke-dasharray:4",
]
"""Every line that a flowchart may have; a name with a mark in it would be none of them."""


def links(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if re.match(r"    n\d+ -", line)]


def styled(text: str, colour: str) -> list[str]:
    """The links that are drawn in a colour."""
    found = re.search(rf"linkStyle ([\d,]+) stroke:{colour}", text)
    return [links(text)[int(at)] for at in found[1].split(",")] if found else []


@pytest.mark.parametrize(
    "verdict",
    [everything(), hostile(), judge([]), chain(3), chain(500), chain_and_ring(500), ring_of(30)],
)
def test_every_line_is_one_that_mermaid_takes(verdict: CycleAnalysis) -> None:
    text = graph_mermaid(verdict, notes=["1 secret {value}; a → b"])

    for line in text.splitlines():
        assert any(re.fullmatch(form, line) for form in LINES), line
    assert text.encode()


def test_edges_of_a_cycle_are_coloured_and_acknowledged_ones_otherwise() -> None:
    text = graph_mermaid(
        judge([*ring("a", "b"), edge("b", "c"), edge("d", "d", acknowledged="ends")])
    )

    assert links(text) == [
        'n0 -->|"success"| n1',
        'n1 -->|"success"| n0',
        'n1 -->|"success"| n2',
        'n3 -->|"success"| n3',
    ]
    assert styled(text, "#c62828") == ['n0 -->|"success"| n1', 'n1 -->|"success"| n0']
    assert styled(text, "#b26a00") == ['n3 -->|"success"| n3']


def test_what_is_live_alone_is_dashed() -> None:
    assert links(graph_mermaid(judge([live("a", "b")]))) == ['n0 -.->|"success, live"| n1']


def test_names_are_short_where_they_differ_and_whole_where_they_do_not() -> None:
    text = graph_mermaid(
        judge([edge("a", "b"), edge("b", nodes.stream("a", region="eu-nl", project_id="p"))])
    )

    assert '["b"]' in text
    assert '["a"]' not in text
    assert '[["dis://eu-nl/p/a"]]' in text


def test_a_long_name_is_cut() -> None:
    text = graph_mermaid(judge([edge("a", nodes.bucket("results", prefix="x" * 900))]))

    assert f'[("results/{"x" * 21}…{"x" * 30}")]' in text


def test_a_graph_without_edges_says_so() -> None:
    assert '["nothing notifies anything"]' in graph_mermaid(judge([]))


def test_at_most_400_edges_are_drawn_and_the_rest_is_counted() -> None:
    text = graph_mermaid(complete(30))

    assert len(links(text)) == 400
    assert 'limit["0 nodes and 500 edges are not drawn"]' in text


def test_a_large_graph_is_cut_to_the_cycle_and_one_edge_around() -> None:
    text = graph_mermaid(chain_and_ring(500))

    assert len(links(text)) == 3
    assert 'limit["500 nodes and 500 edges are not drawn"]' in text


def test_a_drawing_has_fewer_edges_where_they_would_be_too_much_text() -> None:
    long = "a-name-of-sixty-characters-that-fills-up-the-whole-of-i-{:04}".format
    text = graph_mermaid(judge(ring(*(long(at) for at in range(400)))))

    assert len(text) <= MOST_CHARACTERS
    assert len(links(text)) == 200
    assert "200 edges are not drawn" in text


def test_notes_that_are_too_long_alone_do_not_go_on_for_ever() -> None:
    assert links(graph_mermaid(ring_of(2), notes=["x" * MOST_CHARACTERS])) == []


def test_the_order_of_declaration_does_not_matter() -> None:
    edges = [*ring("a", "b", "c"), edge("c", "d"), live("d", "e")]

    assert graph_mermaid(judge(edges)) == graph_mermaid(judge(edges[::-1]))
