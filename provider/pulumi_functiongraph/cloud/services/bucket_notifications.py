"""A bucket's event notifications as OBS writes them.

Sources: OBS API reference, "Configuring Event Notification for a Bucket" and "Obtaining the Event
Notification Configuration of a Bucket" (TopicConfiguration); the vendor's OBS clients
(FunctionGraphConfiguration of the Python, Java and Node.js ones, FunctionStageConfiguration of
huaweicloudsdkobs). Their older releases and S3 write CloudFunctionConfiguration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias
from xml.etree.ElementTree import Element

from pydantic import ValidationError

from pulumi_functiongraph.cloud.http.json_fields import Misread
from pulumi_functiongraph.cloud.http.xml_fields import element_of
from pulumi_functiongraph.cloud.services.object_events import are_removals, event_names
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Publication, Unfollowed

_TOPIC = "TopicConfiguration"
_FUNCTIONS = {
    "FunctionGraphConfiguration": "FunctionGraph",
    "FunctionStageConfiguration": "FunctionStage",
    "CloudFunctionConfiguration": "CloudFunction",
}
"""By element, the one within it that names the function."""

Told: TypeAlias = Publication | FunctionTrigger | Unfollowed


def bucket_notifications(body: bytes, *, bucket: str) -> tuple[Told, ...]:
    """What a bucket publishes to and invokes, in the order of the document.

    Deletions alone are left out, because no notification deletes an object. A configuration that
    is not understood is reported as such.

    Raises:
        Misread: the answer is none about notifications.
    """
    root = element_of(body)
    if root.tag != "NotificationConfiguration":
        raise Misread("the answer", "is no NotificationConfiguration")
    return tuple(_told(root, bucket))


def _told(root: Element, bucket: str) -> Iterator[Told]:
    for each in root:
        yield from _one(each, bucket)
    if any((text or "").strip() for text in (root.text, *(each.tail for each in root))):
        yield Unfollowed("the bucket's notifications have a text that no document explains", Bucket)


def _one(element: Element, bucket: str) -> Iterator[Told]:
    events = [event.strip() for event in _texts(element, "Event") if event.strip()]
    if are_removals(events):
        return
    name = _TOPIC if element.tag == _TOPIC else _FUNCTIONS.get(element.tag, "")
    source = Bucket(bucket=bucket, prefix=_rule(element, "prefix"))
    beside = (_rule(element, "suffix"), event_names(events))
    target = "Topic" if element.tag == _TOPIC else name
    if target and not _is_understood(element, target):
        yield Unfollowed(f"where else the bucket's {element.tag} leads is not known", Bucket)
    try:
        if element.tag == _TOPIC:
            yield Publication(source, Topic(topic_urn=_text(element, "Topic")), *beside)
            return
        if name:
            yield FunctionTrigger(source, FunctionUrn.parse(_text(element, name)), *beside)
            return
    except (ValidationError, InvalidInput):
        pass
    yield Unfollowed(f"where the bucket's {element.tag[:60]} leads is not known", Bucket)


def _is_understood(element: Element, target: str) -> bool:
    """Whether there is nothing in a configuration but what is documented, its target once."""
    tags = [each.tag for each in element]
    texts = (element.text, *(each.tail for each in element))
    return (
        {*tags} <= {"Id", "Filter", "Event", target}
        and tags.count(target) <= 1
        and not any((text or "").strip() for text in texts)
    )


def _rule(element: Element, name: str) -> str:
    """The value of a filter; none of the kind means every object."""
    for rule in element.iterfind("./Filter/*/FilterRule"):
        if _text(rule, "Name").lower() == name:
            return _text(rule, "Value")
    return ""


def _text(element: Element, tag: str) -> str:
    return next((text for text in _texts(element, tag)), "")


def _texts(element: Element, tag: str) -> Iterator[str]:
    """The texts of the elements of a name; keys may begin or end with a space."""
    return (each.text or "" for each in element.iterfind(tag))
