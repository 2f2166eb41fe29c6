"""Streams: one handler an operation."""

from datetime import datetime

from pulumi_functiongraph.emulator.dis import errors, models
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer
from pulumi_functiongraph.emulator.seeds.models import stable_id

RETENTION_HOURS = 24


async def list_streams(call: Call) -> Answer:
    """Names of the project's streams."""
    streams = call.cloud.store.read(
        lambda connection: models.list_streams(connection, call.known_project())
    )
    return json_answer(
        {
            "total_number": len(streams),
            "stream_names": [stream.name for stream in streams],
            "has_more_streams": False,
        }
    )


async def describe_stream(call: Call) -> Answer:
    """One stream."""
    stream = call.cloud.store.read(
        lambda connection: models.find_stream(
            connection, call.known_project(), call.path["stream_name"]
        )
    )
    if stream is None:
        raise errors.STREAM_NOT_FOUND.error()
    return json_answer(
        {
            "stream_id": stable_id("stream", stream.project_id, stream.name)[:20],
            "stream_name": stream.name,
            "create_time": _milliseconds(stream.created_at),
            "last_modified_time": _milliseconds(stream.created_at),
            "retention_period": RETENTION_HOURS,
            "status": stream.status,
            "stream_type": "COMMON",
            "data_type": "BLOB",
            "writable_partition_count": 1,
            "readable_partition_count": 1,
            "partitions": [{"status": "ACTIVE", "partition_id": "shardId-0000000000"}],
            "has_more_partitions": False,
        }
    )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
