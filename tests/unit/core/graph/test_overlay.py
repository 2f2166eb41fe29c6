"""Declared and live edges over each other, aliases and triggers resolved."""

from __future__ import annotations

import pytest

from pulumi_functiongraph.core.graph import Edge, Node, NodeKind, Origin, nodes, overlay
from unit.core.graph.shapes import alias, edge, fn, judge, live, names, stream, topic, trigger, way


def bucket(prefix: str | None = "") -> Node:
    return nodes.bucket("results", prefix=prefix)


def test_declared_edges_replace_the_live_ones_of_the_same_source() -> None:
    verdict = judge([edge("a", topic("t")), live("a", "b"), live("b", "a")])

    assert verdict.cycles == ()


def test_a_declared_config_without_targets_replaces_the_live_one() -> None:
    edges = [live("a", "b"), live("b", "a")]

    assert len(judge(edges).cycles) == 1
    assert judge(edges, declared=[fn("a")]).cycles == ()


def test_a_swap_in_one_program_passes() -> None:
    verdict = judge([edge("a", "b"), live("b", "a")], declared=[fn("a"), fn("b")])

    assert verdict.cycles == ()


def test_a_config_replaces_only_the_version_that_it_is_of() -> None:
    v1 = fn("a", version="v1")

    assert len(judge([edge("a", v1), live(v1, "a")]).cycles) == 1


def test_a_removed_config_counts_while_it_is_live() -> None:
    leaving = live("b", "a", origin=Origin.REMOVED)

    (cycle,) = judge([edge("a", "b"), leaving]).cycles

    assert cycle.to_remove_first == (leaving,)
    assert cycle.breaks == edge("a", "b")


def test_triggers_that_are_declared_and_live_add_up() -> None:
    edges = [edge("a", topic("t")), trigger(topic("t"), "b"), edge("b", "a")]
    seen = trigger(topic("t"), "c", origin=Origin.LIVE)

    (cycle,) = judge([*edges, seen, edge("c", "a")]).cycles

    assert names(cycle.nodes) == ["a", "b", "c", topic("t").key]


def test_an_alias_closes_a_cycle_with_the_version_that_it_points_to() -> None:
    prod = alias("prod", of="b")
    edges = [edge("a", prod), edge("b", "a")]

    (cycle,) = judge(edges, aliases={prod: [fn("b")]}).cycles

    assert judge(edges).cycles == ()
    assert judge(edges, aliases={prod: [fn("b", version="v1")]}).cycles == ()
    assert [(hop.target, hop.edge.target) for hop in cycle.path] == [
        (fn("b"), prod),
        (fn("a"), fn("a")),
    ]


def test_an_alias_of_two_versions_leads_to_both_and_is_cut_once() -> None:
    prod = alias("prod", of="b")
    v1, v2 = fn("b", version="v1"), fn("b", version="v2")

    (cycle,) = judge(
        [edge("a", prod), edge(v1, "a"), edge(v2, "a")], aliases={prod: [v1, v2]}
    ).cycles

    assert cycle.cut is not None
    assert cycle.cut.edges == (edge("a", prod),)
    assert cycle.breaks_all
    assert len(cycle.nodes) == 3


def test_a_resource_stands_for_the_function_that_it_turned_out_to_be() -> None:
    made = nodes.identified(NodeKind.FUNCTION, "urn:pulumi:dev::shop::fgs:Function::b")
    prod = alias("prod", of="b")
    edges = [edge("a", made), edge("b", "a")]

    assert judge(edges).cycles == ()
    assert len(judge(edges, aliases={made: [prod], prod: [fn("b")]}).cycles) == 1


def test_aliases_that_point_at_each_other_end_nowhere_and_stay_themselves() -> None:
    one, two = alias("one", of="b"), alias("two", of="b")

    graph = overlay([edge("a", one)], aliases={one: [two], two: [one]})

    assert next(graph.hops()).target == one


def test_live_edges_of_an_alias_count_while_one_of_its_versions_is_not_declared() -> None:
    prod = alias("prod", of="b")
    v1, v2 = fn("b", version="v1"), fn("b", version="v2")
    edges = [edge(v1, topic("t")), live(prod, "a"), edge("a", v1)]

    assert judge(edges, aliases={prod: [v1]}).cycles == ()
    assert len(judge(edges, aliases={prod: [v1, v2]}).cycles) == 1


@pytest.mark.parametrize("place", [topic("t"), stream("s"), bucket("a/")])
def test_what_a_target_triggers_can_close_a_cycle(place: Node) -> None:
    (cycle,) = judge([edge("a", place), trigger(place, "a")]).cycles

    assert way(cycle) == names(sorted([fn("a"), place]))


@pytest.mark.parametrize(
    ("written", "listening"),
    [("", ""), ("a/", ""), ("", "a/"), ("a/b", "a/"), ("a/", "a/b"), ("a", "a/b"), ("a/", "a/")],
)
def test_a_bucket_triggers_where_one_prefix_starts_with_the_other(
    written: str, listening: str
) -> None:
    edges = [edge("a", bucket(written)), trigger(bucket(listening), "a", suffix=".csv")]

    (cycle,) = judge(edges).cycles

    assert cycle.path[0].source == bucket(written)


@pytest.mark.parametrize(("written", "listening"), [("a/", "b/"), ("/a", "a"), ("ab", "aa")])
def test_a_bucket_does_not_trigger_where_the_prefixes_exclude_each_other(
    written: str, listening: str
) -> None:
    verdict = judge([edge("a", bucket(written)), trigger(bucket(listening), "a")])

    assert verdict.cycles == ()
    assert len(verdict.graph.nodes) == 3


def test_another_bucket_does_not_trigger() -> None:
    elsewhere = nodes.bucket("others")

    assert judge([edge("a", bucket()), trigger(elsewhere, "a")]).cycles == ()


def test_every_trigger_of_a_bucket_that_is_met_counts() -> None:
    listening = ["", "a", "a", "a/b", "a/c/d", "b"]
    edges: list[Edge] = [
        trigger(bucket(prefix), f"f{number}") for number, prefix in enumerate(listening)
    ]

    graph = overlay([edge("w", bucket("a/")), *edges])

    met = {hop.target for hop in graph.hops() if hop.source == bucket("a/")}
    assert met == {fn("f0"), fn("f1"), fn("f2"), fn("f3"), fn("f4")}


def test_the_trigger_of_a_bucket_can_name_an_alias() -> None:
    prod = alias("prod", of="a")
    edges = [edge("a", bucket("x")), trigger(bucket(), prod)]

    assert len(judge(edges, aliases={prod: [fn("a")]}).cycles) == 1
