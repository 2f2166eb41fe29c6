"""What is said of a cycle: path, id, what breaks it, what it costs, acknowledgements."""

from __future__ import annotations

import re

from factories import PROJECT, REGION
from pulumi_functiongraph.core.graph import Label, NodeKind, nodes
from unit.core.graph.shapes import edge, fn, judge, live, only_cycle, ring, topic, trigger, way


def test_a_self_loop_is_reported_as_a_cycle_of_one() -> None:
    cycle = only_cycle([edge("a", "a")])

    assert way(cycle) == ["a"]
    assert cycle.breaks == edge("a", "a")
    assert cycle.breaks_all


def test_functions_in_a_row_are_no_cycle() -> None:
    verdict = judge([edge("a", "b"), edge("b", "c"), edge("a", "c", Label.FAILURE)])

    assert verdict.cycles == ()
    assert verdict.is_proved_acyclic


def test_nothing_declared_is_no_cycle() -> None:
    assert judge([]).is_proved_acyclic


def test_the_path_starts_at_the_smallest_node_and_tells_labels_and_places() -> None:
    first = edge("c", "a", Label.FAILURE, path="onFailure", where="main.py:3")
    second = edge("a", "c", path="onSuccess", where="main.py:9")

    cycle = only_cycle([first, second])

    assert [hop.edge for hop in cycle.path] == [second, first]
    assert [hop.edge.label for hop in cycle.path] == ["success", "failure"]
    assert [hop.edge.where for hop in cycle.path] == ["main.py:9", "main.py:3"]


def test_each_component_is_reported_once_in_order_of_its_nodes() -> None:
    verdict = judge([*ring("x", "y"), *ring("a", "b", "c"), edge("b", "a"), edge("c", "x")])

    assert [way(cycle) for cycle in verdict.cycles] == [["a", "b"], ["x", "y"]]
    assert [len(cycle.nodes) for cycle in verdict.cycles] == [3, 2]


def test_the_shortest_cycle_is_shown() -> None:
    assert way(only_cycle([*ring("a", "b", "c", "d"), edge("d", "c", Label.FAILURE)])) == ["c", "d"]


def test_a_cycle_that_the_program_has_a_part_in_is_shown_before_a_shorter_one() -> None:
    cycle = only_cycle([live("x", "x"), edge("a", "b"), live("b", "x"), live("x", "a")])

    assert way(cycle) == ["a", "b", "x"]
    assert cycle.is_declared


def test_a_cycle_that_is_deployed_as_a_whole_is_told_apart() -> None:
    cycle = only_cycle([edge("a", "x"), live("x", "y"), live("y", "x")])

    assert not cycle.is_declared
    assert cycle.breaks in {live("x", "y"), live("y", "x")}
    assert cycle.breaks_all


def test_live_edges_are_cut_where_declared_ones_do_not_suffice() -> None:
    cycle = only_cycle([edge("a", "x"), live("x", "a"), live("x", "x", Label.FAILURE)])

    assert cycle.breaks == edge("a", "x")
    assert not cycle.breaks_all
    assert cycle.cut is not None
    assert live("x", "x", Label.FAILURE) in cycle.cut.edges


def test_the_edge_that_breaks_the_whole_component_is_named() -> None:
    cycle = only_cycle([edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("b", "a")])

    assert cycle.breaks == edge("a", "b")
    assert cycle.breaks_all


def test_success_and_failure_to_the_same_target_are_two_edges() -> None:
    cycle = only_cycle([edge("a", "b"), edge("a", "b", Label.FAILURE), edge("b", "a")])

    assert cycle.breaks == edge("b", "a")
    assert cycle.breaks_all


def test_a_trigger_is_never_what_to_remove() -> None:
    cycle = only_cycle([trigger(topic("t"), "a"), edge("a", topic("t"))])

    assert cycle.breaks == edge("a", topic("t"))
    assert cycle.cut is not None
    assert cycle.cut.edges == (edge("a", topic("t")),)


def test_a_cycle_of_nothing_but_triggers_is_still_broken_somewhere() -> None:
    cycle = only_cycle([trigger(topic("t"), topic("u")), trigger(topic("u"), topic("t"))])

    assert cycle.breaks is not None
    assert cycle.cost.fewest == 0


def test_an_edge_that_was_told_twice_is_one() -> None:
    cycle = only_cycle([live("a", "a"), live("a", "a")])

    assert cycle.breaks_all
    assert len(cycle.path) == 1


def test_two_declarations_of_one_edge_are_both_to_be_removed() -> None:
    twice = [edge("a", "a", resource="one"), edge("a", "a", resource="two")]

    cycle = only_cycle(twice)

    assert cycle.cut is not None
    assert cycle.cut.edges == tuple(twice)
    assert not cycle.breaks_all


def test_an_acknowledged_cycle_is_shown_and_is_no_error() -> None:
    intended = edge("a", "a", acknowledged="retries until the stock is back")

    verdict = judge([intended])

    assert verdict.cycles == ()
    assert verdict.is_proved_acyclic
    (cycle,) = verdict.acknowledged
    assert cycle.is_acknowledged
    assert cycle.acknowledged == (intended,)
    assert (cycle.breaks, cycle.cut) == (None, None)


def test_an_acknowledged_edge_does_not_excuse_a_cycle_without_it() -> None:
    intended = edge("b", "c", acknowledged="as designed")
    verdict = judge([*ring("a", "b"), intended, edge("c", "b")])

    (cycle,) = verdict.cycles
    assert way(cycle) == ["a", "b"]
    assert cycle.acknowledged == (intended,)
    assert verdict.acknowledged == ()


def test_an_acknowledged_edge_does_not_excuse_a_parallel_one() -> None:
    edges = [edge("a", "a", acknowledged="as designed"), edge("a", "a", Label.FAILURE)]

    assert only_cycle(edges).path[0].edge == edges[1]


def test_an_acknowledged_edge_on_no_cycle_changes_nothing() -> None:
    verdict = judge([edge("a", "b", acknowledged="as designed"), *ring("c", "d")])

    assert [way(cycle) for cycle in verdict.cycles] == [["c", "d"]]
    assert verdict.acknowledged == ()


def test_the_id_is_eight_hex_digits_and_never_changes() -> None:
    assert only_cycle(ring("a", "b", "c")).id == "91268c4e"
    assert re.fullmatch("[0-9a-f]{8}", only_cycle(ring("a", "b")).id)


def test_the_id_depends_on_nodes_and_labels_alone() -> None:
    one = only_cycle([edge("a", "b"), edge("b", "a")])
    moved = only_cycle([live("b", "a"), edge("a", "b", where="other.py:1", resource="renamed")])
    relabelled = only_cycle([edge("a", "b", Label.FAILURE), edge("b", "a")])

    assert one.id == moved.id
    assert one.id != relabelled.id


def test_the_id_takes_nodes_without_a_urn_and_any_prefix() -> None:
    made = nodes.identified(NodeKind.FUNCTION, "urn:pulumi:dev::shop::fgs:Function::b")
    odd = nodes.bucket("results", prefix="\ud800")

    assert only_cycle([edge("a", made), edge(made, "a", resource="n")]).id
    assert only_cycle([edge("a", odd), trigger(odd, "a")]).id


def test_the_cost_counts_one_to_one_plus_retries_runs_a_hop() -> None:
    cost = only_cycle([edge("a", "b", retries=0), edge("b", "a", retries=3)]).cost

    assert (cost.fewest, cost.most, cost.forks) == (2, 5, ())
    assert str(cost) == (
        "an event circulates for ever: 2 to 5 runs per lap (one to 1 + retries a hop); it "
        "multiplies only where a topic, bucket or stream triggers several functions, which none "
        "does here"
    )


def test_unknown_retries_count_as_the_most_allowed() -> None:
    assert only_cycle([edge("a", "a", retries=None)]).cost.most == 4


def test_the_cost_names_where_the_event_multiplies() -> None:
    places = [trigger(topic("t"), "a"), trigger(topic("t"), "b"), trigger(topic("t"), "c")]
    edges = [*places, edge("a", topic("t")), edge("b", topic("t"))]

    cost = only_cycle(edges).cost

    assert cost.forks == (topic("t"),)
    assert str(cost).endswith(f"here at urn:smn:{REGION}:{PROJECT}:t")


def test_a_topic_that_triggers_one_function_of_the_cycle_does_not_multiply() -> None:
    edges = [trigger(topic("t"), "a"), trigger(topic("t"), "c"), edge("a", topic("t"))]

    assert only_cycle(edges).cost.forks == ()


def test_a_verdict_keeps_the_graph_for_renderers() -> None:
    (hop,) = judge([edge("a", "b")]).graph.hops()

    assert (hop.source, hop.target, hop.edge) == (fn("a"), fn("b"), edge("a", "b"))
