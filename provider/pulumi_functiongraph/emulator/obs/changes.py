"""Which events of objects a request to OBS comes to, in OBS's names.

Names: OBS user guide, "Event Notifications"; FunctionGraph API reference, "Trigger Management
Models", Table 5.
"""

import hashlib
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qsl

import msgspec

from pulumi_functiongraph.emulator.obs import buckets
from pulumi_functiongraph.emulator.obs.buckets import StoredObject
from pulumi_functiongraph.emulator.obs.exchange import S3Answer, S3FailedError, S3Request
from pulumi_functiongraph.emulator.obs.translation import COPY_SOURCE
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS obs_sequence (number INTEGER PRIMARY KEY AUTOINCREMENT);
"""


class ObjectEvent(msgspec.Struct, frozen=True):
    """What happened to one object."""

    name: str
    """Such as `ObjectCreated:Put`."""
    key: str
    size: int = 0
    """Bytes."""
    etag: str = ""
    """Without quotes."""
    version_id: str = "null"

    def is_one_of(self, events: Iterable[str]) -> bool:
        """Whether it is among the events that a trigger or a notification listens to."""
        family = f"{self.name.partition(':')[0]}:*"
        return any(event.removeprefix("s3:") in {self.name, family} for event in events)


Events: TypeAlias = tuple[ObjectEvent, ...]

Then: TypeAlias = Callable[[Connection, Events], None]
"""What follows from events of objects, done in the transaction that keeps the change."""


def event_of(
    request: S3Request, answer: S3Answer, key: str, stored: StoredObject | None, *, existed: bool
) -> ObjectEvent | None:
    """What a request that was carried out means for one key; None when it means nothing.

    Args:
        request: to the S3 behind OBS.
        answer: to it.
        key: one that it is about.
        stored: the object as it is then.
        existed: whether there was one before; the removal of none is no event (ours).
    """
    version_id = answer.headers.get("x-amz-version-id") or "null"
    name = _name_of(request, answer)
    if name is None:
        return None
    if name.startswith("ObjectRemoved:"):
        is_gone = existed and stored is None
        is_version = "versionId" in _query(request)
        return ObjectEvent(name, key, version_id=version_id) if is_gone or is_version else None
    if stored is None:
        return None
    etag = answer.headers.get("etag", "").strip('"')
    etag = etag or hashlib.md5(stored.content, usedforsecurity=False).hexdigest()
    return ObjectEvent(name, key, len(stored.content), etag, version_id)


def put(connection: Connection, request: S3Request, then: Then) -> S3Answer:
    """Keep the object of a PUT, with what follows from it, where no S3 has to hear of it.

    Raises:
        S3FailedError: the S3 could never take it.
    """
    bucket, key = request.address.bucket, request.address.key
    if "\n" in key:
        raise S3FailedError("a key with a line break cannot be kept here")
    if buckets.find_bucket(connection, bucket) is None:
        return S3Answer(HTTPStatus.NOT_FOUND, {}, b"")
    answer = S3Answer(HTTPStatus.OK, {}, b"")
    stored = StoredObject(bucket, key, request.headers, request.body)
    buckets.put_object(connection, stored)
    event = event_of(request, answer, key, stored, existed=False)
    then(connection, () if event is None else (event,))
    return answer


def next_sequence(connection: Connection) -> int:
    """A number that is greater than those of all events before."""
    number = connection.execute("INSERT INTO obs_sequence DEFAULT VALUES").lastrowid or 0
    connection.execute("DELETE FROM obs_sequence")
    return number


def _name_of(request: S3Request, answer: S3Answer) -> str | None:
    query = _query(request)
    match request.method:
        case "PUT" if not query:
            is_copy = COPY_SOURCE in request.headers
            return "ObjectCreated:Copy" if is_copy else "ObjectCreated:Put"
        case "POST" if "uploadId" in query:
            return "ObjectCreated:CompleteMultipartUpload"
        case "POST" if "delete" in query:
            return "ObjectRemoved:Delete"
        case "DELETE" if query <= {"versionId"}:
            leaves_marker = not query and answer.headers.get("x-amz-delete-marker") == "true"
            return f"ObjectRemoved:{'DeleteMarkerCreated' if leaves_marker else 'Delete'}"
    return None


def _query(request: S3Request) -> set[str]:
    return set(dict(parse_qsl(request.query_string, keep_blank_values=True)))
