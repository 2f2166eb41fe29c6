"""A bucket's event notifications: what a PUT may say, what is kept, and what a GET answers.

Rules: OBS API reference, "Configuring Event Notification for a Bucket" (topics); the vendor's OBS
clients (functions, which the reference leaves out).
"""

import json
import sqlite3
from collections.abc import Iterator
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import msgspec
from msgspec.structs import asdict, astuple

from pulumi_functiongraph.emulator.functiongraph.configs import is_topic_urn
from pulumi_functiongraph.emulator.functiongraph.event_data import OBJECT_EVENTS
from pulumi_functiongraph.emulator.functiongraph.names import parse_urn
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.obs import errors
from pulumi_functiongraph.emulator.obs.documents import parse_document
from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.rows import delete, insert, select
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS obs_notifications (
    bucket TEXT PRIMARY KEY REFERENCES obs_buckets ON DELETE CASCADE, document TEXT NOT NULL
);
"""

TOPIC, FUNCTION = "Topic", "FunctionGraph"
KINDS = (TOPIC, FUNCTION, "FunctionStage", "CloudFunction")
"""What a configuration names; the last three are names of one thing in different releases."""

_ROOT = "NotificationConfiguration"
_MOST = 10
"""Configurations of one bucket that this cloud keeps; OBS's own limit is not documented."""


class BucketNotification(msgspec.Struct, frozen=True):
    """One configuration: which events of which objects are told to whom."""

    kind: str
    target: str
    """URN of a topic or a function."""
    id: str = ""
    prefix: str = ""
    suffix: str = ""
    events: tuple[str, ...] = ("ObjectCreated:*",)


def read_notifications(body: bytes) -> tuple[BucketNotification, ...]:
    """Read the body of a PUT; an empty root turns notifications off.

    Raises:
        errors.MALFORMED_XML: it is not XML of this form.
        errors.INVALID_ARGUMENT: a value is not allowed.
    """
    root = parse_document(body)
    if root.tag != _ROOT or len(root) > _MOST:
        raise errors.MALFORMED_XML.error("The XML you provided was not well-formed")
    found = tuple(_notification(each) for each in root)
    for each in found:
        check(each)
    if len({each.id for each in found if each.id}) < sum(bool(each.id) for each in found):
        raise errors.INVALID_ARGUMENT.error("Two configurations have one Id")
    return found


def check(notification: BucketNotification) -> None:
    """Refuse what OBS would not take.

    Raises:
        errors.INVALID_ARGUMENT: naming what it is.
    """
    known = {event.removeprefix("s3:") for event in notification.events}
    if not known or not known <= OBJECT_EVENTS:
        raise errors.INVALID_ARGUMENT.error("Event is not one of the events of objects")
    if not has_target(notification):
        what = "the URN of a topic" if notification.kind == TOPIC else "a function URN"
        raise errors.INVALID_ARGUMENT.error(f"{notification.kind} is not {what}")


def has_target(notification: BucketNotification) -> bool:
    """Whether it names what it tells in the right form."""
    is_target = is_topic_urn if notification.kind == TOPIC else _is_function_urn
    return is_target(notification.target)


def _is_function_urn(text: str) -> bool:
    try:
        parse_urn(text)
    except ServiceError:
        return False
    return text.startswith("urn:fss:")


def put_notifications(
    connection: Connection, bucket: str, notifications: tuple[BucketNotification, ...]
) -> None:
    """Keep a bucket's notifications in place of those that it had."""
    delete(connection, "obs_notifications", bucket=bucket)
    if notifications:
        document = json.dumps([asdict(each) for each in notifications])
        insert(connection, "obs_notifications", bucket, document)


def list_notifications(connection: Connection, bucket: str) -> tuple[BucketNotification, ...]:
    """A bucket's notifications, in the order of their document."""
    kept = select(connection, _notifications, "obs_notifications", bucket=bucket)
    return tuple(each for notifications in kept for each in notifications)


@reads("obs_notifications", column="bucket")
def _notifications(row: sqlite3.Row) -> tuple[BucketNotification, ...]:
    kept = json.loads(row["document"])
    found = tuple(BucketNotification(**{**each, "events": tuple(each["events"])}) for each in kept)
    if not all(
        isinstance(text, str) for each in found for text in (*astuple(each)[:5], *each.events)
    ):
        raise TypeError("not a text")
    return found


def document_of(
    notifications: tuple[BucketNotification, ...], *, namespace: str, holder: str = "Object"
) -> bytes:
    """What a GET answers.

    Args:
        notifications: those of the bucket.
        namespace: of the protocol that is spoken.
        holder: the element around the rules of a filter, which differs with it.
    """
    inside = "".join(line for each in notifications for line in _lines(each, holder))
    text = f'<{_ROOT} xmlns="{namespace}">{inside}</{_ROOT}>'
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()


def _lines(told: BucketNotification, holder: str) -> Iterator[str]:
    yield f"<{told.kind}Configuration>"
    if told.id:
        yield f"<Id>{escape(told.id)}</Id>"
    rules = "".join(
        f"<FilterRule><Name>{name}</Name><Value>{escape(value)}</Value></FilterRule>"
        for name, value in (("prefix", told.prefix), ("suffix", told.suffix))
        if value
    )
    if rules:
        yield f"<Filter><{holder}>{rules}</{holder}></Filter>"
    yield f"<{told.kind}>{escape(told.target)}</{told.kind}>"
    yield from (f"<Event>{event}</Event>" for event in told.events)
    yield f"</{told.kind}Configuration>"


def _notification(element: Element) -> BucketNotification:
    kind = element.tag.removesuffix("Configuration")
    if kind not in KINDS:
        raise errors.MALFORMED_XML.error(f"There is no {element.tag}")
    rules: dict[str, str] = {}
    for rule in element.iterfind("./Filter/*/FilterRule"):
        name = (rule.findtext("Name") or "").strip().lower()
        if name not in {"prefix", "suffix"} or name in rules:
            raise errors.INVALID_ARGUMENT.error("filter rule name must be prefix or suffix, once")
        rules[name] = rule.findtext("Value") or ""
    events = tuple((each.text or "").strip() for each in element.iterfind("Event"))
    target = (element.findtext(kind) or "").strip()
    identifier = (element.findtext("Id") or "").strip()
    return BucketNotification(kind, target, identifier, events=events, **rules)
