"""What a hook asks again of what was asked before, against a scripted cloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, cast

import pytest

from factories import TOPIC, function_urn
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.bridge.live_walk import FRESH, LiveWalk
from pulumi_functiongraph.cloud.walk_client import WalkClient
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.graph import Edge, Label, nodes
from pulumi_functiongraph.core.graph.nodes import Node
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger
from pulumi_functiongraph.operations.declared_graph import DeclaredGraph

A, B, C = (nodes.function(function_urn(name)) for name in "abc")
BUCKET, TOPIC_NODE, OTHER_TOPIC = (
    nodes.bucket("results"),
    nodes.topic(TOPIC),
    nodes.topic(f"{TOPIC}-2"),
)


class Cloud(Account):
    """Counts what it is asked; its topics trigger what they are told to."""

    def __init__(self) -> None:
        super().__init__({"region": "eu-de"}.get)
        self.asked: Counter[Node] = Counter()
        self.declared: list[list[str]] = []
        self.subscribed: dict[Node, FunctionUrn] = {}

    def live(self, **_where: Any) -> WalkClient:
        return cast("WalkClient", self)

    def later(self, *, declared: Collection[FunctionUrn], **_where: Any) -> Cloud:
        self.declared.append(sorted(urn.name for urn in declared))
        return self

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        self.asked[nodes.function(function_urn)] += 1
        return None

    def list_aliases(self, _function_urn: FunctionUrn) -> Sequence[Any]:
        return ()

    def triggered_by(self, source: Node) -> Sequence[FunctionTrigger]:
        self.asked[source] += 1
        found = self.subscribed.get(source)
        return (
            ()
            if found is None
            else (FunctionTrigger(source=Topic(topic_urn=source.key), function_urn=found),)
        )


def graph(*edges: tuple[Node, Node]) -> DeclaredGraph:
    return DeclaredGraph(
        tuple(Edge(source, target, Label.SUCCESS) for source, target in edges),
        tuple(source for source, _ in edges),
    )


def look(cloud: Cloud, walk: LiveWalk, declared: DeclaredGraph, *, at: float) -> list[str]:
    """The functions that what is live leads to."""
    live = walk.read(cloud, declared, deadline=at + 60, clock=lambda: at)
    assert not live.unreadable
    return [edge.target.key for edge in live.edges]


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def test_functions_are_not_asked_again_and_buckets_are_as_new_functions_may_listen(
    cloud: Cloud,
) -> None:
    walk = LiveWalk()
    look(cloud, walk, graph((A, BUCKET), (A, B)), at=100.0)
    look(cloud, walk, graph((A, BUCKET), (A, B), (C, B)), at=100.0 + FRESH)
    assert cloud.asked == {BUCKET: 2, B: 1}
    assert cloud.declared == [["a", "c"]]


def test_a_topic_is_asked_again_by_the_config_that_sends_to_it(cloud: Cloud) -> None:
    walk = LiveWalk()
    before = ((A, TOPIC_NODE), (A, OTHER_TOPIC))
    assert look(cloud, walk, graph(*before), at=100.0) == []
    cloud.subscribed = {TOPIC_NODE: function_urn("b")}
    assert look(cloud, walk, graph(*before), at=101.0) == []
    assert look(cloud, walk, graph(*before, (C, TOPIC_NODE)), at=102.0) == [B.key]
    assert cloud.asked == {TOPIC_NODE: 2, OTHER_TOPIC: 1, B: 1}
    assert look(cloud, walk, graph(*before, (C, TOPIC_NODE)), at=103.0) == [B.key]


def test_what_was_seen_too_long_ago_is_looked_at_again(cloud: Cloud) -> None:
    walk, declared = LiveWalk(), graph((A, B), (A, TOPIC_NODE))
    look(cloud, walk, declared, at=100.0)
    look(cloud, walk, declared, at=100.0 + FRESH)
    assert cloud.asked == {B: 1, TOPIC_NODE: 1}
    look(cloud, walk, declared, at=101.0 + FRESH)
    assert cloud.asked == {B: 2, TOPIC_NODE: 2}
    assert cloud.declared == [["a"]]


def test_a_walk_that_took_long_is_made_anew_later(cloud: Cloud) -> None:
    walk, declared = LiveWalk(), graph((A, B))
    times = iter([100.0, *[110.0] * 20])
    walk.read(cloud, declared, deadline=200.0, clock=lambda: next(times))
    look(cloud, walk, declared, at=210.0)
    assert cloud.asked == {B: 1}
    look(cloud, walk, declared, at=211.0)
    assert cloud.asked == {B: 2}


def test_configs_are_looked_for_by_what_has_walked(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cast("WalkClient", object())
    monkeypatch.setattr(Cloud, "configs", lambda *_self, deadline: first if deadline else None)
    walk = LiveWalk()
    assert walk.configs(cloud, deadline=160.0) is first
    look(cloud, walk, graph((A, BUCKET)), at=100.0)
    assert walk.configs(cloud, deadline=160.0) is cast("WalkClient", cloud)
