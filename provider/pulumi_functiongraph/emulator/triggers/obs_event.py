"""The event of an OBS trigger: what a function receives of a change to an object.

Two forms. "s3", version 2.0: FunctionGraph developer guide, "Supported Event Sources", OBS example
event, and an event of the live service of Open Telekom Cloud, July 2025, in the tests of its
community's FunctionGraph Java runtime (`eventSource`, `responseElements`, `s3SchemaVersion` and
`versionId` are from there). "obs", version 3.0: OBS user guide of Huawei Cloud, "Event
Notifications", message structure.
"""

from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote_plus

import msgspec

from pulumi_functiongraph.emulator.http.exchange import JsonObject

Form = Literal["s3", "obs"]
REMOVED = "ObjectRemoved:"
SEQUENCER_DIGITS = 32
"""Hexadecimal; as in the event that was seen."""


class ObjectChange(msgspec.Struct, frozen=True):
    """A change to an object that a trigger or a notification of its bucket listens to."""

    event_name: str
    """Such as `ObjectCreated:Put`, with or without the `s3:` of the configuration."""
    bucket: str
    key: str
    size: int
    """Bytes."""
    etag: str
    """Without quotes."""
    region: str
    happened_at: datetime
    user_id: str
    """Of the account whose user did it."""
    owner_id: str
    """Of the bucket's account."""
    request_id: str
    configuration_id: str
    """Of the trigger, or the `Id` of the bucket's notification."""
    sequence: int
    """Grows with each change of a key."""
    version_id: str = "null"
    source_ip: str = "127.0.0.1"
    id_2: str = ""
    """What OBS calls `x-obs-id-2`, for its support."""


def obs_event(change: ObjectChange, *, form: Form = "s3") -> JsonObject:
    """The event, with its one record."""
    return {"Records": [_s3_record(change) if form == "s3" else _obs_record(change)]}


def _s3_record(change: ObjectChange) -> JsonObject:
    return {
        "eventVersion": "2.0",
        "eventSource": "aws:s3",
        "awsRegion": change.region,
        "eventTime": _time(change),
        "eventName": _name(change),
        "userIdentity": {"principalId": change.user_id},
        "requestParameters": {"sourceIPAddress": change.source_ip},
        "responseElements": {"x-amz-request-id": change.request_id, "x-amz-id-2": change.id_2},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": change.configuration_id,
            "bucket": {
                "name": change.bucket,
                "ownerIdentity": {"PrincipalId": change.owner_id},
                "arn": f"arn:aws:s3:::{change.bucket}",
            },
            "object": _object(change),
        },
    }


def _obs_record(change: ObjectChange) -> JsonObject:
    return {
        "eventVersion": "3.0",
        "eventSource": "OBS",
        "eventRegion": change.region,
        "eventTime": _time(change),
        "eventName": _name(change),
        "userIdentity": {"ID": change.user_id},
        "requestParameters": {"sourceIPAddress": change.source_ip},
        "responseElements": {"x-obs-request-id": change.request_id, "x-obs-id-2": change.id_2},
        "obs": {
            "Version": "1.0",
            "configurationId": change.configuration_id,
            "bucket": {
                "name": change.bucket,
                "ownerIdentity": {"ID": change.owner_id},
                "bucket": change.bucket,
            },
            "object": _object(change),
        },
    }


def _object(change: ObjectChange) -> JsonObject:
    """The key is URL-encoded, slashes too. That a removed object has no content told is ours."""
    content: JsonObject = {"eTag": change.etag, "size": change.size}
    return {
        "key": quote_plus(change.key),
        **({} if _name(change).startswith(REMOVED) else content),
        "versionId": change.version_id,
        "sequencer": f"{change.sequence:0{SEQUENCER_DIGITS}X}",
    }


def _name(change: ObjectChange) -> str:
    return change.event_name.removeprefix("s3:")


def _time(change: ObjectChange) -> str:
    moment = change.happened_at.astimezone(UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='milliseconds')}Z"
