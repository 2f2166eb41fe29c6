"""Triggers as the FunctionGraph API writes them.

Sources: FunctionGraph API reference, "Querying All Triggers of a Function", Tables 4 and 5, and
"Trigger Management Models", Tables 2, 3 and 5; huaweicloudsdkfunctiongraph, model
TriggerEventDataResponseBody (``stream_name`` of a DIS trigger).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from pulumi_functiongraph.cloud.reading import Fields, objects
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Stream, Topic
from pulumi_functiongraph.core.triggers import Source, Trigger

_DISABLED = "DISABLED"

_REMOVALS = frozenset({"objectremoved", "delete", "deletemarkercreated"})
"""OBS events of deletion; "Creating a Trigger", Table 4, writes them without "s3:…:"."""


def triggers(content: object, *, of: FunctionUrn) -> tuple[Trigger, ...]:
    """What triggers a version or an alias, given the answer about it; the answer is a bare list.

    An item does not say which version or alias it is of. One that is disabled, of another type, or
    whose event data names nothing is left out, so that one odd trigger never hides the others.
    """
    return tuple(trigger for each in objects(content, at="triggers") for trigger in _one(each, of))


def _one(fields: Fields, of: FunctionUrn) -> Iterator[Trigger]:
    if fields.optional("trigger_status").upper() == _DISABLED:
        return
    kind = fields.optional("trigger_type_code").upper()
    event_data = _event_data(fields.values.get("event_data"))
    try:
        source = _source(kind, event_data)
    except ValidationError:
        return
    if source is not None:
        suffix = event_data.optional("suffix") if isinstance(source, Bucket) else ""
        yield Trigger(source, of, suffix)


def _source(kind: str, event_data: Fields) -> Source | None:
    match kind:
        case "SMN":
            return Topic.model_validate({"topic_urn": event_data.values.get("topic_urn")})
        case "DIS":
            return Stream.model_validate({"stream_name": event_data.values.get("stream_name")})
        case "OBS" if not _only_removals(event_data.values.get("events")):
            names = {"bucket": event_data.values.get("bucket")}
            return Bucket.model_validate({**names, "prefix": event_data.optional("prefix")})
    return None


def _only_removals(events: object) -> bool:
    """Whether a trigger listens to deletions alone, which writing an object never causes."""
    if not isinstance(events, list) or not events:
        return False
    return all(isinstance(event, str) and _is_removal(event) for event in events)


def _is_removal(event: str) -> bool:
    """Of ``s3:ObjectRemoved:Delete``, ``ObjectRemoved`` and ``Delete`` alike."""
    parts = [part for part in event.lower().split(":") if part != "s3"]
    return bool(parts) and parts[0] in _REMOVALS


def _event_data(value: object) -> Fields:
    """The fields, also where they are JSON in a text; none where they are anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    return Fields(value if isinstance(value, Mapping) else {})
