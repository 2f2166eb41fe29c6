"""The event of a DIS trigger: what a function receives of the records of a stream's partition.

Source: FunctionGraph user guide of Huawei Cloud, "Using a DIS Trigger", event template; its keys
have no description there. The records are those of DIS's own API ("Downloading Data").
"""

import base64
import json
from collections.abc import Iterator, Sequence

import msgspec

from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.invocations.request import MAX_EVENT

FIRST_PARTITION = "shardId-0000000000"

_AROUND, _ROOM = 100, MAX_EVENT - 1024
"""Characters of an event at most that are around a record's own, and those for all records."""


class NumberedRecord(msgspec.Struct, frozen=True):
    """One record of a stream."""

    partition_key: str
    data: str
    """In base64."""
    sequence_number: int


def batches(
    records: Sequence[NumberedRecord], *, most: int, most_bytes: int | None
) -> Iterator[tuple[NumberedRecord, ...]]:
    """Records in order, in tuples of at most `most` records and `most_bytes` bytes of content.

    Nor are there more in one than an asynchronous request has room for (ours). A record that has
    more bytes than that is alone.
    """
    batch: list[NumberedRecord] = []
    size = length = 0
    for record in records:
        content = len(base64.b64decode(record.data))
        characters = len(json.dumps(record.partition_key)) + len(record.data) + _AROUND
        is_full = (
            len(batch) == most
            or (most_bytes is not None and size + content > most_bytes)
            or length + characters > _ROOM
        )
        if batch and is_full:
            yield tuple(batch)
            batch, size, length = [], 0, 0
        batch.append(record)
        size += content
        length += characters
    if batch:
        yield tuple(batch)


def dis_event(stream: str, records: Sequence[NumberedRecord]) -> JsonObject:
    """The event of what was read of a stream at a time: one record at least.

    `Tag` and `millis_behind_latest` are constants, as in the template: no document says what else
    they may be. The cursor's content is ours; the service's is opaque, too.
    """
    return {
        "ShardID": FIRST_PARTITION,
        "Message": {
            "next_partition_cursor": _cursor(stream, records),
            "records": [
                {
                    "partition_key": record.partition_key,
                    "data": record.data,
                    "sequence_number": str(record.sequence_number),
                }
                for record in records
            ],
            "millis_behind_latest": "",
        },
        "Tag": "latest",
        "StreamName": stream,
    }


def _cursor(stream: str, records: Sequence[NumberedRecord]) -> str:
    after = records[-1].sequence_number + 1
    place = {"stream-name": stream, "partition-id": FIRST_PARTITION}
    content = json.dumps({**place, "starting-sequence-number": str(after)})
    return base64.b64encode(content.encode()).decode("ascii").rstrip("=")
