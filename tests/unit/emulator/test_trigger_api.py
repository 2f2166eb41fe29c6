"""Triggers and subscriptions as a client meets them."""

from typing import Any

import pytest

from pulumi_functiongraph.emulator.seeds.documents import read_seed
from pulumi_functiongraph.emulator.seeds.models import SeedError
from unit.emulator.client import PROJECT, CloudClient, local_cloud
from unit.emulator.trigger_calls import OBS, TIMER, TOPIC, TOPICS, add, triggers

SUBSCRIPTIONS = f"/v2/{PROJECT}/notifications/subscriptions"


def subscriptions(client: CloudClient) -> list[Any]:
    found: list[Any] = client.call("GET", f"{TOPICS}/{TOPIC}/subscriptions").json()["subscriptions"]
    return found


@pytest.mark.parametrize(
    ("kind", "event_data"), [("OBS", OBS), ("DIS", {"stream_name": "s"}), ("TIMER", TIMER)]
)
def test_a_trigger_lives_from_creation_to_deletion(
    huawei: CloudClient, kind: str, event_data: Any
) -> None:
    created = add(huawei, kind, event_data)

    trigger = created.json()
    assert created.status_code == 201
    assert (trigger["trigger_type_code"], trigger["trigger_status"]) == (kind, "ACTIVE")
    assert trigger["event_data"] == event_data
    assert trigger["created_time"] == "2026-01-01T08:00:00+08:00"
    assert triggers(huawei, "GET").json() == [trigger]
    one = f"latest/{kind}/{trigger['trigger_id']}"
    assert triggers(huawei, "GET", one).json() == trigger
    assert triggers(huawei, "DELETE", one).status_code == 204
    assert triggers(huawei, "GET").json() == []
    for method in ("GET", "DELETE"):
        gone = triggers(huawei, method, one)
        assert (gone.status_code, gone.json()["error_code"]) == (404, "FSS.0404")


def test_an_smn_trigger_is_a_subscription_of_its_topic(huawei: CloudClient) -> None:
    trigger = add(huawei, "SMN", {"topic_urn": TOPIC}).json()

    assert trigger["event_data"] == {"topic_urn": TOPIC, "subscription_status": "Confirmed"}
    [subscription] = subscriptions(huawei)
    assert subscription["protocol"] == "functionstage"
    assert (subscription["endpoint"], subscription["status"]) == (huawei.urn("orders"), 1)
    assert subscription["owner"] == PROJECT
    triggers(huawei, "DELETE", f"latest/SMN/{trigger['trigger_id']}")
    assert subscriptions(huawei) == []


def test_a_cancelled_subscription_ends_its_trigger(huawei: CloudClient) -> None:
    add(huawei, "SMN", {"topic_urn": TOPIC})
    [subscription] = subscriptions(huawei)
    path = f"{SUBSCRIPTIONS}/{subscription['subscription_urn']}"

    assert huawei.call("DELETE", path).status_code == 200

    assert triggers(huawei, "GET").json() == []
    again = huawei.call("DELETE", path)
    assert (again.status_code, again.json()["code"]) == (404, "SMN.0013")


def test_a_deleted_topic_ends_the_triggers_that_listen_to_it(huawei: CloudClient) -> None:
    add(huawei, "SMN", {"topic_urn": TOPIC})

    huawei.call("DELETE", f"{TOPICS}/{TOPIC}")

    assert triggers(huawei, "GET").json() == []


def test_a_deleted_function_takes_its_triggers_and_subscriptions_along(huawei: CloudClient) -> None:
    add(huawei, "SMN", {"topic_urn": TOPIC})
    add(huawei, "OBS", OBS)

    huawei.functions("DELETE", f"/{huawei.urn('orders').removesuffix(':latest')}")

    assert subscriptions(huawei) == []
    assert [each["triggers"] for each in huawei.control("GET", "state")["functions"]] == [[]]
    gone = triggers(huawei, "GET")
    assert (gone.status_code, gone.json()["error_code"]) == (404, "FSS.1051")


def test_versions_and_aliases_have_triggers_of_their_own(huawei: CloudClient) -> None:
    urn = huawei.urn("orders")
    huawei.functions("POST", f"/{urn}/versions", {"version": "v1"})
    huawei.functions("POST", f"/{urn}/aliases", {"name": "prod", "version": "v1"})
    at = ("latest", "v1", "!prod")
    for qualifier in at:
        add(huawei, "TIMER", {**TIMER, "name": qualifier}, at=qualifier)

    listed = {name: triggers(huawei, "GET", name).json() for name in at}
    assert {
        name: [each["event_data"]["name"] for each in found] for name, found in listed.items()
    } == {name: [name] for name in at}
    huawei.functions("DELETE", f"/{urn}/aliases/prod")
    huawei.functions("DELETE", f"/{huawei.urn('orders', 'v1')}")
    [orders] = [
        each
        for each in huawei.control("GET", "state")["functions"]
        if each["func_name"] == "orders"
    ]
    assert [each["version"] for each in orders["triggers"]] == ["latest"]


def test_all_triggers_of_a_version_or_of_the_function_are_deleted_at_once(
    huawei: CloudClient,
) -> None:
    huawei.functions("POST", f"/{huawei.urn('orders')}/versions", {"version": "v1"})
    for qualifier in ("latest", "v1"):
        add(huawei, "OBS", OBS, at=qualifier)

    assert triggers(huawei, "DELETE", "v1").status_code == 204
    assert triggers(huawei, "GET", "v1").json() == []
    assert len(triggers(huawei, "GET").json()) == 1
    add(huawei, "OBS", OBS, at="v1")
    assert triggers(huawei, "DELETE").status_code == 204
    assert triggers(huawei, "GET", "v1").json() == []


@pytest.mark.parametrize(
    ("kind", "event_data", "more"),
    [
        ("KAFKA", {}, {}),
        ("OBS", None, {}),
        ("OBS", {**OBS, "bucket": "Not_A_Bucket"}, {}),
        ("OBS", {**OBS, "events": []}, {}),
        ("OBS", {**OBS, "events": ["s3:Whatever"]}, {}),
        ("OBS", {**OBS, "prefix": 5}, {}),
        ("OBS", OBS, {"trigger_status": "DISABLED"}),
        ("OBS", OBS, {"trigger_status": "SLEEPING"}),
        ("SMN", {"topic_urn": "alerts"}, {}),
        ("DIS", {}, {}),
        ("TIMER", {**TIMER, "schedule_type": "Sometimes"}, {}),
        ("TIMER", {**TIMER, "schedule": ""}, {}),
    ],
)
def test_what_triggers_may_not_say_is_refused(
    huawei: CloudClient, kind: str, event_data: Any, more: Any
) -> None:
    answer = add(huawei, kind, event_data, **more)

    assert (answer.status_code, answer.json()["error_code"]) == (400, "FSS.0400")


def test_a_timer_can_be_disabled(huawei: CloudClient) -> None:
    answer = add(huawei, "TIMER", TIMER, trigger_status="DISABLED")

    assert answer.json()["trigger_status"] == "DISABLED"


def test_a_missing_topic_is_told_when_a_trigger_listens_to_it(huawei: CloudClient) -> None:
    answer = add(huawei, "SMN", {"topic_urn": f"{TOPIC}-none"})

    assert (answer.status_code, answer.json()["error_code"]) == (404, "FSS.1171")


@pytest.mark.parametrize(("said", "expected"), [("401", "FSS.0401"), ("500", "FSS.0500")])
def test_a_missing_function_is_worded_as_ordered(
    huawei: CloudClient, said: str, expected: str
) -> None:
    huawei.control("POST", "options", {"missing_function": said})

    answer = huawei.call("GET", f"/v2/{PROJECT}/fgs/triggers/{huawei.urn('nobody')}")

    assert (answer.status_code, answer.json()["error_code"]) == (int(said), expected)


def test_subscriptions_are_added_once_and_listed_by_pages(huawei: CloudClient) -> None:
    path = f"{TOPICS}/{TOPIC}/subscriptions"
    wanted = [
        {"protocol": "email", "endpoint": "a@b.example", "remark": "O&M"},
        {"protocol": "functionstage", "endpoint": huawei.urn("orders")},
        {"protocol": "https", "endpoint": "https://x.example/y"},
    ]
    added = [huawei.call("POST", path, body) for body in wanted]
    again = huawei.call("POST", path, wanted[0])

    assert [each.status_code for each in added] == [201, 201, 201]
    assert again.status_code == 200
    assert again.json()["subscription_urn"] == added[0].json()["subscription_urn"]
    page = huawei.call("GET", f"{path}?offset=1&limit=1").json()
    assert page["subscription_count"] == 3
    assert [each["protocol"] for each in page["subscriptions"]] == ["functionstage"]
    assert [each["status"] for each in subscriptions(huawei)] == [0, 1, 0]
    all_of_them = huawei.call("GET", SUBSCRIPTIONS).json()
    assert all_of_them["subscriptions"] == subscriptions(huawei)
    some = huawei.call("GET", f"{SUBSCRIPTIONS}?protocol=email&status=0").json()
    assert [each["endpoint"] for each in some["subscriptions"]] == ["a@b.example"]
    assert triggers(huawei, "GET").json() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"protocol": "pigeon", "endpoint": "x"}, "SMN.0011"),
        ({"protocol": "email", "endpoint": "nobody"}, "SMN.0012"),
        ({"protocol": "functionstage", "endpoint": "orders"}, "SMN.0012"),
        ({"protocol": "sms", "endpoint": "1", "remark": "r" * 129}, "SMN.0002"),
        ({"protocol": 5, "endpoint": "x"}, "SMN.0002"),
    ],
)
def test_what_smn_does_not_subscribe_is_refused(huawei: CloudClient, body: Any, code: str) -> None:
    answer = huawei.call("POST", f"{TOPICS}/{TOPIC}/subscriptions", body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_missing_topic_has_no_subscriptions(huawei: CloudClient) -> None:
    answer = huawei.call("GET", f"{TOPICS}/{TOPIC}-none/subscriptions")

    assert (answer.status_code, answer.json()["code"]) == (404, "SMN.0006")


def test_the_journal_names_the_operations_as_the_vendor_does(huawei: CloudClient) -> None:
    trigger = add(huawei, "SMN", {"topic_urn": TOPIC}).json()
    triggers(huawei, "GET")
    triggers(huawei, "GET", f"latest/SMN/{trigger['trigger_id']}")
    subscriptions(huawei)
    triggers(huawei, "DELETE")

    journal = huawei.control("GET", "requests")["requests"]
    assert [(each["operation"], each["writing"]) for each in journal] == [
        ("CreateFunctionTrigger", True),
        ("ListFunctionTriggers", False),
        ("ShowFunctionTrigger", False),
        ("ListSubscriptionsByTopic", False),
        ("BatchDeleteFunctionTriggers", True),
    ]


SEED = """
functions:
  - name: orders
    versions: [v1]
    aliases: {prod: v1}
    triggers:
      - {bucket: uploads, prefix: in/}
      - {topic: alerts, version: "!prod"}
      - {stream: events, version: v1, status: DISABLED}
      - {schedule: 3m}
      - {schedule: "Cron: @every 1h"}
topics: [{name: alerts}]
"""


def test_a_seed_wires_functions_up_in_a_few_lines() -> None:
    with local_cloud(seed=read_seed(SEED)) as client:
        state = client.control("GET", "state")

        assert [
            (each["version"], each["trigger_type_code"], each["trigger_status"])
            for each in state["functions"][0]["triggers"]
        ] == [
            ("latest", "OBS", "ACTIVE"),
            ("!prod", "SMN", "ACTIVE"),
            ("v1", "DIS", "DISABLED"),
            ("latest", "TIMER", "ACTIVE"),
            ("latest", "TIMER", "ACTIVE"),
        ]
        assert state["functions"][0]["triggers"][4]["event_data"]["schedule"] == "@every 1h"
        [topic] = state["topics"]
        assert topic["subscriptions"] == [
            {"protocol": "functionstage", "endpoint": client.urn("orders", "!prod"), "status": 1}
        ]
        client.control("POST", "reset")
        assert client.control("GET", "state")["functions"] == state["functions"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{prefix: x}", "functions[0].triggers[0]: needs exactly one of bucket"),
        ("{topic: a, stream: b}", "functions[0].triggers[0]: needs exactly one"),
        (
            "{topic: alert}",
            "functions[0].triggers[0].topic: there is no topic alert; did you mean alerts?",
        ),
        (
            "{topic: nothing}",
            "functions[0].triggers[0].topic: there is no topic nothing; name it under topics",
        ),
        (
            "{topic: my alerts}",
            "functions[0].triggers[0].topic: must be the name of a topic, or its URN",
        ),
        (
            "{stream: s, version: v9}",
            "functions[0].triggers[0].version: there is no version v9; name it under versions",
        ),
        ("{bucket: 'No'}", "functions[0].triggers[0]: Invalid parameter: bucket must be"),
    ],
)
def test_problems_of_seeded_triggers_are_told_with_their_place(line: str, problem: str) -> None:
    text = f"functions:\n  - name: orders\n    triggers: [{line}]\ntopics: [{{name: alerts}}]\n"

    with pytest.raises(SeedError) as caught, local_cloud(seed=read_seed(text)):
        pass

    assert caught.value.problems[0].startswith(problem)
