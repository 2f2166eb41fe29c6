"""What the `event_data` of a trigger may be, by the type of trigger.

Rules: FunctionGraph API reference, "Creating a Trigger", Tables 3 and 4, and "Trigger Management
Models", Tables 2 to 7. Where they are silent, docs/conformance.md says what was chosen.
"""

from types import MappingProxyType

from pulumi_functiongraph.emulator.functiongraph import checks, errors
from pulumi_functiongraph.emulator.functiongraph.configs import (
    is_bucket,
    is_stream,
    is_topic_urn,
)
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.triggers.cron import ScheduleError
from pulumi_functiongraph.emulator.triggers.schedule import read_schedule

TIMER = "TIMER"
"""Type of a trigger that fires by time."""

OBJECT_EVENTS = frozenset(
    {
        "ObjectCreated:*",
        "ObjectCreated:Put",
        "ObjectCreated:Post",
        "ObjectCreated:Copy",
        "ObjectCreated:CompleteMultipartUpload",
        "ObjectRemoved:*",
        "ObjectRemoved:Delete",
        "ObjectRemoved:DeleteMarkerCreated",
    }
)
"""What an OBS trigger listens to, with "s3:" before it, and a bucket's notification, with it or
without; API reference, "Trigger Management Models", Table 5."""

FIRST_RECORD, LATEST_RECORD = "TRIM_HORIZON", "LATEST"
"""Where a DIS trigger begins to read; huaweicloudsdkfunctiongraph, `sharditerator_type`."""
BATCH, MAX_BATCH = 100, 10_000
"""Records of an event; huaweicloudsdkfunctiongraph, `batch_size`, and AOS, "FGS.DisEventMap"."""
MAX_FETCH = 1 << 31
"""Bytes of `max_fetch_bytes`; ours."""

SCHEDULE_TYPES = frozenset({"Rate", "Cron"})


def _check_obs(event_data: JsonObject) -> None:
    require("bucket must be a bucket's name", met=is_bucket(event_data.get("bucket")))
    events = event_data.get("events")
    known = isinstance(events, list) and all(
        isinstance(event, str)
        and event.startswith("s3:")
        and event.removeprefix("s3:") in OBJECT_EVENTS
        for event in events
    )
    require("events must be a list of OBS events", met=bool(events) and known)
    for name in ("prefix", "suffix", "name"):
        checks.read_text(event_data, name)


def _check_smn(event_data: JsonObject) -> None:
    require("topic_urn must be a topic's URN", met=is_topic_urn(event_data.get("topic_urn")))


def _check_dis(event_data: JsonObject) -> None:
    require("stream_name must be a stream's name", met=is_stream(event_data.get("stream_name")))
    checks.read_integer(event_data, "batch_size", low=1, high=MAX_BATCH)
    checks.read_integer(event_data, "max_fetch_bytes", low=1, high=MAX_FETCH)
    place = checks.read_text(event_data, "sharditerator_type") or LATEST_RECORD
    known = place in {LATEST_RECORD, FIRST_RECORD}
    require(f"sharditerator_type must be {FIRST_RECORD} or {LATEST_RECORD}", met=known)


def _check_timer(event_data: JsonObject) -> None:
    for name in ("name", "schedule"):
        require(f"{name} is required", met=bool(checks.read_text(event_data, name)))
    known = checks.read_text(event_data, "schedule_type") in SCHEDULE_TYPES
    require("schedule_type must be Rate or Cron", met=known)
    checks.read_text(event_data, "user_event")


def check_schedule(event_data: JsonObject) -> None:
    """Refuse a schedule of a timer that is none; an older release may have kept one.

    Raises:
        errors.INVALID_PARAMETER: it is none.
    """
    try:
        read_schedule(str(event_data["schedule_type"]), str(event_data["schedule"]))
    except ScheduleError as error:
        require(f"schedule: {error}", met=False)


def require(rule: str, *, met: bool) -> None:
    """Refuse what does not meet a rule.

    Raises:
        errors.INVALID_PARAMETER: it is not met.
    """
    if not met:
        raise errors.INVALID_PARAMETER.error(f"Invalid parameter: {rule}")


CHECKS = MappingProxyType(
    {"DIS": _check_dis, "OBS": _check_obs, "SMN": _check_smn, TIMER: _check_timer}
)
"""By type of trigger; each raises errors.INVALID_PARAMETER."""
