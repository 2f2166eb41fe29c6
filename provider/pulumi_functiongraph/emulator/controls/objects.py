"""What is in a bucket: one object, as a text to read."""

import codecs

from pydantic import BaseModel, ConfigDict, Field

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.obs import buckets
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state.store import Connection

SHOWN = 64 << 10
"""Bytes of the content that are shown."""


class ObjectNamed(BaseModel):
    """Which object is wanted."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    bucket: str = Field(min_length=1, max_length=63)
    key: str = Field(min_length=1, max_length=1024)


async def show_object(cloud: LocalCloud, order: Order) -> object:
    """An object: its size, its type, and its first bytes where these are text (null otherwise)."""
    wanted = orders.read_query(ObjectNamed, order.query)
    found = cloud.store.read(lambda c: buckets.find_object(c, wanted.bucket, wanted.key))
    if found is None:
        raise SeedError([cloud.store.read(lambda c: _missing(c, wanted))])
    return {
        "bucket": found.bucket,
        "key": found.key,
        "bytes": len(found.content),
        "content_type": found.headers.get("content-type"),
        "text": _text(found.content),
    }


def _missing(connection: Connection, wanted: ObjectNamed) -> str:
    if buckets.find_bucket(connection, wanted.bucket) is None:
        there = ", ".join(bucket.name for bucket in buckets.list_buckets(connection)) or "none"
        return f"bucket: there is no bucket {wanted.bucket}; there is {there}"
    return f"key: bucket {wanted.bucket} has no object {wanted.key}"


def _text(content: bytes) -> str | None:
    """The beginning as text; a character that the end of it cuts in two is left out."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(
            content[:SHOWN], final=len(content) <= SHOWN
        )
    except UnicodeDecodeError:
        return None
