"""What the controls show of invocations and notifications, on a virtual clock."""

import asyncio
import json
import re
from collections.abc import Awaitable, Iterator
from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.controls import pages
from pulumi_functiongraph.emulator.testing.transcript import missing_text
from unit.emulator.controls_client import ORDERS, PROJECT, TOPIC, Controls, controls


@pytest.fixture
def cloud() -> Iterator[Controls]:
    with controls() as client:
        yield client


def test_requests_that_race_with_a_reset_are_accepted_and_so_are_all_that_follow(
    cloud: Controls,
) -> None:
    async def post(name: str, body: bytes = b"") -> int:
        answer = await cloud._http.request("POST", f"/_emulator/{name}", content=body)
        return answer.status_code

    def some() -> list[Awaitable[int]]:
        return [post("invoke", b'{"function": "orders"}') for _ in range(5)]

    async def race() -> list[int]:
        for _ in range(10):
            posted = some()
            await asyncio.gather(*posted[:3], post("reset"), *posted[3:])
        return await asyncio.gather(*some(), *some(), *some(), *some())

    assert set(cloud.inside.run(race())) == {200}


def test_ids_of_what_is_kept_do_not_depend_on_other_requests(cloud: Controls) -> None:
    def kept() -> list[str]:
        urn = f"/v2/{PROJECT}/notifications/topics/{TOPIC}"
        published = cloud.call("POST", f"{urn}/publish", {"subject": "a", "message": "b"})
        subscription = {"protocol": "email", "endpoint": "a@b.c"}
        subscribed = cloud.call("POST", f"{urn}/subscriptions", subscription)
        return [published.json()["message_id"], subscribed.json()["subscription_urn"]]

    alone = kept()
    cloud.control("POST", "reset")
    for _ in range(3):
        cloud.control("GET", "clock")

    assert kept() == alone


def test_messages_that_race_with_a_reset_are_kept_and_so_are_all_that_follow(
    cloud: Controls,
) -> None:
    urn = f"/v2/{PROJECT}/notifications/topics/{TOPIC}"

    async def publish() -> int:
        answer = await cloud.send("POST", f"{urn}/publish", {"subject": "a", "message": "b"})
        return answer.status_code

    async def race() -> list[int]:
        for _ in range(10):
            reset = cloud._http.request("POST", "/_emulator/reset")
            await asyncio.gather(publish(), publish(), reset, publish())
        return await asyncio.gather(*(publish() for _ in range(20)))

    assert set(cloud.inside.run(race())) == {200}


def test_a_request_is_accepted_and_shown_before_it_runs(cloud: Controls) -> None:
    accepted = cloud.accept("orders", payload={"order": 7})

    [shown] = cloud.control("GET", "invocations")["invocations"]
    assert shown == accepted
    assert (shown["function"], shown["function_urn"]) == ("orders", f"{ORDERS}:latest")
    assert (shown["status"], shown["attempts"], shown["source"]) == ("WAIT", 0, "api")
    assert shown["payload"] == '{"order":7}'
    assert shown["chain"] == f"{ORDERS}:latest"
    assert (shown["on_success"], shown["on_failure"]) == (
        {"SMN": {"topic_urn": TOPIC}},
        {"OBS": {"bucket": "failed"}},
    )


def test_a_request_that_is_waited_for_is_answered_at_its_end(cloud: Controls) -> None:
    cloud.inside.script("orders", fail_times=2, returns="done")

    ended = cloud.accept("orders", wait_seconds=10)

    assert (ended["status"], ended["attempts"], ended["condition"]) == ("SUCCESS", 3, "success")
    assert ended["response"] == '"done"'


def test_a_function_may_be_run_once_and_nobody_is_told(cloud: Controls) -> None:
    cloud.inside.script("orders", fails="no such order", sleep_seconds=2)

    answer = cloud.accept("orders", **{"async": False})

    assert (answer["result"], answer["error"]) == ("function_error", "Exception: no such order")
    assert answer["milliseconds"] == 2000
    assert cloud.control("GET", "invocations")["invocations"] == []


@pytest.mark.parametrize("named", ["orders:v1", "default:orders", ORDERS, f"{ORDERS}:v1"])
def test_a_function_is_named_as_the_api_names_it(cloud: Controls, named: str) -> None:
    if named == "orders:v1":
        assert "package" not in json.dumps(cloud.refused("POST", "invoke", {"function": named}))
        return

    accepted = cloud.accept(named)

    version = "v1" if named.endswith(":v1") else "latest"
    assert accepted["function_urn"] == f"{ORDERS}:{version}"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"function": "ordrs"}, "function: there is no function ordrs"),
        ({"function": "no:such:project:latest:x"}, "function: Invalid function urn: no:such"),
        ({"function": f"{ORDERS}:v9"}, "Not found the function version"),
        ({"function": "p:default:orders"}, "there is no function p:default:orders"),
        ({}, "function: is required"),
        ({"function": "orders", "playload": 1}, "playload: there is no such field; did you mean"),
        ({"function": "orders", "payload": "a" * 300_000}, "payload: has more than 262144 bytes"),
        ({"function": "orders", "wait_seconds": 1, "async": False}, "wait_seconds is of async"),
    ],
)
def test_what_cannot_be_invoked_is_told(
    cloud: Controls, body: dict[str, Any], problem: str
) -> None:
    [told] = cloud.refused("POST", "invoke", body)

    assert problem in told
    assert cloud.control("GET", "invocations")["invocations"] == []


def test_a_notification_is_shown_with_its_event(cloud: Controls) -> None:
    request = cloud.accept("orders", payload={"order": 7}, wait_seconds=10)

    [shown] = cloud.control("GET", "deliveries")["deliveries"]
    assert (shown["outcome"], shown["target"], shown["status"]) == ("success", "SMN", "DELIVERED")
    assert (shown["attempts"], shown["error"]) == (1, "")
    assert shown["request_id"] == request["request_id"]
    assert shown["param"] == {"topic_urn": TOPIC}
    assert [shown["event"]] == cloud.inside.messages("alerts")


FILTERS = [
    ("invocations", "function=orders", 4),
    ("invocations", f"function={ORDERS}:v1", 1),
    ("invocations", "function=default:audit", 1),
    ("invocations", "status=FAIL", 1),
    ("invocations", "status=WAIT", 0),
    ("invocations", "status=RUNNING", 0),
    ("invocations", "source=api", 5),
    ("invocations", "source=notification", 0),
    ("deliveries", "function=orders", 3),
    ("deliveries", "function=audit", 0),
    ("deliveries", "outcome=failure", 1),
    ("deliveries", "target=OBS", 1),
    ("deliveries", "target=smn", 2),
    ("deliveries", "target=function", 0),
    ("deliveries", "status=DELIVERED&outcome=success", 2),
    ("journal", "step=accepted", 5),
    ("journal", "function=audit", 3),
]


NOWHERE = [
    ("function=ordrs", "function: there is no function ordrs; there is orders"),
    ("function=nobody", "function: there is no function nobody; there is orders, audit"),
    (f"function={ORDERS}:v2", "function: orders has no version v2; there is latest, v1"),
    ("function=orders:v1", "; if v1 is a version of orders, name it default/orders:v1"),
    (f"function={ORDERS.replace(PROJECT, 'f' * 32)}", "; there is none"),
    ("request_id=x", "request_id: there is no request x"),
    ("function=ordrs&request_id=x", "function: there is no function ordrs; there is orders"),
]


@pytest.mark.parametrize(("query", "told"), NOWHERE)
@pytest.mark.parametrize("name", ["invocations", "deliveries", "journal"])
def test_a_list_of_what_is_nowhere_is_refused(
    busy: Controls, name: str, query: str, told: str
) -> None:
    assert told in "".join(busy.refused("GET", f"{name}?{query}"))


@pytest.mark.parametrize(("query", "told"), NOWHERE)
def test_an_expectation_of_what_is_nowhere_is_refused(
    busy: Controls, query: str, told: str
) -> None:
    wanted = dict(each.split("=") for each in query.split("&"))
    assert told in "".join(busy.refused("POST", "expect", wanted))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("invocations?source=SNM", "source: "),
        ("invocations?parent=x", "parent: there is no request x"),
        ("invocations?topic=alerts", "topic: "),
        ("deliveries?bucket=failed", "bucket: "),
        ("journal?outcome=success", "outcome: "),
        ("state?x=1", "x: there is no such field; there are contents"),
        ("clock?x=1", "query: this control takes no parameters"),
        ("changes?after=1", "query: this control takes no parameters"),
        ("object?bucket=faild&key=a", "bucket: there is no bucket faild; there is failed"),
        ("object?bucket=failed&key=a", "key: bucket failed has no object a"),
    ],
)
def test_a_query_that_means_nothing_is_refused(busy: Controls, query: str, told: str) -> None:
    assert told in "".join(busy.refused("GET", query))


def test_who_waits_for_lines_is_told_that_the_function_is_not_there_yet(busy: Controls) -> None:
    page = busy.control("GET", "journal?function=ordrs&wait=0")

    assert page["lines"] == []
    assert page["reason"] == "there is no function ordrs; there is orders"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"service": "snm"}, "service: there is no service snm; there is smn"),
        (
            {"service": "smn", "operation": "PublishMesage"},
            "operation: there is no operation PublishMesage; there is PublishMessage",
        ),
        (
            {"service": "smn", "operation": "SendRecords"},
            "operation: there is no operation SendRecords",
        ),
        ({"operation": "PutObjekt"}, "operation: there is no operation PutObjekt; there is PutObj"),
    ],
)
def test_a_fault_that_could_strike_nothing_is_refused(
    busy: Controls, fault: dict[str, Any], told: str
) -> None:
    assert told in "".join(busy.refused("POST", "faults", {**fault, "status": 503}))
    listed = busy.refused("POST", "faults", [{"status": 503}, {**fault, "status": 503}])
    assert f"[1].{told}" in "".join(listed)


@pytest.fixture(scope="module")
def busy() -> Iterator[Controls]:
    """A cloud in which orders succeeded twice and failed once, v1 and audit succeeded."""
    with controls() as client:
        for function in ("orders", "orders", f"{ORDERS}:v1", "audit"):
            client.accept(function, wait_seconds=10)
        client.inside.script("orders", fails=True)
        client.accept("orders", wait_seconds=10)
        yield client


@pytest.mark.parametrize(("name", "query", "count"), FILTERS)
def test_lists_are_filtered(busy: Controls, name: str, query: str, count: int) -> None:
    page = busy.control("GET", f"{name}?{query}")

    assert len(page["lines" if name == "journal" else name]) == count


@pytest.mark.parametrize("name", ["invocations", "deliveries", "journal"])
def test_one_request_is_found_by_its_id(busy: Controls, name: str) -> None:
    key = "lines" if name == "journal" else name
    wanted = busy.control("GET", "deliveries?outcome=failure")["deliveries"][0]["request_id"]

    found = busy.control("GET", f"{name}?request_id={wanted}")[key]

    assert {each["request_id"] for each in found} == {wanted}


@pytest.mark.parametrize("name", ["invocations", "deliveries", "journal"])
@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_pages_join_to_the_whole_list(busy: Controls, name: str, limit: int) -> None:
    key = "lines" if name == "journal" else name
    whole = busy.control("GET", f"{name}?limit=1000")[key]
    found: list[Any] = []
    after = 0
    while True:
        page = busy.control("GET", f"{name}?after={after}&limit={limit}")
        assert len(page[key]) <= limit
        found += page[key]
        if page["next"] is None or not page[key]:
            break
        after = page["next"]

    assert found == whole
    assert [each["number"] for each in found] == sorted({each["number"] for each in found})


def test_the_last_entries_come_oldest_first(busy: Controls) -> None:
    whole = busy.control("GET", "invocations")["invocations"]

    last = busy.control("GET", "invocations?last=2")

    assert last == {"invocations": whole[-2:], "next": None}


def test_a_page_ends_where_it_would_grow_too_long(
    busy: Controls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MAX_TEXT", 10)

    page = busy.control("GET", "invocations")

    assert len(page["invocations"]) == 1
    assert page["next"] == page["invocations"][0]["number"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("invocations?status=DONE", "status: must be WAIT, RUNNING, SUCCESS, FAIL or DISCARD"),
        ("invocations?limit=0", "limit: must be at least 1"),
        ("invocations?limit=1001", "limit: must be at most 1000"),
        ("invocations?after=x", "after: must be a whole number"),
        ("invocations?limit=1_0", "limit: must be a whole number"),
        ("invocations?limit=%2B10", "limit: must be a whole number"),
        ("invocations?last=10.0", "last: must be a whole number"),
        ("invocations?after=-1", "after: must be at least 0"),
        ("deliveries?limit=%D9%A1", "limit: must be a whole number"),
        ("requests?last=+5", "last: must be a whole number"),
        ("journal?wait=1_0", "wait: must be a number"),
        ("journal?wait=1e1", "wait: must be a number"),
        ("invocations?functon=a", "functon: there is no such field; did you mean function?"),
        ("invocations?function=a:b:c:!d", "an alias is resolved when a request is accepted"),
        ("invocations?function=-", "function: Invalid function urn: -"),
        ("invocations?last=3&limit=2", "query: last stands without after and limit"),
        ("invocations?after=1&after=2", "query: a parameter is given twice"),
        ("deliveries?target=sns", "target: must be obs, smn, dis, function"),
        ("deliveries?outcome=good", "outcome: must be success or failure"),
        ("journal?wait=31", "wait: must be at most 30"),
        ("journal?step=x", "step: must be accepted"),
        ("journal?" + "&".join(f"a{n}=" for n in range(21)), "more than 20 parameters"),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused(busy: Controls, query: str, problem: str) -> None:
    told = busy.refused("GET", query)

    assert problem in told[0]


def test_an_expected_notification_is_answered(cloud: Controls) -> None:
    cloud.inside.script("orders", fails=True)
    request = cloud.accept("orders")

    answer = cloud.control(
        "POST", "expect", {"function": "orders", "outcome": "failure", "target": "obs"}
    )

    assert answer["arrived"]["request_id"] == request["request_id"]
    assert answer["arrived"]["status"] == "DELIVERED"


def test_later_notifications_are_told_from_earlier_ones(cloud: Controls) -> None:
    requests = [cloud.accept("orders")["request_id"] for _ in range(2)]
    first = cloud.control("POST", "expect", {})["arrived"]

    second = cloud.control("POST", "expect", {"after": first["number"]})["arrived"]

    assert [first["request_id"], second["request_id"]] == requests


def test_nothing_has_arrived_after_a_notification_that_is_under_way(cloud: Controls) -> None:
    cloud.accept("orders")
    cloud.control("POST", "expect", {})
    cloud.control("POST", "faults", {"service": "smn", "status": 503, "nth": 1})
    cloud.accept("orders")
    cloud.control("POST", "clock", {"seconds": 0})
    earlier, waits = cloud.control("GET", "deliveries")["deliveries"]
    assert (earlier["status"], waits["status"]) == ("DELIVERED", "WAIT")
    order = {"after": waits["number"]}
    cloud.accept("orders")  # whose notification overtakes the one that waits

    assert cloud.control("POST", "expect", order)["arrived"] is None

    last = cloud.accept("orders")
    arrived = cloud.control("POST", "expect", order)["arrived"]
    assert arrived["request_id"] == last["request_id"]


def test_an_expectation_after_a_notification_that_is_not_there_is_refused(cloud: Controls) -> None:
    cloud.accept("orders")
    number = cloud.control("POST", "expect", {})["arrived"]["number"]
    cloud.control("POST", "reset", {})
    cloud.control("POST", "clock", {"idle": True})

    assert cloud.refused("POST", "expect", {"after": number}) == [
        f"after: there is no notification {number}"
    ]


def test_an_expectation_that_fails_tells_what_is_there_instead(cloud: Controls) -> None:
    request = cloud.accept("orders")

    answer = cloud.control("POST", "expect", {"function": "orders", "outcome": "failure"})

    assert answer["arrived"] is None
    assert [each["outcome"] for each in answer["deliveries"]] == ["success"]
    assert [each["request_id"] for each in answer["invocations"]] == [request["request_id"]]
    assert [each["step"] for each in answer["journal"]] == [
        "accepted",
        "ran",
        "finished",
        "delivered",
    ]


def test_an_expectation_that_fails_tells_which_events_reached_nobody(cloud: Controls) -> None:
    subscribed = {"protocol": "functionstage", "endpoint": f"{ORDERS}-gone", "remark": ""}
    path = f"/v2/{PROJECT}/notifications/topics/{TOPIC}/subscriptions"
    assert cloud.call("POST", path, subscribed).status_code == 201
    request = cloud.accept("orders")

    answer = cloud.control("POST", "expect", {"outcome": "failure"})

    [lost] = answer["lost"]
    assert (lost["request_id"], lost["detail"]["origin"]) == (request["request_id"], TOPIC)
    [told] = re.findall(r"events that reached nobody:\n(.+)", missing_text({}, answer))
    assert "not triggered" in told
    assert f'chain="{ORDERS}:latest --success--> {TOPIC} --SMN trigger--> {ORDERS}-gone' in told


def test_a_notification_that_is_given_up_may_be_expected_too(cloud: Controls) -> None:
    cloud.control("POST", "faults", {"service": "smn", "status": 500})
    cloud.accept("orders")

    answer = cloud.control("POST", "expect", {"status": "FAILED"})

    assert answer["arrived"]["attempts"] == 5
    assert answer["arrived"]["error"] == "SMN answered 500 to PublishMessage (a fault)"
    [request] = cloud.control("GET", "invocations")["invocations"]
    assert request["status"] == "SUCCESS"
    assert request["notifications"] == [{"outcome": "success", "target": "SMN", "status": "FAILED"}]


def test_an_expectation_of_a_function_that_is_nowhere_is_refused(cloud: Controls) -> None:
    [told] = cloud.refused("POST", "expect", {"function": "ordrs"})

    assert told == "function: there is no function ordrs; there is orders"


def test_a_function_that_is_gone_may_still_be_asked_about(cloud: Controls) -> None:
    cloud.accept("orders", wait_seconds=10)
    assert cloud.functions("DELETE", "/orders").status_code == 204

    assert cloud.control("POST", "expect", {"function": "orders"})["arrived"] is not None


def test_the_journal_is_read_on_from_where_it_ended(cloud: Controls) -> None:
    cloud.accept("orders")
    first = cloud.control("GET", "journal")
    assert cloud.control("GET", f"journal?after={first['next']}") == {
        "lines": [],
        "next": first["next"],
    }

    cloud.inside.run_until_idle()

    steps = [
        line["step"] for line in cloud.control("GET", f"journal?after={first['next']}")["lines"]
    ]
    assert steps == ["ran", "finished", "delivered"]


def test_whoever_waits_for_the_journal_is_answered_at_the_next_line(cloud: Controls) -> None:
    async def both() -> httpx.Response:
        waiting = asyncio.create_task(cloud._http.get("/_emulator/journal?wait=30"))
        await asyncio.sleep(0)
        await cloud._http.post("/_emulator/invoke", content=b'{"function": "audit"}')
        return await waiting

    lines = cloud.inside.run(asyncio.wait_for(both(), 20)).json()["lines"]

    assert [line["step"] for line in lines] == ["accepted"]


def test_the_end_of_the_process_ends_every_wait(cloud: Controls) -> None:
    async def both() -> httpx.Response:
        waiting = asyncio.create_task(cloud._http.get("/_emulator/journal?wait=30"))
        await asyncio.sleep(0)
        cloud.cloud.store.changes.end()
        return await waiting

    assert cloud.inside.run(asyncio.wait_for(both(), 20)).json()["lines"] == []
