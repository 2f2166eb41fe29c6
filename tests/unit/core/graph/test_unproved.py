"""What cannot be proved, and how that is said."""

from __future__ import annotations

import pytest

from pulumi_functiongraph.core.graph import Edge, Node, NodeKind, Unreadable, nodes
from unit.core.graph.shapes import alias, edge, fn, judge, live, topic, trigger

WHY = "403: functiongraph:function:getAsyncInvokeConfig is missing"


def open_function(at: str = "notify.onSuccess.functionUrn") -> Node:
    return nodes.unknown(NodeKind.FUNCTION, at=at)


def open_edge(number: int = 0, *, acknowledged: str = "") -> Edge:
    return edge(
        f"s{number}",
        open_function(f"notify-{number}.onSuccess.functionUrn"),
        acknowledged=acknowledged,
    )


def bucket(prefix: str | None) -> Node:
    return nodes.bucket("results", prefix=prefix)


def test_targets_that_are_unknown_until_apply_are_listed_in_order() -> None:
    verdict = judge([open_edge(2), open_edge(1)])

    assert verdict.cycles == ()
    assert not verdict.is_proved_acyclic
    assert verdict.unknowns.targets == (open_edge(1), open_edge(2))
    assert str(verdict.unknowns) == "cannot prove acyclic: 2 targets unknown until apply or secret"


def test_a_source_that_is_unknown_counts_once_for_both_its_edges() -> None:
    source = nodes.unknown(NodeKind.FUNCTION, at="notify.functionUrn")
    unknowns = judge([edge(source, "a", resource="n"), edge(source, topic("t"), resource="n")])

    assert str(unknowns.unknowns) == "cannot prove acyclic: 1 source unknown until apply or secret"


def test_a_function_made_in_the_same_program_is_not_unknown() -> None:
    made = nodes.identified(NodeKind.FUNCTION, "urn:pulumi:dev::shop::fgs:Function::b")

    assert judge([edge("a", made), edge(made, "c", resource="n")]).is_proved_acyclic


def test_an_acknowledged_edge_may_lead_wherever_it_likes() -> None:
    assert not judge([open_edge(acknowledged="as designed")]).unknowns


def test_an_unreadable_function_that_events_reach_is_told_with_the_reason() -> None:
    edges = [edge("a", "b"), live("b", "c")]

    unknowns = judge(edges, unreadable={fn("c"): WHY, fn("x"): WHY}).unknowns

    assert unknowns.unreadable == (Unreadable(fn("c"), WHY),)
    assert str(unknowns) == "cannot prove acyclic: 1 node that could not be read"


def test_an_unreadable_function_whose_config_is_declared_does_not_matter() -> None:
    assert not judge([edge("a", "b"), edge("b", "c")], unreadable={fn("b"): WHY}).unknowns


def test_an_unreadable_function_behind_acknowledged_edges_does_not_matter() -> None:
    edges = [edge("a", "b", acknowledged="as designed")]

    assert not judge(edges, unreadable={fn("b"): WHY}).unknowns


def test_an_alias_that_may_have_further_versions_is_told() -> None:
    prod = alias("prod", of="b")
    edges = [edge("a", prod), edge("b", "c")]

    verdict = judge(edges, unreadable={prod: WHY}, aliases={prod: [fn("b")]})

    assert verdict.unknowns.unreadable == (Unreadable(prod, WHY),)
    assert not verdict.is_proved_acyclic


def test_an_alias_of_an_unknown_version_is_told_when_its_function_passes_events_on() -> None:
    prod = alias("prod", of="b")
    edges = [edge("a", prod)]

    unknowns = judge([*edges, edge(fn("b", version="v1"), "a")]).unknowns

    assert unknowns.aliases == (prod,)
    assert str(unknowns) == "cannot prove acyclic: 1 alias of an unknown version"
    assert not judge(edges).unknowns
    assert judge([live("a", prod), live("b", "a")]).unknowns.aliases == (prod,)


def test_an_alias_that_could_not_be_read_is_told_once() -> None:
    prod = alias("prod", of="b")

    unknowns = judge([edge("a", prod), edge("b", "a")], unreadable={prod: WHY}).unknowns

    assert unknowns.aliases == ()
    assert [held.node for held in unknowns.unreadable] == [prod]


def test_several_kinds_of_unknown_are_told_in_one_line() -> None:
    one, two = alias("one", of="b"), alias("two", of="b")
    edges = [edge("a", one), edge("c", two), edge("b", "d"), open_edge()]

    assert str(judge(edges).unknowns) == (
        "cannot prove acyclic: 1 target unknown until apply or secret, "
        "2 aliases of an unknown version"
    )
    assert str(judge([]).unknowns) == ""


@pytest.mark.parametrize(("written", "listening"), [(None, "a/"), ("a/", None), (None, None)])
def test_an_unknown_prefix_is_told_where_it_decides(
    written: str | None, listening: str | None
) -> None:
    verdict = judge([edge("a", bucket(written)), trigger(bucket(listening), "a")])

    assert verdict.cycles == ()
    assert len(verdict.unknowns.targets) == (written is None)
    assert len(verdict.unknowns.sources) == (listening is None)


@pytest.mark.parametrize(("written", "listening"), [(None, ""), ("", None)])
def test_an_unknown_prefix_that_decides_nothing_leaves_a_cycle_certain(
    written: str | None, listening: str | None
) -> None:
    verdict = judge([edge("a", bucket(written)), trigger(bucket(listening), "a")])

    assert len(verdict.cycles) == 1
    assert not verdict.unknowns


def test_an_unknown_prefix_of_a_bucket_without_triggers_does_not_matter() -> None:
    assert judge([edge("a", bucket(None))]).is_proved_acyclic


def test_a_trigger_of_an_unknown_topic_or_function_is_told() -> None:
    somewhere = nodes.unknown(NodeKind.TOPIC, at="trigger.topicUrn")
    edges = [trigger(somewhere, "a"), trigger(topic("t"), open_function("trigger.functionUrn"))]

    unknowns = judge(edges).unknowns

    assert (unknowns.sources, unknowns.targets) == ((edges[0],), (edges[1],))
