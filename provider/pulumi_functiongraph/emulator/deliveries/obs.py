"""To an OBS bucket: an object, whose content is the event."""

import json

from pulumi_functiongraph.emulator.deliveries.notification import Notification
from pulumi_functiongraph.emulator.obs.addressing import Address
from pulumi_functiongraph.emulator.obs.buckets import EXPIRES
from pulumi_functiongraph.emulator.obs.exchange import S3Request


def key_of(notification: Notification, *, strips_slash: bool) -> str:
    """The object's key: the prefix as a folder, and the id of the request. Ours.

    Args:
        notification: what is delivered.
        strips_slash: whether a slash at the beginning of the prefix is left out.
    """
    prefix = notification.parameter("prefix")
    if strips_slash:
        prefix = prefix.lstrip("/")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    return f"{prefix}{notification.request.id}.json"


def put_of(notification: Notification, key: str) -> S3Request:
    """The request that puts the object; after `expires` days OBS deletes it, 0 is never."""
    days = json.loads(notification.param).get("expires") or 0
    headers = {"content-type": "application/json", **({EXPIRES: str(days)} if days else {})}
    address = Address(notification.parameter("bucket"), key)
    return S3Request("PUT", address, headers=headers, body=notification.event.encode())
