"""What clients of SMN, OBS and DIS set off by their calls."""

import base64
import json
from typing import Any

import pytest

from pulumi_functiongraph.emulator.invocations.queue import list_requests
from pulumi_functiongraph.emulator.invocations.request import Request
from unit.emulator.client import PROJECT, CloudClient
from unit.emulator.obs_calls import obs
from unit.emulator.trigger_calls import OBS, TIMER, TOPIC, TOPICS, add, triggers


def requests(client: CloudClient) -> list[Request]:
    return client.cloud.store.read(list_requests)


def test_a_published_message_invokes_the_functions_of_its_topic(huawei: CloudClient) -> None:
    add(huawei, "SMN", {"topic_urn": TOPIC})

    answer = huawei.call("POST", f"{TOPICS}/{TOPIC}/publish", {"message": "hi", "subject": "s"})

    (request,) = requests(huawei)
    (record,) = json.loads(request.payload)["record"]
    assert answer.status_code == 200
    assert record["smn"]["message_id"] == answer.json()["message_id"]
    assert (request.source, request.parent) == ("SMN", "")


def test_an_uploaded_and_a_deleted_object_invoke_the_functions_of_their_bucket(
    huawei: CloudClient,
) -> None:
    events = ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"]
    created = add(huawei, "OBS", {"bucket": "order-failures", "events": events}).json()

    put = obs(huawei, "PUT", "/order-failures/a.json", b"12")
    assert obs(huawei, "DELETE", "/order-failures/a.json").status_code == 204

    first, second = (json.loads(each.payload)["Records"][0] for each in requests(huawei))
    assert first["responseElements"]["x-amz-request-id"] == put.headers["x-obs-request-id"]
    assert first["s3"]["configurationId"] == created["trigger_id"]
    assert first["s3"]["object"]["eTag"] == put.headers["etag"].strip('"')
    assert (first["eventName"], second["eventName"]) == (
        "ObjectCreated:Put",
        "ObjectRemoved:Delete",
    )


def test_a_request_that_obs_refuses_fires_nothing(huawei: CloudClient) -> None:
    add(huawei, "OBS", {**OBS, "bucket": "order-failures", "prefix": "", "suffix": ""})

    assert obs(huawei, "PUT", "/nowhere/a.json", b"1").status_code == 404
    assert obs(huawei, "GET", "/order-failures/a.json").status_code == 404
    assert requests(huawei) == []


def send_records(huawei: CloudClient, *contents: bytes) -> None:
    listed = [{"data": base64.b64encode(each).decode()} for each in contents]
    body = {"stream_name": "order-stream", "records": listed}
    assert huawei.call("POST", f"/v2/{PROJECT}/records", body).json()["failed_record_count"] == 0


def batches(huawei: CloudClient) -> list[list[bytes]]:
    """The contents of the records of each event."""
    events = [json.loads(each.payload)["Message"]["records"] for each in requests(huawei)]
    return [[base64.b64decode(each["data"]) for each in records] for records in events]


@pytest.mark.parametrize(
    ("settings", "sizes"),
    [
        ({}, [100, 20]),
        ({"batch_size": 50}, [50, 50, 20]),
        ({"batch_size": 120}, [120]),
        ({"batch_size": 50, "max_fetch_bytes": 60}, [30, 30, 30, 30]),
        ({"max_fetch_bytes": 1}, [1] * 120),
    ],
)
def test_an_event_holds_as_many_records_as_the_trigger_says(
    huawei: CloudClient, settings: dict[str, int], sizes: list[int]
) -> None:
    add(huawei, "DIS", {"stream_name": "order-stream", **settings})

    send_records(huawei, *(b"%02d" % (number % 100) for number in range(120)))

    found = batches(huawei)
    assert [len(each) for each in found] == sizes
    assert [each for batch in found for each in batch] == [
        b"%02d" % (number % 100) for number in range(120)
    ]
    numbers = [
        int(record["sequence_number"])
        for request in requests(huawei)
        for record in json.loads(request.payload)["Message"]["records"]
    ]
    assert numbers == list(range(120))


def test_a_trigger_may_begin_with_what_is_in_the_stream(huawei: CloudClient) -> None:
    send_records(huawei, b"a", b"b", b"c")
    add(huawei, "DIS", {"stream_name": "order-stream", "sharditerator_type": "LATEST"})
    assert batches(huawei) == []

    place = {"stream_name": "order-stream", "sharditerator_type": "TRIM_HORIZON", "batch_size": 2}
    add(huawei, "DIS", place)

    assert batches(huawei) == [[b"a", b"b"], [b"c"]]
    assert requests(huawei)[0].trace[0].urn == f"dis://cn-north-4/{PROJECT}/order-stream"


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 0},
        {"batch_size": 10_001},
        {"batch_size": "10"},
        {"max_fetch_bytes": 0},
        {"sharditerator_type": "AT_SEQUENCE_NUMBER"},
    ],
)
def test_settings_of_a_stream_that_the_documents_do_not_allow_are_refused(
    huawei: CloudClient, settings: dict[str, Any]
) -> None:
    answer = add(huawei, "DIS", {"stream_name": "order-stream", **settings})

    assert answer.status_code == 400
    assert next(iter(settings)) in answer.json()["error_msg"]


def test_sent_records_invoke_the_functions_of_their_stream_in_one_event(
    huawei: CloudClient,
) -> None:
    add(huawei, "DIS", {"stream_name": "order-stream"})
    records = [{"data": "YQ==", "partition_key": "k"}, {"data": "?"}, {"data": "Yg=="}]

    def send(listed: list[dict[str, str]]) -> Any:
        body = {"stream_name": "order-stream", "records": listed}
        return huawei.call("POST", f"/v2/{PROJECT}/records", body).json()

    assert send(records)["failed_record_count"] == 1
    assert send([{"data": "?"}])["failed_record_count"] == 1
    (request,) = requests(huawei)

    message = json.loads(request.payload)["Message"]
    assert [each["data"] for each in message["records"]] == ["YQ==", "Yg=="]
    assert request.trace[0].urn == f"dis://cn-north-4/{PROJECT}/order-stream"


@pytest.mark.parametrize(
    ("schedule_type", "schedule"),
    [("Rate", "61m"), ("Rate", "3"), ("Cron", "@daily"), ("Cron", "* * *"), ("Cron", "@every 0s")],
)
def test_a_schedule_that_the_documents_do_not_allow_is_refused(
    huawei: CloudClient, schedule_type: str, schedule: str
) -> None:
    wrong = {**TIMER, "schedule_type": schedule_type, "schedule": schedule}
    refused = add(huawei, "TIMER", wrong)

    assert (refused.status_code, refused.json()["error_code"]) == (400, "FSS.0400")
    assert "schedule: " in refused.json()["error_msg"]
    assert triggers(huawei, "GET").json() == []


def test_a_timer_is_disabled_and_changed(huawei: CloudClient) -> None:
    created = add(huawei, "TIMER", TIMER).json()
    one = f"latest/TIMER/{created['trigger_id']}"

    disabled = triggers(huawei, "PUT", one, {"trigger_status": "DISABLED"})
    changed = triggers(huawei, "PUT", one, {"event_data": {"schedule": "5m"}})
    refused = triggers(huawei, "PUT", one, {"event_data": {"schedule": "5"}})

    assert (disabled.status_code, disabled.json()["event_data"]) == (200, TIMER)
    assert changed.json()["event_data"] == {**TIMER, "schedule": "5m"}
    assert changed.json()["trigger_status"] == "DISABLED"
    assert refused.status_code == 400
    assert triggers(huawei, "GET", one).json() == changed.json()


def test_other_triggers_cannot_be_changed(huawei: CloudClient) -> None:
    created = add(huawei, "OBS", OBS).json()
    one = f"latest/OBS/{created['trigger_id']}"

    refused = triggers(huawei, "PUT", one, {"event_data": {"prefix": "other/"}})

    assert (refused.status_code, refused.json()["error_code"]) == (400, "FSS.0400")
