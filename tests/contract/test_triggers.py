"""What the vendor's SDK wires up is listed alike by its client and ours."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkfunctiongraph import v2 as functiongraph
from huaweicloudsdksmn import v2 as smn

from contract.drivers import Driver, Listening, NewDriver, Refused
from contract.ours import NOWHERE
from contract.vendor import functiongraph_client, smn_client, told
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.cloud.walk_client import WalkClient
from pulumi_functiongraph.core.graph import Edge, Label, find_cycles, nodes, overlay
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.operations.walk import walk

CREATED = ["s3:ObjectCreated:*"]


class Vendor:
    """The vendor's SDK as one who deploys uses it."""

    def __init__(self, cloud: Emulator) -> None:
        self.functiongraph = functiongraph_client(cloud.environment)
        self.smn = smn_client(cloud.environment)

    def add(self, urn: str, kind: str, *, status: str | None = None, **event_data: Any) -> str:
        body = functiongraph.CreateFunctionTriggerRequestBody(
            trigger_type_code=kind,
            trigger_status=status,
            event_data=functiongraph.TriggerEventDataRequestBody(**event_data),
        )
        request = functiongraph.CreateFunctionTriggerRequest(function_urn=urn, body=body)
        with told():
            created = self.functiongraph.create_function_trigger(request)
        assert created.trigger_type_code == kind
        identifier: str = created.trigger_id
        return identifier

    def remove(self, urn: str, kind: str, identifier: str) -> None:
        self.functiongraph.delete_function_trigger(
            functiongraph.DeleteFunctionTriggerRequest(
                function_urn=urn, trigger_type_code=kind, trigger_id=identifier
            )
        )

    def show(self, urn: str, kind: str, identifier: str) -> Any:
        request = functiongraph.ShowFunctionTriggerRequest(
            function_urn=urn, trigger_type_code=kind, trigger_id=identifier
        )
        with told():
            return self.functiongraph.show_function_trigger(request)

    def subscribe(self, topic_urn: str, protocol: str, endpoint: str) -> str:
        body = smn.AddSubscriptionRequestBody(protocol=protocol, endpoint=endpoint)
        request = smn.AddSubscriptionRequest(topic_urn=topic_urn, body=body)
        urn: str = self.smn.add_subscription(request).subscription_urn
        return urn


@pytest.fixture
def vendor(cloud: Emulator) -> Vendor:
    return Vendor(cloud)


def urn_of(cloud: Emulator, name: str, qualifier: str = "latest") -> str:
    environment = cloud.environment
    region, project = environment["FUNCTIONGRAPH_REGION"], environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    return f"urn:fss:{region}:{project}:function:default:{name}:{qualifier}"


def topic_of(cloud: Emulator) -> str:
    urn: str = cloud.state()["topics"][0]["topic_urn"]
    return urn


@pytest.mark.parametrize("qualifier", ["latest", "v1", "!prod"])
def test_triggers_are_listed_for_the_version_or_alias_that_they_are_of(
    cloud: Emulator, vendor: Vendor, driver: Driver, qualifier: str
) -> None:
    urn, topic = urn_of(cloud, "f0", qualifier), topic_of(cloud)
    vendor.add(urn, "OBS", bucket="uploads", events=CREATED, prefix="/in", suffix=".json")
    vendor.add(urn, "OBS", bucket="uploads", events=CREATED)
    vendor.add(urn, "SMN", topic_urn=topic)
    vendor.add(urn, "DIS", stream_name="events", batch_size=100, sharditerator_type="LATEST")
    vendor.add(urn, "TIMER", name="t", schedule_type="Rate", schedule="3m")
    vendor.add(urn_of(cloud, "f1"), "OBS", bucket="other", events=CREATED)

    assert driver.triggers(urn) == [
        Listening("uploads", "/in", ".json"),
        Listening("uploads"),
        Listening(topic),
        Listening("events"),
    ]
    assert driver.triggers(urn_of(cloud, "f0", "v2")) == []


def test_a_trigger_is_shown_until_it_is_deleted(
    cloud: Emulator, vendor: Vendor, driver: Driver
) -> None:
    urn = urn_of(cloud, "f0")
    identifier = vendor.add(urn, "DIS", stream_name="events")

    assert vendor.show(urn, "DIS", identifier).event_data.stream_name == "events"
    vendor.remove(urn, "DIS", identifier)

    assert driver.triggers(urn) == []
    with pytest.raises(Refused, match="not found"):
        vendor.show(urn, "DIS", identifier)


def test_all_triggers_are_deleted_at_once(cloud: Emulator, vendor: Vendor, driver: Driver) -> None:
    urn = urn_of(cloud, "f0")
    vendor.add(urn, "DIS", stream_name="events")
    vendor.add(urn, "SMN", topic_urn=topic_of(cloud))

    vendor.functiongraph.batch_delete_function_triggers(
        functiongraph.BatchDeleteFunctionTriggersRequest(function_urn=urn)
    )

    assert driver.triggers(urn) == []
    assert driver.subscribed(topic_of(cloud)) == []


def test_a_disabled_trigger_is_not_listened_with(cloud: Emulator, driver: Driver) -> None:
    triggers = [
        {"bucket": "uploads", "status": "DISABLED"},
        {"stream": "events", "status": "DISABLED"},
        {"bucket": "others"},
    ]
    cloud.seed({"functions": [{"name": "f0", "triggers": triggers}]})

    assert driver.triggers(urn_of(cloud, "f0")) == [Listening("others")]


@pytest.mark.parametrize("said", ["404", "401", "500"])
def test_a_missing_function_has_no_triggers(cloud: Emulator, driver: Driver, said: str) -> None:
    assert driver.triggers(urn_of(cloud, "nobody")) == []
    cloud.options(missing_function=said)
    client, _ = _ours(cloud)
    assert client.list_triggers(FunctionUrn.parse(urn_of(cloud, "nobody"))) == ()


def test_an_smn_trigger_is_a_subscription_and_goes_with_it(
    cloud: Emulator, vendor: Vendor, driver: Driver
) -> None:
    urn, topic = urn_of(cloud, "f0", "!prod"), topic_of(cloud)
    identifier = vendor.add(urn, "SMN", topic_urn=topic)

    assert driver.subscribed(topic) == [urn]
    vendor.remove(urn, "SMN", identifier)
    assert driver.subscribed(topic) == []


def test_functions_are_told_from_the_other_subscribers_over_all_pages(
    cloud: Emulator, vendor: Vendor, driver: Driver
) -> None:
    topic = topic_of(cloud)
    urns = [urn_of(cloud, f"f{number}") for number in range(7)]
    for number, urn in enumerate(urns):
        vendor.subscribe(topic, "email", f"a{number}@b.example")
        vendor.subscribe(topic, "functionstage", urn)
    vendor.subscribe(topic, "https", "https://x.example/hook")

    assert driver.subscribed(topic) == urns


def test_a_cancelled_subscription_is_gone(cloud: Emulator, vendor: Vendor, driver: Driver) -> None:
    topic = topic_of(cloud)
    subscription = vendor.subscribe(topic, "functionstage", urn_of(cloud, "f0"))

    listed = vendor.smn.list_subscriptions(smn.ListSubscriptionsRequest(offset=0, limit=10))
    assert [each.subscription_urn for each in listed.subscriptions] == [subscription]
    vendor.smn.cancel_subscription(smn.CancelSubscriptionRequest(subscription_urn=subscription))

    assert driver.subscribed(topic) == []


def test_the_subscriptions_of_a_missing_topic_are_not_found(
    cloud: Emulator, driver: Driver
) -> None:
    with pytest.raises(Refused, match="not found"):
        driver.subscribed(f"{topic_of(cloud)}-none")


def test_a_wrong_key_sees_neither_triggers_nor_subscriptions(
    cloud: Emulator, new_driver: NewDriver
) -> None:
    driver = new_driver({**cloud.environment, "HUAWEICLOUD_SDK_SK": "wrong"})

    for look in (
        lambda: driver.triggers(urn_of(cloud, "f0")),
        lambda: driver.subscribed(topic_of(cloud)),
    ):
        with pytest.raises(Refused, match="unauthorized"):
            look()


def test_a_walk_finds_the_way_back_that_the_vendors_sdk_wired_up(
    cloud: Emulator, vendor: Vendor, driver: Driver
) -> None:
    """f0 writes to a bucket, whose trigger starts the alias of f1, which tells the topic of f0."""
    f0, f1, prod = urn_of(cloud, "f0"), urn_of(cloud, "f1", "v1"), urn_of(cloud, "f1", "!prod")
    topic = topic_of(cloud)
    cloud.seed({"functions": [_function("f0", "OBS", bucket="results", prefix="out/")]})
    seeded = _function("f1", "SMN", version="v1", topic_urn=topic)
    cloud.seed({"functions": [{**seeded, "versions": ["v1"], "aliases": {"prod": "v1"}}]})
    vendor.add(prod, "OBS", bucket="results", events=CREATED, prefix="out/2")
    vendor.add(f0, "SMN", topic_urn=topic)
    client, live = _ours(cloud)

    found = walk(live, [nodes.function(FunctionUrn.parse(f0))], deadline=60.0, clock=lambda: 0.0)

    assert found.unreadable == {}
    assert {(edge.source.key, edge.target.key) for edge in found.edges} == {
        (f0, "obs://results/out/"),
        ("obs://results/out/2", prod),
        (f1, topic),
        (topic, f0),
    }
    assert [[each.key for each in versions] for versions in found.aliases.values()] == [[f1]]
    assert client.list_triggers(FunctionUrn.parse(f1)) == ()
    assert cloud.writes()


def _function(
    name: str, destination: str, *, version: str = "latest", **param: str
) -> dict[str, Any]:
    target = {"destination": destination, "param": param}
    return {"name": name, "async_configs": {version: {"on_success": target}}}


def _ours(cloud: Emulator) -> tuple[FunctionGraph, WalkClient]:
    settings = resolve({}, cloud.environment, NOWHERE, directory=NOWHERE)
    session = Session(settings, deadline=20.0)
    client = FunctionGraph(session)
    places = {(settings.region or "", settings.project_id or "")}
    return client, WalkClient(session, places=places)


BY_BUCKET = """
agencies: [{name: writer, grants: [OBS Administrator, SMN Administrator]}]
topics: [{name: written}]
buckets:
  - name: results
    notifications: [{topic: written, prefix: in/}, {function: f1, prefix: out/}]
functions:
  - name: f0
    triggers: [{topic: written}]
    async_configs:
      latest: {on_success: {destination: OBS, param: {bucket: results, prefix: in/2}}}
  - {name: f1}
"""
BY_RULE = """
functions:
  - {name: f0}
  - name: f1
    versions: [v1, v2]
    aliases:
      prod: {version: v1, additional_version_strategy: {v2: {combine_type: or, rules: []}}}
    async_configs:
      v2: {on_success: {destination: FunctionGraph, param: {func_urn: "URN"}}}
"""


def cycles_from(cloud: Emulator, start: str, *, declared: tuple[Edge, ...] = ()) -> list[list[str]]:
    """The cycles that our own walk finds in what is live, from a function on."""
    source = nodes.function(FunctionUrn.parse(start))
    begin = [edge.target for edge in declared] or [source]
    skip = [edge.source for edge in declared]
    _, live = _ours(cloud)
    found = walk(live, begin, skip=skip, deadline=60.0, clock=lambda: 0.0)
    assert found.unreadable == {}
    verdict = find_cycles(overlay((*declared, *found.edges), aliases=found.aliases))
    return [[stop.key for stop in cycle.stops] for cycle in verdict.cycles]


def test_a_bucket_that_publishes_to_a_topic_closes_a_cycle(cloud: Emulator) -> None:
    cloud.seed(BY_BUCKET)
    f0, topic = urn_of(cloud, "f0"), urn_of(cloud, "f0").partition(":function:")[0]
    topic = f"{topic.replace('urn:fss', 'urn:smn')}:written"
    cloud.forget_requests()

    (cycle,) = cycles_from(cloud, f0)

    assert set(cycle) == {f0, "obs://results/in/2", topic}
    told = [each for each in cloud.requests() if each["path"].endswith("/results")]
    assert len(told) == 1, "one request a bucket"


def test_an_alias_that_sends_requests_by_rule_closes_a_cycle(cloud: Emulator) -> None:
    f0 = urn_of(cloud, "f0")
    cloud.seed(BY_RULE.replace("URN", f0))
    prod = nodes.function(FunctionUrn.parse(urn_of(cloud, "f1", "!prod")))
    to_alias = Edge(nodes.function(FunctionUrn.parse(f0)), prod, Label.SUCCESS)

    (cycle,) = cycles_from(cloud, f0, declared=(to_alias,))

    assert set(cycle) == {f0, urn_of(cloud, "f1", "v2")}
