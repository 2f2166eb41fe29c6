"""Triggers as the FunctionGraph API writes them.

Sources: FunctionGraph API reference, "Querying All Triggers of a Function", Tables 4 and 5, and
"Trigger Management Models", Tables 2, 3 and 5; huaweicloudsdkfunctiongraph, model
TriggerEventDataResponseBody (``stream_name`` of a DIS trigger, ``source_name`` of EventGrid's).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from pydantic import ValidationError

from pulumi_functiongraph.cloud.http.json_fields import JsonFields, objects
from pulumi_functiongraph.cloud.services.object_events import are_removals, event_names
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Stream, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Source, Unfollowed

_DISABLED = "DISABLED"

_SOURCES: Mapping[str, type[Source]] = {"SMN": Topic, "OBS": Bucket, "DIS": Stream}
"""By type, what such a trigger listens to."""

ELSEWHERE = frozenset(
    {
        "APIC",
        "APIG",
        "CTS",
        "DDS",
        "DEDICATEDGATEWAY",
        "DMS",
        "GAUSSMONGO",
        "IOTDA",
        "KAFKA",
        "LTS",
        "OPENSOURCEKAFKA",
        "RABBITMQ",
        "ROCKETMQ",
        "TIMER",
    }
)
"""Types that listen to something that no notification is written to. What leads there in the end
(an HTTP subscriber of a topic, a queue) is not known where it leaves the topic."""

ListedTrigger: TypeAlias = FunctionTrigger | Unfollowed


def triggers(content: object, *, of: FunctionUrn) -> tuple[ListedTrigger, ...]:
    """What triggers a version or an alias, given the answer about it; the answer is a bare list.

    An item does not say which version or alias it is of. One that is disabled, or of a type that no
    notification reaches, is left out. One whose source is not known (another type, such as
    EVENTGRID, or odd event data) is reported as such, so that it never hides the others.
    """
    return tuple(found for each in objects(content, at="triggers") for found in _one(each, of))


def _one(fields: JsonFields, of: FunctionUrn) -> Iterator[ListedTrigger]:
    kind = fields.optional("trigger_type_code").upper()
    if fields.optional("trigger_status").upper() == _DISABLED or kind in ELSEWHERE:
        return
    listens_to = _SOURCES.get(kind)
    if listens_to is None:
        named = kind if kind.isalnum() else "an unknown type"
        yield Unfollowed(f"what the trigger of type {named} of {of} listens to is not known")
        return
    event_data = _event_data(fields.values.get("event_data"))
    events = _events(event_data) if listens_to is Bucket else ()
    if are_removals(events):
        return
    try:
        source = _source(listens_to, event_data)
    except ValidationError:
        yield Unfollowed(f"an {kind} trigger of {of} does not say what it listens to", listens_to)
        return
    suffix = event_data.optional("suffix") if isinstance(source, Bucket) else ""
    yield FunctionTrigger(source, of, suffix, event_names(events))


def _source(listens_to: type[Source], event_data: JsonFields) -> Source:
    if listens_to is Topic:
        return Topic.model_validate({"topic_urn": event_data.values.get("topic_urn")})
    if listens_to is Stream:
        return Stream.model_validate({"stream_name": event_data.values.get("stream_name")})
    names = {"bucket": event_data.values.get("bucket")}
    return Bucket.model_validate({**names, "prefix": event_data.optional("prefix")})


def _events(event_data: JsonFields) -> tuple[str, ...]:
    """The events that are listed; none where one of them is no text, which may be any event."""
    listed = event_data.values.get("events")
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        return ()
    return tuple(listed)


def _event_data(value: object) -> JsonFields:
    """The fields, also where they are JSON in a text; none where they are anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    return JsonFields(value if isinstance(value, Mapping) else {})
