"""One node, found by any of its names, and what is around it."""

from __future__ import annotations

import pytest

from factories import function_urn
from pulumi_functiongraph.core.graph import NodeKind, around, names_of, nodes, nodes_named, overlay
from unit.core.graph.shapes import alias, edge, fn, names, stream, topic, trigger

CHAIN = overlay([edge("a", "b"), edge("b", "c"), edge("c", "d"), edge("x", "y")])


@pytest.mark.parametrize(
    "name",
    [
        str(function_urn("a")),
        function_urn("a").function,
        "a",
        "default/a",
        "default:a",
        "default/a:latest",
        "default:a:latest",
        "notify-a",
    ],
)
def test_a_function_is_found_by_its_urn_its_name_and_the_config_that_declares_it(name: str) -> None:
    assert nodes_named(CHAIN, name) == (fn("a"),)


def test_other_nodes_are_found_by_their_names() -> None:
    alerts = topic("alerts")
    made = nodes.identified(NodeKind.BUCKET, "urn:pulumi:dev::shop::t::made")
    unknown = nodes.unknown(NodeKind.FUNCTION, at="h.onSuccess")
    graph = overlay(
        [trigger(alerts, "a"), edge("a", stream("events")), edge("b", made), edge("c", unknown)]
    )

    assert nodes_named(graph, "alerts") == (alerts,)
    assert nodes_named(graph, alerts.key) == (alerts,)
    assert nodes_named(graph, "events") == (stream("events"),)
    assert nodes_named(graph, "made") == (made,)
    assert nodes_named(graph, "h.onSuccess") == (unknown,)
    assert nodes_named(graph, "nothing") == ()
    below = nodes.bucket("kept", prefix="orders/b/")
    assert nodes_named(overlay([edge("a", below)]), "kept/orders/b/") == (below,)
    assert nodes_named(overlay([edge("a", below)]), "kept") == (below,)
    assert sorted(names_of(graph.nodes)) == [
        "a",
        "alerts",
        "b",
        "c",
        "events",
        "h.onSuccess",
        "made",
    ]


def test_one_name_may_be_that_of_several() -> None:
    graph = overlay([edge("a", "b"), edge("a", fn("b", version="2"))])

    assert nodes_named(graph, "b") == tuple(sorted([fn("b"), fn("b", version="2")]))


def test_an_alias_is_found_with_its_mark() -> None:
    prod = alias("prod", of="b")

    graph = overlay([edge("a", prod)])

    for name in ("default/b:!prod", "default:b:!prod", "b"):
        assert nodes_named(graph, name) == (prod,)


def test_what_is_around_is_reached_in_either_direction() -> None:
    picture = around(CHAIN, [fn("b")], depth=1)

    assert names(picture.nodes) == ["a", "b", "c"]
    assert len(picture.hops) == 2
    assert (picture.nodes_left_out, picture.hops_left_out) == (3, 2)


def test_depth_says_how_far_and_more_than_there_is_changes_nothing() -> None:
    assert names(around(CHAIN, [fn("a")], depth=0).nodes) == ["a"]
    assert names(around(CHAIN, [fn("a")], depth=2).nodes) == ["a", "b", "c"]
    assert names(around(CHAIN, [fn("a")], depth=9).nodes) == ["a", "b", "c", "d"]
