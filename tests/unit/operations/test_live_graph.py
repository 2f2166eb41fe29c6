"""Cycles in what is live, against a scripted port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from factories import function_urn
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.drift import Live, Unread
from pulumi_functiongraph.core.graph import Edge, Node, Verdict
from pulumi_functiongraph.core.graph.notifications import live_edges
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Function, Target, Topic
from pulumi_functiongraph.core.triggers import Trigger
from pulumi_functiongraph.operations.live_graph import judge_live
from pulumi_functiongraph.operations.walk import LiveAlias

TOPIC = Topic(topic_urn="urn:smn:eu-de:p1:alerts")


@dataclass
class Beyond:
    """The port's double: configs and triggers from tables."""

    configs: dict[FunctionUrn, LiveConfig] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    asked: list[FunctionUrn] = field(default_factory=list)

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        self.asked.append(function_urn)
        return self.configs.get(function_urn)

    def list_aliases(self, function_urn: FunctionUrn) -> Sequence[LiveAlias]:
        return ()

    def triggered_by(self, source: Node) -> Sequence[Trigger]:
        return self.triggers


def live(name: str, target: str | Target) -> LiveConfig:
    to = Function(function_urn=function_urn(target)) if isinstance(target, str) else target
    return LiveConfig(config=Config(function_urn=function_urn(name), on_success=to))


def judged(read: Live, beyond: Beyond | None = None, *, declared: Sequence[Edge] = ()) -> Verdict:
    return judge_live(read, beyond or Beyond(), declared=declared, deadline=9, clock=lambda: 0.0)


def known(*configs: LiveConfig) -> Live:
    return Live({each.config.function_urn: each for each in configs})


def test_a_cycle_among_what_was_read_needs_no_further_question() -> None:
    beyond = Beyond()

    verdict = judged(known(live("a", "b"), live("b", "a")), beyond)

    assert len(verdict.cycles) == 1
    assert beyond.asked == []


def test_a_cycle_through_what_was_not_read_is_found() -> None:
    beyond = Beyond({function_urn("b"): live("b", "a")})

    assert len(judged(known(live("a", "b")), beyond).cycles) == 1


def test_what_could_not_be_read_before_is_asked_again() -> None:
    beyond = Beyond({function_urn("b"): live("b", "a")})
    read = Live({**known(live("a", "b")).configs, function_urn("b"): Unread("HTTP 500")})

    assert len(judged(read, beyond).cycles) == 1


def test_a_cycle_through_a_trigger_is_found() -> None:
    back = Trigger(source=TOPIC, function_urn=function_urn("a"))

    assert len(judged(known(live("a", TOPIC)), Beyond(triggers=(back,))).cycles) == 1


def test_an_edge_that_is_declared_is_told_with_its_resource_and_its_reason() -> None:
    (edge,) = live_edges(live("a", "a").config)
    declared = replace(edge, resource="loop", where="__main__.py:3", acknowledged="counts down")

    assert judged(known(live("a", "a"))).cycles
    verdict = judged(known(live("a", "a")), declared=[declared])
    assert not verdict.cycles
    (cycle,) = verdict.acknowledged
    assert cycle.path[0].edge.where == "__main__.py:3"
