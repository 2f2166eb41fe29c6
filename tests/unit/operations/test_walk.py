"""The walk over what is deployed, against a scripted port."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pytest

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import (
    CloudError,
    Forbidden,
    NotUnderstood,
    Unauthorized,
    Unavailable,
)
from pulumi_functiongraph.core.functions import Alias
from pulumi_functiongraph.core.graph import nodes
from pulumi_functiongraph.core.graph.edges import Edge, Label, Origin
from pulumi_functiongraph.core.graph.nodes import Node, NodeKind
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Target, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger
from pulumi_functiongraph.operations.walk import Live, can_be_read, walk, without

REGION, PROJECT = "eu-de", "p1"
TOPIC = f"urn:smn:{REGION}:{PROJECT}:alerts"
PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""


def urn(name: str, version: str = "latest", *, is_alias: bool = False) -> FunctionUrn:
    return FunctionUrn(REGION, PROJECT, "default", name, version, is_alias)


def node(name: str, version: str = "latest", *, is_alias: bool = False) -> Node:
    return nodes.function(urn(name, version, is_alias=is_alias))


@dataclass
class Cloud:
    """The port's double: answers from tables, counts, and can be held up or fail."""

    targets: dict[FunctionUrn, tuple[Target | None, Target | None]] = field(default_factory=dict)
    aliases: dict[str, list[Alias]] = field(default_factory=dict)
    triggers: dict[str, list[FunctionTrigger]] = field(default_factory=dict)
    failing: dict[str, Exception] = field(default_factory=dict)
    before: Callable[[str], object] = lambda _key: None
    asked: Counter[str] = field(default_factory=Counter)

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        self._ask(str(function_urn))
        if function_urn not in self.targets:
            return None
        on_success, on_failure = self.targets[function_urn]
        config = Config(function_urn=function_urn, on_success=on_success, on_failure=on_failure)
        return LiveConfig(config=config)

    def list_aliases(self, function_urn: FunctionUrn) -> Sequence[Alias]:
        self._ask(str(function_urn))
        return self.aliases.get(function_urn.function, [])

    def triggered_by(self, source: Node) -> Sequence[FunctionTrigger]:
        self._ask(source.key)
        return self.triggers.get(source.key, [])

    def succeeds_to(self, source: str, *targets: str) -> None:
        """Live configs: success to the first target, failure to the second."""
        both = [Function(function_urn=urn(target)) for target in targets]
        self.targets[urn(source)] = (both[0], both[1] if len(both) > 1 else None)

    def _ask(self, key: str) -> None:
        self.asked[key] += 1
        self.before(key)
        if key in self.failing:
            raise self.failing[key]


def walked(cloud: Cloud, *start: Node, skip: Iterable[Node] = ()) -> Live:
    return walk(cloud, start, deadline=PATIENCE, clock=lambda: 0.0, skip={*skip})


def pairs(live: Live) -> list[tuple[str, str]]:
    """The edges, by the short names of their ends."""
    return [(short(edge.source), short(edge.target)) for edge in live.edges]


def short(one: Node) -> str:
    return one.key.removeprefix(f"urn:fss:{REGION}:{PROJECT}:function:default:")


def failed(kind: type[CloudError]) -> CloudError:
    return kind(operation="look", resource="x", status=403, code="FSS.0403")


def test_nothing_to_start_from_asks_for_nothing() -> None:
    cloud = Cloud()

    assert walked(cloud) == Live()
    assert cloud.asked.total() == 0


def test_edges_are_followed_from_target_to_target() -> None:
    cloud = Cloud()
    cloud.succeeds_to("a", "b", "c")
    cloud.succeeds_to("c", "d")

    live = walked(cloud, node("a"))

    assert pairs(live) == [
        ("a:latest", "b:latest"),
        ("a:latest", "c:latest"),
        ("c:latest", "d:latest"),
    ]
    assert [edge.label for edge in live.edges] == [Label.SUCCESS, Label.FAILURE, Label.SUCCESS]
    assert {edge.origin for edge in live.edges} == {Origin.LIVE}
    assert live.unreadable == {}


@pytest.mark.parametrize("length", [1, 2, 3, 50])
def test_a_cycle_ends_the_walk_and_each_node_is_asked_once(length: int) -> None:
    cloud = Cloud()
    for index in range(length):
        cloud.succeeds_to(f"f{index}", f"f{(index + 1) % length}")

    live = walked(cloud, node("f0"))

    assert len(live.edges) == length
    assert set(cloud.asked.values()) == {1}
    assert len(cloud.asked) == length


def test_a_node_that_many_lead_to_is_asked_once() -> None:
    cloud = Cloud()
    names = [f"f{index}" for index in range(40)]
    for name in names:
        cloud.succeeds_to(name, "hub", "f0")

    live = walked(cloud, *map(node, names), node("hub"), node("f0"))

    assert len(live.edges) == 80
    assert set(cloud.asked.values()) == {1}


def test_an_alias_leads_to_the_versions_that_get_its_traffic() -> None:
    cloud = Cloud()
    prod = urn("a", "prod", is_alias=True)
    v1, v2 = urn("a", "v1"), urn("a", "v2")
    cloud.aliases = {
        prod.function: [
            Alias(urn("a", "other", is_alias=True), "other", "latest"),
            Alias(prod, "prod", "v1", also=("v2",)),
        ]
    }
    cloud.targets = {v2: (Function(function_urn=prod), None)}

    live = walked(cloud, nodes.function(prod))

    assert live.aliases == {nodes.function(prod): (nodes.function(v1), nodes.function(v2))}
    assert pairs(live) == [("a:v2", "a:!prod")]
    assert set(cloud.asked) == {str(prod), str(v1), str(v2)}


def test_an_alias_that_is_not_there_leads_nowhere() -> None:
    cloud = Cloud()

    live = walked(cloud, node("a", "gone", is_alias=True))

    assert (live.edges, live.unreadable) == ((), {})


def test_topics_buckets_and_streams_lead_to_what_they_trigger() -> None:
    cloud = Cloud()
    topic = Topic(topic_urn=TOPIC)
    bucket, stream = Bucket(bucket="results", prefix="x/"), Stream(stream_name="events")
    cloud.targets = {urn("a"): (topic, bucket), urn("b"): (stream, None)}
    at_stream = f"dis://{REGION}/{PROJECT}/events"
    cloud.triggers = {
        TOPIC: [FunctionTrigger(topic, urn("b"))],
        "obs://results/x/": [FunctionTrigger(Bucket(bucket="results"), urn("a"), ".json")],
        at_stream: [FunctionTrigger(stream, urn("c"))],
    }

    live = walked(cloud, node("a"))

    assert pairs(live) == [
        (at_stream, "c:latest"),
        ("obs://results/", "a:latest"),
        ("a:latest", TOPIC),
        ("a:latest", "obs://results/x/"),
        ("b:latest", at_stream),
        (TOPIC, "b:latest"),
    ]
    triggers = [edge for edge in live.edges if edge.label is Label.TRIGGER]
    assert [edge.suffix for edge in triggers] == ["", ".json", ""]
    assert set(cloud.asked.values()) == {1}


def test_what_has_no_known_name_or_kind_is_passed_over() -> None:
    cloud = Cloud()
    cloud.targets = {urn("a"): (Opaque(destination="RocketMQ", param="{}"), None)}
    unknown = nodes.unknown(NodeKind.FUNCTION, at="notify.onSuccess")
    identified = nodes.identified(NodeKind.FUNCTION, "urn:pulumi:dev::p::t::fn")

    live = walked(cloud, node("a"), unknown, identified, nodes.other("RocketMQ"))

    assert set(cloud.asked) == {str(urn("a"))}
    assert len(live.edges) == 1
    assert [can_be_read(each) for each in (unknown, identified, node("a"))] == [False, False, True]


def test_a_declared_config_stands_in_for_the_live_one() -> None:
    cloud = Cloud()
    cloud.succeeds_to("a", "b")
    cloud.succeeds_to("b", "a")

    live = walked(cloud, node("a"), node("b"), skip=[node("b")])

    assert pairs(live) == [("a:latest", "b:latest")]
    assert set(cloud.asked) == {str(urn("a"))}


def test_a_later_walk_adds_to_an_earlier_one_and_asks_nothing_twice() -> None:
    cloud = Cloud()
    cloud.succeeds_to("a", "b", "broken")
    cloud.succeeds_to("later", "b", "c")
    cloud.succeeds_to("c", "a")
    cloud.failing = {str(urn("broken")): failed(Unavailable)}
    first = walked(cloud, node("a"))

    both = walk(
        cloud,
        [node("a"), node("broken"), node("later")],
        deadline=PATIENCE,
        clock=lambda: 0.0,
        known=first,
    )

    assert sorted(pairs(both)) == sorted(pairs(walked(cloud_like(cloud), node("a"), node("later"))))
    assert set(both.unreadable) == {node("broken")}
    assert set(cloud.asked.values()) == {1}


def test_a_later_walk_asks_what_there_was_no_time_for() -> None:
    cloud = Cloud()
    cloud.succeeds_to("a", "b")
    late = Live(unreadable={node("a"): "not read before the deadline"})

    found = walk(cloud, [], deadline=PATIENCE, clock=lambda: 0.0, known=late)

    assert pairs(found) == [("a:latest", "b:latest")]
    assert found.unreadable == {}


def cloud_like(cloud: Cloud) -> Cloud:
    return Cloud(targets=dict(cloud.targets), failing=dict(cloud.failing))


@pytest.mark.parametrize("kind", [Unavailable, NotUnderstood])
def test_a_node_that_cannot_be_read_is_told_and_the_others_are_read(
    kind: type[CloudError],
) -> None:
    cloud = Cloud()
    cloud.succeeds_to("a", "broken", "fine")
    cloud.succeeds_to("fine", "a")
    cloud.failing = {str(urn("broken")): failed(kind)}

    live = walked(cloud, node("a"))

    assert pairs(live)[-1] == ("fine:latest", "a:latest")
    assert live.unreadable == {node("broken"): str(failed(kind))}


@pytest.mark.parametrize("kind", [Forbidden, Unauthorized])
@pytest.mark.parametrize(
    ("start", "permission"),
    [
        (node("a"), "FunctionGraph:function:getConfig"),
        (node("a", "prod", is_alias=True), "FunctionGraph:function:listAlias"),
        (nodes.topic(TOPIC), "smn:topic:list"),
        (nodes.bucket("results"), "FunctionGraph:trigger:listSpecifiedFunctionTriggers"),
        (
            nodes.stream("events", region=REGION, project_id=PROJECT),
            "FunctionGraph:trigger:listSpecifiedFunctionTriggers",
        ),
    ],
)
def test_a_refusal_names_the_permission_that_would_let_us_look(
    kind: type[CloudError], start: Node, permission: str
) -> None:
    cloud = Cloud(failing={start.key: failed(kind)})

    live = walked(cloud, start)

    assert live.edges == ()
    [(unreadable, why)] = live.unreadable.items()
    assert unreadable == start
    assert why.startswith("could not look of x: HTTP 403 FSS.0403")
    assert "the permission that would let us look: " in why
    assert permission in why


def test_an_error_of_ours_is_not_taken_for_the_clouds() -> None:
    cloud = Cloud(failing={str(urn("a")): ZeroDivisionError()})

    with pytest.raises(ZeroDivisionError):
        walked(cloud, node("a"))


def test_what_is_not_read_before_the_deadline_is_unreadable() -> None:
    """The one under way when time is up, and those that were never asked."""
    cloud = Cloud()
    cloud.succeeds_to("a", "slow", "waiting")
    over = threading.Event()
    passed = itertools.chain([0.0], itertools.repeat(61.0))
    cloud.before = lambda key: key == str(urn("a")) or over.wait(PATIENCE)
    try:
        live = walk(cloud, [node("a")], deadline=60.0, clock=lambda: next(passed))
    finally:
        over.set()

    assert pairs(live) == [("a:latest", "slow:latest"), ("a:latest", "waiting:latest")]
    assert live.unreadable == dict.fromkeys(
        (node("slow"), node("waiting")), "not read before the deadline"
    )


def test_a_deadline_that_has_passed_reads_nothing_that_takes_time() -> None:
    over = threading.Event()
    cloud = Cloud(before=lambda _key: over.wait(PATIENCE))
    try:
        live = walk(cloud, [node("a")], deadline=0.0, clock=lambda: 1.0)
    finally:
        over.set()

    assert live == Live(unreadable={node("a"): "not read before the deadline"})


def test_a_listing_that_changes_while_it_is_read_ends_and_counts_what_was_seen() -> None:
    """Every look at the topic's subscriber shows a new target, as if others were deploying."""
    cloud = Cloud()
    topic = Topic(topic_urn=TOPIC)
    cloud.triggers = {TOPIC: [FunctionTrigger(topic, urn("f0"))]}

    def grow(key: str) -> None:
        if key == str(urn("f0")):
            cloud.triggers[TOPIC] = [FunctionTrigger(topic, urn("late"))]
            cloud.targets[urn("f0")] = (topic, Function(function_urn=urn("gone")))

    cloud.before = grow

    live = walked(cloud, nodes.topic(TOPIC))

    assert pairs(live) == [
        ("f0:latest", TOPIC),
        ("f0:latest", "gone:latest"),
        (TOPIC, "f0:latest"),
    ]
    assert set(cloud.asked.values()) == {1}


def test_what_is_found_does_not_depend_on_the_order_of_answers() -> None:
    cloud = Cloud()
    for name, *targets in (("a", "b", "c"), ("b", "d", "a"), ("c", "d", "b"), ("d", "a", "e")):
        cloud.succeeds_to(name, *targets)
    cloud.failing = {str(urn("e")): failed(Unavailable)}
    start = [node(name) for name in "abcd"]

    found = [walked(cloud, *order) for order in itertools.permutations(start)]

    assert all(each == found[0] for each in found)


def live_edge(source: str, target: str, label: Label = Label.SUCCESS) -> Edge:
    return Edge(node(source), node(target), label, Origin.LIVE)


def test_a_replaced_config_is_gone_before_its_successor_comes_and_a_removed_one_is_marked() -> None:
    kept, replaced, removed = (live_edge(name, "z") for name in ("kept", "replaced", "removed"))
    trigger = Edge(nodes.topic(TOPIC), node("replaced"), Label.TRIGGER, Origin.LIVE)
    live = Live((kept, replaced, removed, trigger), unreadable={node("x"): "why"})

    after = without(live, replaced=[urn("replaced")], removed=[urn("removed")])

    assert [(edge.source, edge.origin) for edge in after.edges] == [
        (node("kept"), Origin.LIVE),
        (node("removed"), Origin.REMOVED),
        (nodes.topic(TOPIC), Origin.LIVE),
    ]
    assert after.unreadable == live.unreadable
