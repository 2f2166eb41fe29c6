"""What clients of SMN, OBS and DIS set off by their calls."""

import json
from typing import Any

import pytest

from pulumi_functiongraph.emulator.invocations.queue import Request, list_requests
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
