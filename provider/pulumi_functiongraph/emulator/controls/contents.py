"""What one topic, stream or bucket holds."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.dis import models as dis
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import find_project
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.obs import buckets as obs
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.state import contents
from pulumi_functiongraph.emulator.state.store import Connection

MAX_LAST = 1000


class Holder(BaseModel):
    """What holds it: exactly one of `topic_urn`, `stream` and `bucket`."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    topic_urn: str | None = Field(default=None, max_length=600)
    stream: str | None = Field(default=None, max_length=64)
    project_id: str = Field(default="", max_length=64)
    """Of the stream."""
    bucket: str | None = Field(default=None, max_length=63)
    last: int = Field(default=100, ge=1, le=MAX_LAST)
    """So many of those that came last; of a bucket, the last keys."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(map(bool, (self.topic_urn, self.stream, self.bucket))) != 1:
            raise ValueError("needs exactly one of topic_urn, stream and bucket")
        return self


async def show_contents(cloud: LocalCloud, order: Order) -> object:
    """What was sent to a topic or stream, or the keys of a bucket."""
    wanted = orders.read_query(Holder, order.query)
    return cloud.store.read(lambda connection: _contents(connection, wanted))


def _contents(connection: Connection, wanted: Holder) -> JsonObject:
    if wanted.topic_urn:
        if smn.find_topic(connection, wanted.topic_urn) is None:
            raise SeedError([f"topic_urn: there is no topic {wanted.topic_urn}"])
        return contents.of_topic(connection, wanted.topic_urn, last=wanted.last)
    if wanted.stream:
        project = find_project(connection, wanted.project_id)
        stream = dis.find_stream(connection, project, wanted.stream) if project else None
        if stream is None:
            raise SeedError([f"stream: there is no stream {wanted.stream} in that project"])
        return contents.of_stream(connection, stream, last=wanted.last)
    bucket = wanted.bucket or ""
    if obs.find_bucket(connection, bucket) is None:
        raise SeedError([f"bucket: there is no bucket {bucket}"])
    return contents.of_bucket(connection, bucket, last=wanted.last)
