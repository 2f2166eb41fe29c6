"""What triggers bring about: topics, buckets, streams and timers invoke functions."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pulumi_functiongraph.emulator.clock import VIRTUAL_START, random_id
from pulumi_functiongraph.emulator.dis.models import MAX_RECORD
from pulumi_functiongraph.emulator.functiongraph import triggers
from pulumi_functiongraph.emulator.functiongraph.event_sources import change_trigger
from pulumi_functiongraph.emulator.functiongraph.triggers import RequestedTrigger
from pulumi_functiongraph.emulator.invocations import journal
from pulumi_functiongraph.emulator.invocations.request import MAX_EVENT, Request
from pulumi_functiongraph.emulator.invocations.trace import Hop, chain
from pulumi_functiongraph.emulator.obs.addressing import Address
from pulumi_functiongraph.emulator.obs.exchange import S3Request
from pulumi_functiongraph.emulator.smn import calls, publishing, subscriptions
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.smn.subscriptions import RequestedSubscription
from pulumi_functiongraph.emulator.state import damaged_rows
from pulumi_functiongraph.emulator.state.store import Connection
from pulumi_functiongraph.emulator.triggers.dis_event import (
    NumberedRecord,
    batches,
    dis_event,
)
from pulumi_functiongraph.emulator.triggers.objects import Writer, tell
from unit.emulator.virtual_cloud import AGENCY, VirtualCloud, target, virtual_cloud

PROJECT = "0123456789abcdef0123456789abcdef"
REGION = "cn-north-4"
TOPIC = f"urn:smn:{REGION}:{PROJECT}:alerts"
FUNCTION = f"urn:fss:{REGION}:{PROJECT}:function:default"


def world(*triggers: dict[str, Any], **orders: Any) -> dict[str, Any]:
    """A function with triggers, one whose results are told, and one of every target."""
    return {
        "projects": [{"name": REGION, "id": PROJECT}],
        "functions": [
            {"name": "orders", "xrole": AGENCY, "async_configs": {"latest": orders}},
            {
                "name": "audit",
                "xrole": AGENCY,
                "versions": ["v1"],
                "aliases": {"prod": "v1"},
                "triggers": list(triggers),
            },
        ],
        "topics": [{"name": "alerts"}],
        "buckets": [{"name": "results"}],
        "streams": [{"name": "records"}],
    }


TARGETS = {
    "SMN": target("SMN", topic_urn=TOPIC),
    "OBS": target("OBS", bucket="results", prefix="out"),
    "DIS": target("DIS", stream_name="records"),
}
LISTENING: dict[str, dict[str, Any]] = {
    "SMN": {"topic": "alerts"},
    "OBS": {"bucket": "results", "prefix": "out/", "suffix": ".json"},
    "DIS": {"stream": "records"},
}


def triggered(cloud: VirtualCloud, source: str) -> list[Request]:
    return [each for each in cloud.requests() if each.source == source]


def lines_of(cloud: VirtualCloud, step: str) -> list[journal.Line]:
    return [line for line in cloud.read(journal.list_lines) if line.step == step]


def publish(cloud: VirtualCloud, text: str = "hello") -> str:
    message = smn.Message(cloud.cloud.new_id(), TOPIC, "a subject", text, cloud.cloud.clock.now())
    way = (Hop("", TOPIC),)
    cloud.write(lambda c: publishing.publish(c, message, way, "", cloud.cloud.intake()))
    return message.id


def change_object(cloud: VirtualCloud, method: str, key: str, **more: Any) -> None:
    request = S3Request(method, Address("results", key), **more)

    async def change() -> None:
        objects = await cloud.cloud.objects()
        answer = await objects.change(
            request,
            region=REGION,
            now=cloud.cloud.clock.now(),
            then=lambda c, events: tell(
                c, "results", events, Writer("d1", "r1"), cloud.cloud.intake()
            ),
        )
        assert answer.succeeded, answer

    cloud.run(change())


@pytest.mark.parametrize("kind", TARGETS)
def test_a_notification_goes_on_through_a_trigger_and_keeps_its_way(kind: str) -> None:
    with virtual_cloud(world(LISTENING[kind], on_success=TARGETS[kind])) as cloud:
        cause = cloud.invoke("orders", {"order": 7})
        cloud.run_until_idle()
        (request,) = triggered(cloud, kind)

    assert request.status == "SUCCESS"
    assert request.parent == cause
    first, place, last = request.trace
    assert first.urn == f"{FUNCTION}:orders:latest"
    assert place.edge == "success"
    assert last == Hop(f"{kind} trigger", f"{FUNCTION}:audit:latest")
    assert place.urn.startswith({"SMN": TOPIC, "OBS": "obs://results/out/", "DIS": "dis://"}[kind])


def test_a_message_is_handed_to_a_function_with_the_id_of_its_request() -> None:
    with virtual_cloud(world({"topic": "alerts", "version": "!prod"})) as cloud:
        message = publish(cloud)
        (request,) = triggered(cloud, "SMN")
        lines = cloud.read(journal.list_lines)

    event = json.loads(request.payload)
    assert event["requestId"] == request.id
    assert event["functionname"] == "audit"
    assert event["record"][0]["event_subscription_urn"] == f"{FUNCTION}:audit:!prod"
    assert event["record"][0]["smn"]["message_id"] == message
    assert event["record"][0]["smn"]["message"] == "hello"
    assert request.function_urn == f"{FUNCTION}:audit:v1"
    assert [(line.step, line.request_id) for line in lines] == [
        ("triggered", request.id),
        ("accepted", request.id),
    ]
    assert lines[0].detail == {"edge": "SMN trigger", "origin": TOPIC}


def test_a_subscriber_that_is_gone_is_told_in_the_journal_and_keeps_no_message_back() -> None:
    with virtual_cloud(world()) as cloud:
        wanted = RequestedSubscription("functionstage", f"{FUNCTION}:gone:latest", "")

        def subscribe(connection: Connection) -> None:
            topic = smn.find_topic(connection, TOPIC)
            assert topic is not None
            subscriptions.subscribe(connection, topic, wanted, identifier="1")

        cloud.write(subscribe)
        publish(cloud)
        (line,) = cloud.read(journal.list_lines)

        assert (line.step, line.function_urn) == ("not_triggered", wanted.endpoint)
        assert "Not found the function" in str(line.detail["error"])
        assert cloud.messages("alerts") == ["hello"]


@pytest.mark.parametrize("kind", TARGETS)
def test_a_disabled_trigger_does_not_fire(kind: str) -> None:
    asleep = {**LISTENING[kind], "status": "DISABLED"}
    with virtual_cloud(world(asleep, on_success=TARGETS[kind])) as cloud:
        cloud.invoke("orders")
        cloud.run_until_idle()

        assert len(cloud.requests()) == 1


CREATED, REMOVED = "s3:ObjectCreated:*", "s3:ObjectRemoved:*"


@pytest.mark.parametrize(
    ("listening", "fires"),
    [
        ({}, True),
        ({"prefix": "in/"}, True),
        ({"prefix": "/in/"}, False),
        ({"prefix": "in/x"}, False),
        ({"suffix": ".json"}, True),
        ({"suffix": ".txt"}, False),
        ({"events": ["s3:ObjectCreated:Put"]}, True),
        ({"events": ["s3:ObjectCreated:Copy"]}, False),
        ({"events": [REMOVED]}, False),
        ({"events": [REMOVED, CREATED], "prefix": "in/", "suffix": ".json"}, True),
    ],
)
def test_an_object_fires_the_triggers_that_listen_to_its_key_and_event(
    listening: dict[str, Any], *, fires: bool
) -> None:
    with virtual_cloud(world({"bucket": "results", **listening})) as cloud:
        change_object(cloud, "PUT", "in/ä 1.json", body=b"12345")
        found = triggered(cloud, "OBS")

    assert len(found) == fires
    if fires:
        (request,) = found
        (record,) = json.loads(request.payload)["Records"]
        assert record["eventName"] == "ObjectCreated:Put"
        assert record["s3"]["object"]["size"] == 5
        assert record["s3"]["object"]["key"] == "in%2F%C3%A4+1.json"


def names_of(cloud: VirtualCloud) -> list[tuple[str, str]]:
    records = [json.loads(each.payload)["Records"][0] for each in triggered(cloud, "OBS")]
    return [(each["eventName"], each["s3"]["object"]["key"]) for each in records]


def test_removals_copies_and_uploads_are_told_by_their_names() -> None:
    listening = {"bucket": "results", "events": [CREATED, REMOVED]}
    with virtual_cloud(world(listening)) as cloud:
        change_object(cloud, "PUT", "a", body=b"1")
        change_object(cloud, "PUT", "b", headers={"x-amz-copy-source": "/results/a"})
        change_object(cloud, "DELETE", "a")
        change_object(cloud, "DELETE", "never-there")
        change_object(cloud, "PUT", "b", query_string="tagging", body=TAGS)
        body = b"<Delete><Object><Key>b</Key></Object><Object><Key>c</Key></Object></Delete>"
        change_object(cloud, "POST", "", query_string="delete", body=body)
        found = names_of(cloud)

    assert found == [
        ("ObjectCreated:Put", "a"),
        ("ObjectCreated:Copy", "b"),
        ("ObjectRemoved:Delete", "a"),
        ("ObjectRemoved:Delete", "b"),
    ]


TAGS = b"<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"


def test_the_sequencer_of_events_grows() -> None:
    with virtual_cloud(world({"bucket": "results"})) as cloud:
        for number in range(3):
            change_object(cloud, "PUT", "a", body=b"%d" % number)
        found = [
            json.loads(each.payload)["Records"][0]["s3"]["object"]["sequencer"]
            for each in triggered(cloud, "OBS")
        ]

    assert sorted(set(found)) == found
    assert len(found) == 3


def test_a_buckets_own_notification_reaches_a_function_through_a_topic_and_directly() -> None:
    seed = world({"topic": "alerts"})
    seed["buckets"] = [
        {
            "name": "results",
            "notifications": [
                {"topic": "alerts", "prefix": "in/"},
                {"function": "audit", "suffix": ".txt"},
                {"topic": "gone"},
            ],
        }
    ]
    with virtual_cloud(seed) as cloud:
        change_object(cloud, "PUT", "in/a.txt", body=b"1")
        (message,) = cloud.messages("alerts")
        (through,) = triggered(cloud, "SMN")
        (direct,) = triggered(cloud, "OBS")
        (lost,) = [each for each in cloud.read(journal.list_lines) if "error" in each.detail]

    assert json.loads(message)["Records"][0]["eventVersion"] == "3.0"
    assert json.loads(through.payload)["record"][0]["smn"]["message"] == message
    assert chain(through.trace) == (
        f"obs://results/in/a.txt --bucket notification--> {TOPIC}"
        f" --SMN trigger--> {FUNCTION}:audit:latest"
    )
    assert direct.trace[-1].edge == "bucket notification"
    assert json.loads(direct.payload)["Records"][0]["eventVersion"] == "2.0"
    assert lost.detail["error"] == f"there is no topic urn:smn:{REGION}:{PROJECT}:gone"


def test_a_record_is_handed_on_as_it_came() -> None:
    with virtual_cloud(world({"stream": "records"}, on_success=TARGETS["DIS"])) as cloud:
        for _ in range(2):
            cloud.invoke("orders")
        cloud.run_until_idle()
        events = [json.loads(each.payload) for each in triggered(cloud, "DIS")]
        records = cloud.records("records")

    handed = [event["Message"]["records"] for event in events]
    assert [[each["data"] for each in records] for records in handed] == [
        [record.data] for record in records
    ]
    assert [each["sequence_number"] for (each,) in handed] == ["0", "1"]
    assert json.loads(base64.b64decode(records[0].data))["request_payload"] == '{"order": 1}'


def timer(schedule: str, **more: Any) -> dict[str, Any]:
    return world({"schedule": schedule, **more})


def ticks(cloud: VirtualCloud) -> list[str]:
    return [json.loads(each.payload)["time"][11:19] for each in triggered(cloud, "TIMER")]


def test_a_timer_fires_by_the_clouds_clock_in_the_regions_time() -> None:
    with virtual_cloud(timer("20m")) as cloud:
        cloud.advance(3599)
        before = ticks(cloud)
        cloud.advance(1)
        after, requests = ticks(cloud), triggered(cloud, "TIMER")

    assert before == ["08:20:00", "08:40:00"]
    assert after == [*before, "09:00:00"]
    assert {each.status for each in requests} == {"SUCCESS"}
    assert {chain(each.trace) for each in requests} == {f"--TIMER--> {FUNCTION}:audit:latest"}


def test_a_cron_timer_fires_when_its_clock_time_comes() -> None:
    with virtual_cloud(timer("Cron: 0 30 9 * * ?")) as cloud:
        cloud.advance(3 * 86_400)

        assert ticks(cloud) == ["09:30:00"] * 3


def test_timers_do_not_keep_a_cloud_from_being_idle() -> None:
    with virtual_cloud(timer("1m")) as cloud:
        cloud.run_until_idle()

        assert ticks(cloud) == []


def test_a_restart_neither_loses_nor_doubles_a_tick(tmp_path: Path) -> None:
    with virtual_cloud(timer("1m"), directory=tmp_path) as cloud:
        cloud.advance(150)
    with virtual_cloud(timer("1m"), directory=tmp_path) as cloud:
        cloud.cloud.new_id = random_id
        cloud.advance(
            (VIRTUAL_START + timedelta(minutes=5) - cloud.cloud.clock.now()).total_seconds()
        )

        assert ticks(cloud) == [f"08:0{minute}:00" for minute in (1, 2, 3, 4, 5)]


def test_timers_of_an_older_release_fire_if_their_schedule_is_one(tmp_path: Path) -> None:
    seed = world({"schedule": "1m"}, {"schedule": "2m"})
    with virtual_cloud(seed, directory=tmp_path) as cloud:
        cloud.write(lambda c: c.execute("DELETE FROM fg_timers"))
        cloud.write(
            lambda c: c.execute(
                "UPDATE fg_triggers SET event_data = replace(event_data, '2m', '?')"
            )
        )
    with virtual_cloud(seed, directory=tmp_path) as cloud:
        cloud.advance(120)

        assert ticks(cloud) == ["08:01:00", "08:02:00"]


def test_what_was_missed_for_more_than_an_hour_comes_once_and_the_last_hour_in_full() -> None:
    with virtual_cloud(timer("10m")) as cloud:
        cloud.cloud.clock.advance(timedelta(hours=24))
        cloud.run_until_idle()

        assert len(ticks(cloud)) == 1 + 6


def change(cloud: VirtualCloud, status: str = "ACTIVE", **event_data: Any) -> None:
    (before,) = cloud.read(lambda c: triggers.list_triggers(c, cloud.version("audit").function))
    wanted = RequestedTrigger("TIMER", status, {**before.event_data, **event_data})
    cloud.write(lambda c: change_trigger(c, before, wanted, cloud.cloud.clock.now()))


def test_a_timer_that_is_disabled_rests_until_it_is_enabled_again() -> None:
    with virtual_cloud(timer("1m")) as cloud:
        cloud.advance(60)
        change(cloud, "DISABLED")
        cloud.advance(600)
        change(cloud)
        cloud.advance(60)

        assert ticks(cloud) == ["08:01:00", "08:12:00"]


def test_a_timer_that_is_changed_fires_by_its_new_schedule() -> None:
    with virtual_cloud(timer("1m")) as cloud:
        cloud.advance(60)
        change(cloud, schedule="1h", user_event="hourly")
        cloud.advance(3600)
        (_, last) = triggered(cloud, "TIMER")

        assert ticks(cloud) == ["08:01:00", "09:00:00"]
        assert json.loads(last.payload)["user_event"] == "hourly"


def test_a_timer_that_is_deleted_or_was_never_enabled_does_not_fire() -> None:
    with virtual_cloud(timer("1m", status="DISABLED")) as cloud:
        cloud.advance(120)
        change(cloud)
        cloud.advance(60)
        (found,) = cloud.read(lambda c: triggers.list_triggers(c, cloud.version("audit").function))
        cloud.write(lambda c: triggers.delete_triggers(c, [found]))
        cloud.advance(600)

        assert ticks(cloud) == ["08:03:00"]


def test_a_timer_whose_function_is_gone_is_told_and_stops_nothing() -> None:
    damaged_rows.forget()
    with virtual_cloud(timer("1m")) as cloud:
        cloud.cloud.store._writer.execute("PRAGMA foreign_keys = OFF")  # as by hand
        cloud.write(lambda c: c.execute("UPDATE fg_triggers SET function = -1"))
        cloud.advance(60)

        [told] = damaged_rows.told()
        assert "fg_triggers" in told
    damaged_rows.forget()


class Endpoint(BaseHTTPRequestHandler):
    """Answers 500 as often as its server says, and 200 then."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        server = self.server
        assert isinstance(server, Listening)
        server.got.append((dict(self.headers), json.loads(body)))
        self.send_response(500 if len(server.got) <= server.failures else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Listening(HTTPServer):
    """Keeps what is posted to it."""

    def __init__(self, failures: int) -> None:
        super().__init__(("127.0.0.1", 0), Endpoint)
        self.failures = failures
        self.got: list[tuple[dict[str, str], dict[str, Any]]] = []


@contextmanager
def listening(failures: int) -> Iterator[Listening]:
    with Listening(failures) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def subscribe(cloud: VirtualCloud, protocol: str, endpoint: str) -> None:
    def change(connection: Connection) -> None:
        topic = smn.find_topic(connection, TOPIC)
        assert topic is not None
        wanted = RequestedSubscription(protocol, endpoint, "")
        subscriptions.subscribe(connection, topic, wanted, identifier=protocol)

    cloud.write(change)


def test_an_http_subscriber_on_this_machine_gets_the_message_until_it_takes_it() -> None:
    with listening(failures=2) as server, virtual_cloud(world()) as cloud:
        subscribe(cloud, "http", f"http://127.0.0.1:{server.server_port}/hook")
        message = publish(cloud, "größer")
        cloud.run_until_idle()
        (call,) = cloud.read(lambda c: calls.list_calls(c, TOPIC))

    assert (call.status, call.attempts) == ("CALLED", 3)
    assert call.error.endswith("answered 500")
    assert len(server.got) == 3
    headers, body = server.got[-1]
    assert headers["X-SMN-MESSAGE-TYPE"] == body["type"] == "Notification"
    assert (body["message_id"], body["message"]) == (message, "größer")


def test_a_subscriber_that_never_takes_it_is_given_up_in_sight() -> None:
    with virtual_cloud(world()) as cloud:
        subscribe(cloud, "http", "http://127.0.0.1:9/")
        publish(cloud)
        cloud.run_until_idle()
        (call,) = cloud.read(lambda c: calls.list_calls(c, TOPIC))

    assert (call.status, call.attempts) == ("FAILED", 5)
    assert call.error.startswith("no answer of http://127.0.0.1:9/")


@pytest.mark.parametrize(
    ("protocol", "endpoint", "reason"),
    [
        ("email", "ann@example.com", "the local cloud calls no email endpoints"),
        ("https", "https://127.0.0.1/", "the local cloud calls no https endpoints"),
        (
            "http",
            "http://example.com/",
            "the local cloud calls http endpoints on this machine only",
        ),
    ],
)
def test_other_subscribers_are_shown_as_not_called(
    protocol: str, endpoint: str, reason: str
) -> None:
    with virtual_cloud(world()) as cloud:
        subscribe(cloud, protocol, endpoint)
        publish(cloud)
        cloud.run_until_idle()
        (call,) = cloud.read(lambda c: calls.list_calls(c, TOPIC))

    assert (call.status, call.attempts, call.error) == ("NOT_CALLED", 0, reason)


LOOPS = {
    "SMN": (TARGETS["SMN"], {"topic": "alerts"}),
    "OBS": (TARGETS["OBS"], {"bucket": "results"}),
    "DIS": (TARGETS["DIS"], {"stream": "records"}),
}


@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_through_a_trigger_is_broken_and_its_chain_is_shown(kind: str) -> None:
    to, trigger = LOOPS[kind]
    seed = world(on_success=to)
    seed["functions"][0]["triggers"] = [trigger]
    with virtual_cloud(seed) as cloud:
        cloud.cloud.options = cloud.cloud.options.model_copy(update={"max_hops": 3})
        cloud.script("orders", returns=1)
        cloud.invoke("orders")
        cloud.run_until_idle()
        *before, last = cloud.requests()

    assert [each.status for each in before] == ["SUCCESS"] * 4
    assert last.status == "DISCARD"
    assert last.error.count(f"--{kind} trigger-->") == 4
    assert last.error.count("--success-->") == 4


@pytest.mark.parametrize("kind", ["SMN", "DIS"])
def test_an_event_that_is_longer_than_a_request_may_be_is_told_with_what_it_came_of(
    kind: str,
) -> None:
    with virtual_cloud(world(LISTENING[kind], on_success=TARGETS[kind])) as cloud:
        cloud.script("orders", returns={"text": '"' * 60_000})
        cause = cloud.invoke("orders")
        cloud.run_until_idle()

        assert [each.status for each in cloud.deliveries()] == ["DELIVERED"]
        assert len(cloud.requests()) == 1
        [line] = lines_of(cloud, "not_triggered")
    assert (line.request_id, line.function_urn) == (cause, f"{FUNCTION}:audit:latest")
    assert line.detail["edge"] == f"{kind} trigger"
    assert re.fullmatch(
        r"the event has \d{3},\d{3} bytes, and an asynchronous request takes 262,144",
        str(line.detail["error"]),
    )
    assert str(line.detail["chain"]).startswith(f"{FUNCTION}:orders:latest --success--> ")
    assert str(line.detail["chain"]).endswith(f" --{kind} trigger--> {FUNCTION}:audit:latest")


def test_a_timer_whose_event_is_too_long_is_told() -> None:
    trigger = {"schedule": "3m"}
    with virtual_cloud(world(trigger)) as cloud:
        document = {"name": "t", "schedule_type": "Rate", "schedule": "3m"}
        text = json.dumps({**document, "user_event": "x" * MAX_EVENT})
        cloud.write(lambda c: c.execute("UPDATE fg_triggers SET event_data = ?", (text,)))
        cloud.advance(180)
        [line] = lines_of(cloud, "not_triggered")

    assert (line.request_id, line.detail["edge"]) == ("", "TIMER")
    assert "and an asynchronous request takes 262,144" in str(line.detail["error"])


def test_a_loop_that_ends_because_its_event_grows_shows_its_chain() -> None:
    seed = world(on_success=TARGETS["SMN"])
    seed["functions"][0]["triggers"] = [{"topic": "alerts"}]
    with virtual_cloud(seed) as cloud:
        cloud.invoke("orders", {"text": '"' * 1000})
        cloud.run_until_idle()
        *_, last = cloud.requests()
        [line] = lines_of(cloud, "not_triggered")

    assert line.request_id == last.id
    assert str(line.detail["chain"]).count("--SMN trigger-->") == len(last.trace) // 2 + 1


def test_records_are_handed_on_in_events_that_a_request_has_room_for() -> None:
    records = [NumberedRecord("k" * 200, "QUJD" * 15_000, number) for number in range(9)]

    found = list(batches(records, most=100, most_bytes=None))

    assert [len(each) for each in found] == [4, 4, 1]
    for each in found:
        event = dis_event("records", each)
        assert len(json.dumps(event, separators=(",", ":"))) <= MAX_EVENT


def test_no_record_is_longer_than_a_stream_takes() -> None:
    with virtual_cloud(world(on_success=TARGETS["DIS"])) as cloud:
        cloud.script("orders", returns=1)
        cloud.invoke("orders", "y" * MAX_RECORD)
        cloud.run_until_idle()

        (record,) = cloud.records("records")
        assert json.loads(base64.b64decode(record.data))["request_payload"] == ""
