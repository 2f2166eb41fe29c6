"""What triggers hand to functions, against the documented examples."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from factories import TOPIC, URN
from pulumi_functiongraph.emulator.regions import zone_of
from pulumi_functiongraph.emulator.smn.models import Message
from pulumi_functiongraph.emulator.triggers.dis_event import (
    NumberedRecord,
    dis_event,
)
from pulumi_functiongraph.emulator.triggers.obs_event import ObjectChange, obs_event
from pulumi_functiongraph.emulator.triggers.smn_event import smn_event
from pulumi_functiongraph.emulator.triggers.timer_event import timer_event

NOON_IN_CHINA = datetime(2017, 11, 15, 4, tzinfo=UTC)
MESSAGE = Message(
    "a51671f77d4a479cacb09e2cd591a983",
    TOPIC,
    "this is smn message subject",
    "this is smn message content",
    NOON_IN_CHINA,
)
UPLOAD = ObjectChange(
    event_name="s3:ObjectCreated:Put",
    bucket="api-demo",
    key="trace-cloud-source/cts-trace-map-250728-114729.png",
    size=823_596,
    etag="66dc38ecce603a2dc91abac2992a5f15",
    region="eu-de",
    happened_at=datetime(2025, 7, 28, 9, 47, 50, 352_900, tzinfo=UTC),
    user_id="6666bbeb419a4b75a63b967c5c46a412",
    owner_id="e51dfca1c18747919f6c16af2721f35d",
    request_id="00000198506E6AD14819AE201F9E29C6",
    configuration_id="3006c412-f42f-403d-b0e7-a7c2a25cbc96",
    sequence=0x198506E6B5B60E6B30000000,
    source_ip="100.79.45.53",
    id_2="kPl5Me84NYwe",
)


def record_of(change: ObjectChange, form: Any = "s3") -> dict[str, Any]:
    event: Any = obs_event(change, form=form)
    (record,) = event["Records"]
    return dict(record)


def test_a_message_reaches_a_function_as_in_the_guides() -> None:
    assert smn_event(
        MESSAGE,
        function_urn=URN,
        function_name="test",
        request_id="7c307f6a-cf68-4e65-8be0-4c77405a1b2c",
        zone=zone_of("cn-north-4"),
    ) == {
        "record": [
            {
                "event_version": "1.0",
                "smn": {
                    "topic_urn": TOPIC,
                    "timestamp": "2017-11-15T04:00:00Z",
                    "message_attributes": None,
                    "message": "this is smn message content",
                    "type": "notification",
                    "message_id": "a51671f77d4a479cacb09e2cd591a983",
                    "subject": "this is smn message subject",
                },
                "event_subscription_urn": URN,
                "event_source": "smn",
            }
        ],
        "functionname": "test",
        "requestId": "7c307f6a-cf68-4e65-8be0-4c77405a1b2c",
        "timestamp": "Wed Nov 15 2017 12:00:00 GMT+0800 (CST)",
    }


def test_an_upload_reaches_a_function_as_on_open_telekom_cloud() -> None:
    assert json.dumps(record_of(UPLOAD)) == json.dumps(
        {
            "eventVersion": "2.0",
            "eventSource": "aws:s3",
            "awsRegion": "eu-de",
            "eventTime": "2025-07-28T09:47:50.352Z",
            "eventName": "ObjectCreated:Put",
            "userIdentity": {"principalId": "6666bbeb419a4b75a63b967c5c46a412"},
            "requestParameters": {"sourceIPAddress": "100.79.45.53"},
            "responseElements": {
                "x-amz-request-id": "00000198506E6AD14819AE201F9E29C6",
                "x-amz-id-2": "kPl5Me84NYwe",
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "3006c412-f42f-403d-b0e7-a7c2a25cbc96",
                "bucket": {
                    "name": "api-demo",
                    "ownerIdentity": {"PrincipalId": "e51dfca1c18747919f6c16af2721f35d"},
                    "arn": "arn:aws:s3:::api-demo",
                },
                "object": {
                    "key": "trace-cloud-source%2Fcts-trace-map-250728-114729.png",
                    "eTag": "66dc38ecce603a2dc91abac2992a5f15",
                    "size": 823_596,
                    "versionId": "null",
                    "sequencer": "00000000198506E6B5B60E6B30000000",
                },
            },
        }
    )


def test_an_upload_can_have_the_form_of_huawei_clouds_guide() -> None:
    record = record_of(UPLOAD, "obs")

    assert record["eventVersion"] == "3.0"
    assert record["eventSource"] == "OBS"
    assert record["eventRegion"] == "eu-de"
    assert record["userIdentity"] == {"ID": UPLOAD.user_id}
    assert record["responseElements"] == {
        "x-obs-request-id": UPLOAD.request_id,
        "x-obs-id-2": UPLOAD.id_2,
    }
    assert record["obs"] == {
        "Version": "1.0",
        "configurationId": UPLOAD.configuration_id,
        "bucket": {
            "name": "api-demo",
            "ownerIdentity": {"ID": UPLOAD.owner_id},
            "bucket": "api-demo",
        },
        "object": record_of(UPLOAD)["s3"]["object"],
    }


def test_a_removal_has_neither_size_nor_etag() -> None:
    removed = replace(UPLOAD, event_name="ObjectRemoved:Delete")

    assert record_of(removed)["s3"]["object"].keys() == {"key", "versionId", "sequencer"}


@pytest.mark.parametrize(
    ("key", "encoded"),
    [
        ("TEST/中 文.jpg", "TEST%2F%E4%B8%AD+%E6%96%87.jpg"),
        ("/a+b", "%2Fa%2Bb"),
    ],
)
def test_keys_are_url_encoded(key: str, encoded: str) -> None:
    assert record_of(replace(UPLOAD, key=key))["s3"]["object"]["key"] == encoded


@given(st.text())
def test_an_encoded_key_can_be_read_back(key: str) -> None:
    encoded = record_of(replace(UPLOAD, key=key))["s3"]["object"]["key"]

    assert unquote_plus(encoded) == key


@given(st.integers(0, 2**80), st.integers(1, 2**40))
def test_a_later_change_has_the_larger_sequencer(sequence: int, more: int) -> None:
    first, second = (
        record_of(replace(UPLOAD, sequence=each))["s3"]["object"]["sequencer"]
        for each in (sequence, sequence + more)
    )

    assert first < second


def test_records_reach_a_function_as_in_the_template() -> None:
    records = (NumberedRecord("k", "d2VsY29tZQ==", 0), NumberedRecord("k", "dXNpbmc=", 1))

    event: Any = dis_event("events", records)

    cursor = event["Message"].pop("next_partition_cursor")
    assert event == {
        "ShardID": "shardId-0000000000",
        "Message": {
            "records": [
                {"partition_key": "k", "data": "d2VsY29tZQ==", "sequence_number": "0"},
                {"partition_key": "k", "data": "dXNpbmc=", "sequence_number": "1"},
            ],
            "millis_behind_latest": "",
        },
        "Tag": "latest",
        "StreamName": "events",
    }
    read = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4)))
    assert read["starting-sequence-number"] == "2"


def test_a_timer_tells_its_name_and_time_and_hands_on_what_the_trigger_has() -> None:
    due = datetime(2023, 6, 1, 0, 30, tzinfo=UTC)

    event = timer_event(
        "Timer_001", due_at=due, user_event="User Event", zone=zone_of("cn-north-4")
    )

    assert event == {
        "version": "v1.0",
        "time": "2023-06-01T08:30:00+08:00",
        "trigger_type": "TIMER",
        "trigger_name": "Timer_001",
        "user_event": "User Event",
    }
    assert timer_event("t", due_at=due)["time"] == "2023-06-01T00:30:00+00:00"
