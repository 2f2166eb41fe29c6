"""Cycles in what is live, against a scripted port."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from factories import PROJECT, REGION, function_urn
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.drift.inputs import LiveReadings, UnreadConfig
from pulumi_functiongraph.core.graph import CycleAnalysis, Edge, Node, find_cycles
from pulumi_functiongraph.core.graph.notifications import live_edges
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.stack import Stack
from pulumi_functiongraph.core.targets import Function, Target, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger
from pulumi_functiongraph.operations.drift import place_name
from pulumi_functiongraph.operations.live_graph import judge_live, laid_over, starts_of, walk_on
from pulumi_functiongraph.operations.walk import Live as Walked
from unit.core.stack.told import SECRET_SIGNATURE, export, preview, state, step, to_fn
from unit.core.stack.told import read as told
from unit.operations.walk_port import Beyond

HERE = place_name((REGION, PROJECT))
TOPIC = Topic(topic_urn="urn:smn:eu-de:p1:alerts")


def live(name: str, target: str | Target) -> LiveConfig:
    to = Function(function_urn=function_urn(target)) if isinstance(target, str) else target
    return LiveConfig(config=Config(function_urn=function_urn(name), on_success=to))


def judged(
    read: LiveReadings, beyond: Beyond | None = None, *, declared: Sequence[Edge] = ()
) -> CycleAnalysis:
    return judge_live(read, beyond or Beyond(), declared=declared, deadline=9, clock=lambda: 0.0)


def known(*configs: LiveConfig) -> LiveReadings:
    return LiveReadings({each.config.function_urn: each for each in configs})


def test_a_cycle_among_what_was_read_needs_no_further_question() -> None:
    beyond = Beyond()

    verdict = judged(known(live("a", "b"), live("b", "a")), beyond)

    assert len(verdict.cycles) == 1
    assert beyond.asked == []


def test_a_cycle_through_what_was_not_read_is_found() -> None:
    beyond = Beyond({function_urn("b"): live("b", "a")})

    assert len(judged(known(live("a", "b")), beyond).cycles) == 1


def test_what_could_not_be_read_is_told_and_not_asked_for_again() -> None:
    beyond = Beyond()
    read = LiveReadings(
        {**known(live("a", "b")).configs, function_urn("b"): UnreadConfig("HTTP 500")}
    )

    found = walked(read, beyond)

    assert beyond.asked == []
    assert {str(node): why for node, why in found.unreadable.items()} == {
        str(function_urn("b")): "HTTP 500"
    }


def test_a_function_without_a_config_in_a_project_that_was_read_is_not_asked_about() -> None:
    beyond = Beyond()
    read = LiveReadings(known(live("a", "b")).configs, (HERE,))

    assert walked(read, beyond).unreadable == {}
    assert beyond.asked == []


def test_another_version_of_a_function_that_could_not_be_listed_is_asked_about() -> None:
    version = function_urn("b", version="v1")
    beyond = Beyond({version: live("b:v1", "a")})
    read = LiveReadings(
        {
            **known(live("a", Function(function_urn=version))).configs,
            function_urn("b"): UnreadConfig("x"),
        },
        (HERE,),
    )

    walked(read, beyond)

    assert beyond.asked == [version]


def test_a_declared_config_that_was_read_as_missing_is_not_asked_for_again() -> None:
    beyond = Beyond()
    read = LiveReadings({**known(live("a", "b")).configs, function_urn("b"): None})

    walked(read, beyond)

    assert beyond.asked == []


def test_a_cycle_through_a_trigger_is_found() -> None:
    back = FunctionTrigger(source=TOPIC, function_urn=function_urn("a"))

    assert len(judged(known(live("a", TOPIC)), Beyond(triggers=(back,))).cycles) == 1


def test_an_edge_that_is_declared_is_told_with_its_resource_and_its_reason() -> None:
    (edge,) = live_edges(live("a", "a").config)
    declared = replace(edge, resource="loop", where="__main__.py:3", acknowledged="counts down")

    assert judged(known(live("a", "a"))).cycles
    verdict = judged(known(live("a", "a")), declared=[declared])
    assert not verdict.cycles
    (cycle,) = verdict.acknowledged
    assert cycle.path[0].edge.where == "__main__.py:3"


def test_declared_configs_replace_the_live_ones() -> None:
    stack = told(exported=export(state("a", inputs={"onSuccess": to_fn("c")})))

    assert arrows(stack, known(live("a", "b"), live("c", "a"))) == ["a c declared", "c a live"]


def test_a_config_that_is_no_longer_declared_counts_while_it_is_live_and_is_marked() -> None:
    stack = told(previewed=preview(step("delete", old=TO_B), step("create", new=FROM_B)))

    assert arrows(stack, known(live("a", "b"))) == ["a b removed", "b a declared"]
    (cycle,) = find_cycles(laid_over(stack, walked(known(live("a", "b"))))).cycles
    assert [edge.resource for edge in cycle.to_remove_first] == ["a"]


def test_a_config_that_is_no_longer_declared_nor_live_is_nothing() -> None:
    stack = told(previewed=preview(step("delete", old=TO_B), step("create", new=FROM_B)))

    assert arrows(stack, LiveReadings({}, (HERE,))) == ["b a declared"]


def test_a_config_that_is_no_longer_declared_counts_where_what_is_live_could_not_be_read() -> None:
    stack = told(previewed=preview(step("delete", old=TO_B), step("create", new=FROM_B)))

    read = LiveReadings({function_urn("a"): UnreadConfig("HTTP 500")})
    assert arrows(stack, read) == ["a b removed", "b a declared"]


def test_the_secret_target_of_a_config_that_is_no_longer_declared_is_not_named() -> None:
    hidden = {"destination": "FunctionGraph", "functionUrn": SECRET_SIGNATURE}
    going = state("a", inputs={"onSuccess": hidden, "onFailure": to_fn("c")})
    stack = told(previewed=preview(step("delete", old=going)))
    read = LiveConfig(
        config=Config(
            function_urn=function_urn("a"),
            on_success=Function(function_urn=function_urn("b")),
            on_failure=Function(function_urn=function_urn("c")),
        )
    )

    verdict = find_cycles(laid_over(stack, walked(known(read))))

    assert sorted(str(hop.target) for hop in verdict.graph.hops()) == [
        "unknown until apply or secret: a.onSuccess.functionUrn",
        str(function_urn("c")),
    ]
    assert not verdict.is_proved_acyclic


def test_a_config_that_is_replaced_is_not_live_with_its_successor() -> None:
    moved = {**FROM_B, "urn": TO_B["urn"]}
    stack = told(previewed=preview(step("replace", old=TO_B, new=moved)))

    assert arrows(stack, known(live("a", "b"))) == ["b a declared"]


def test_a_walk_for_a_stack_begins_at_its_targets_and_at_what_it_no_longer_declares() -> None:
    stack = told(previewed=preview(step("delete", old=TO_B), step("create", new=FROM_B)))

    beyond = Beyond()
    walked(LiveReadings({}), beyond, start=starts_of(stack))

    assert beyond.asked == [function_urn("a")]


TO_B = state("a", inputs={"onSuccess": to_fn("b")})
FROM_B = state("b", inputs={"onSuccess": to_fn("a")})


def walked(
    read: LiveReadings, beyond: Beyond | None = None, *, start: Sequence[Node] = ()
) -> Walked:
    return walk_on(read, beyond or Beyond(), start=start, deadline=9, clock=lambda: 0.0)


def arrows(stack: Stack, read: LiveReadings) -> list[str]:
    """Each edge as source, target and origin."""
    hops = laid_over(stack, walked(read)).hops()
    return sorted(f"{_name(hop.source)} {_name(hop.target)} {hop.edge.origin}" for hop in hops)


def _name(node: Node) -> str:
    return str(FunctionUrn.parse(node.key).name)
