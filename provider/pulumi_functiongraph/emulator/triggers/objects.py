"""Changes to objects as triggers and bucket notifications hear of them."""

import json
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.emulator.functiongraph.triggers import list_listeners
from pulumi_functiongraph.emulator.invocations.request import Intake
from pulumi_functiongraph.emulator.invocations.trace import Hop, Trace
from pulumi_functiongraph.emulator.obs import notifications
from pulumi_functiongraph.emulator.obs.buckets import find_bucket
from pulumi_functiongraph.emulator.obs.changes import ObjectEvent, next_sequence
from pulumi_functiongraph.emulator.obs.notifications import BucketNotification
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.smn import publishing
from pulumi_functiongraph.emulator.state.store import Connection
from pulumi_functiongraph.emulator.triggers.firing import Occasion, fire, tell_lost, urn_of
from pulumi_functiongraph.emulator.triggers.obs_event import ObjectChange, obs_event

TRIGGER, NOTIFICATION = "OBS trigger", "bucket notification"
"""How a bucket leads to a function, or to a topic."""

SUBJECT = "OBS event notification"
"""Of messages to topics; ours: no document tells it."""


class Writer(msgspec.Struct, frozen=True):
    """Who changed objects, and how it came to that."""

    user_id: str
    """Of the account; the bucket's owner is taken to be the same (ours)."""
    request_id: str
    """Of the request to OBS."""
    way: Trace = ()
    """How the event came to the bucket, without it."""
    edge: str = ""
    """How the last step of that way leads to the bucket."""
    parent: str = ""
    """Id of the request whose notification was written; empty for others."""


def tell(
    connection: Connection,
    bucket: str,
    events: Iterable[ObjectEvent],
    writer: Writer,
    intake: Intake,
) -> None:
    """Fire the OBS triggers and the notifications of a bucket, in the transaction of the change."""
    found = find_bucket(connection, bucket)
    listeners = list_listeners(connection, "OBS", "bucket", bucket)
    told = notifications.list_notifications(connection, bucket)
    if found is None or not (listeners or told):
        return
    for event in events:
        change = ObjectChange(
            event_name=event.name,
            bucket=bucket,
            key=event.key,
            size=event.size,
            etag=event.etag,
            region=found.region,
            happened_at=intake.now,
            user_id=writer.user_id,
            owner_id=writer.user_id,
            request_id=writer.request_id,
            configuration_id="",
            sequence=next_sequence(connection),
            version_id=event.version_id,
        )
        way = (*writer.way, Hop(writer.edge, f"obs://{bucket}/{event.key}"))
        for listener in listeners:
            data = listener.trigger.event_data
            names = data.get("events")
            listens = event.is_one_of(names if isinstance(names, list) else ())
            if listens and _fits(event.key, data.get("prefix"), data.get("suffix")):
                told_change = replace(change, configuration_id=listener.trigger.id)
                _invoke(
                    connection,
                    urn_of(connection, listener),
                    Occasion("OBS", TRIGGER, way, writer.parent),
                    told_change,
                    intake,
                )
        for each in told:
            if event.is_one_of(each.events) and _fits(event.key, each.prefix, each.suffix):
                told_change = replace(change, configuration_id=each.id)
                _notify(connection, each, told_change, way, writer.parent, intake)


def _fits(key: str, prefix: object, suffix: object) -> bool:
    return key.startswith(str(prefix or "")) and key.endswith(str(suffix or ""))


def _invoke(
    connection: Connection, urn: str, occasion: Occasion, change: ObjectChange, intake: Intake
) -> None:
    fire(connection, urn, occasion, lambda _: obs_event(change), intake)


def _notify(  # one argument a fact
    connection: Connection,
    notification: BucketNotification,
    change: ObjectChange,
    way: Trace,
    parent: str,
    intake: Intake,
) -> None:
    """Carry out a bucket's own notification."""
    target = notification.target
    occasion = Occasion("OBS", NOTIFICATION, way, parent)
    if notification.kind != notifications.TOPIC:
        _invoke(connection, target, occasion, change, intake)
        return
    if smn.find_topic(connection, target) is None:
        tell_lost(connection, target, occasion, f"there is no topic {target}", intake)
        return
    text = json.dumps(obs_event(change, form="obs"), ensure_ascii=False, separators=(",", ":"))
    message = smn.Message(intake.new_id(), target, SUBJECT, text, intake.now)
    way = (*way, Hop(NOTIFICATION, target))
    publishing.publish(connection, message, way, parent, intake)
