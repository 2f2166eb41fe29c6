"""What is drawn of a graph."""

from __future__ import annotations

from itertools import pairwise

from pulumi_functiongraph.core.graph import Edge, NodeKind, cut_to_findings, nodes, overlay, whole
from unit.core.graph.shapes import alias, edge, fn, judge, live, names, ring


def chain(*names_of: str) -> list[Edge]:
    return [edge(one, two) for one, two in pairwise(names_of)]


def test_the_whole_graph_is_drawn_in_a_fixed_order() -> None:
    edges = chain("a", "b", "c", "d")

    picture = whole(overlay(edges[::-1]))

    assert picture == whole(overlay(edges))
    assert names(picture.nodes) == ["a", "b", "c", "d"]
    assert [hop.edge for hop in picture.hops] == edges
    assert (picture.nodes_left_out, picture.hops_left_out) == (0, 0)


def test_a_cut_picture_shows_components_and_one_hop_around() -> None:
    edges = [*chain("in1", "in2", "a"), *ring("a", "b"), *chain("b", "out1", "out2")]

    picture = cut_to_findings(judge(edges))

    assert names(picture.nodes) == ["a", "b", "in2", "out1"]
    assert len(picture.hops) == 4
    assert (picture.nodes_left_out, picture.hops_left_out) == (2, 2)


def test_acknowledged_cycles_are_drawn_too() -> None:
    picture = cut_to_findings(judge([edge("a", "a", acknowledged="yes"), edge("x", "y")]))

    assert names(picture.nodes) == ["a"]


def test_what_is_unknown_is_drawn_too() -> None:
    target = nodes.unknown(NodeKind.FUNCTION, at="notify.onSuccess.functionUrn")
    prod = alias("prod", of="d")
    edges = [edge("a", target), edge("b", "c"), edge("x", prod), live("d", "y"), edge("p", "q")]

    picture = cut_to_findings(judge(edges, unreadable={fn("c"): "403"}))

    assert {fn("a"), target, fn("b"), fn("c"), fn("x"), prod} == set(picture.nodes)


def test_a_graph_without_findings_is_cut_to_nothing() -> None:
    picture = cut_to_findings(judge(chain("a", "b", "c")))

    assert (picture.nodes, picture.hops) == ((), ())
    assert (picture.nodes_left_out, picture.hops_left_out) == (3, 2)


def test_the_shown_cycles_are_drawn_first_when_there_is_little_room() -> None:
    edges = [*ring("b", "c", "d"), edge("d", "b1"), edge("b1", "b"), edge("a", "b"), edge("d", "e")]
    verdict = judge(edges)

    little = cut_to_findings(verdict, most=3)
    more = cut_to_findings(verdict, most=5)

    assert {(hop.edge) for hop in little.hops} == {hop.edge for hop in verdict.cycles[0].path}
    assert {node for hop in more.hops for node in (hop.source, hop.target)} == set(
        verdict.cycles[0].nodes
    )
    assert little.hops_left_out == 4
