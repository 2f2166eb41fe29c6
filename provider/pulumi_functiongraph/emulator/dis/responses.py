"""Streams and their records: one handler an operation."""

import base64
from datetime import datetime

from pulumi_functiongraph.emulator.dis import errors, models
from pulumi_functiongraph.emulator.dis.sending import name_of, send
from pulumi_functiongraph.emulator.functiongraph.configs import is_stream
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import (
    Answer,
    JsonObject,
    RawRequest,
    json_answer,
    parse_object,
)
from pulumi_functiongraph.emulator.iam.needs import Need
from pulumi_functiongraph.emulator.invocations.trace import Hop
from pulumi_functiongraph.emulator.seeds.models import stable_id
from pulumi_functiongraph.emulator.state.store import Connection

MAX_RECORDS = 500
"""A request; our choice."""

PARTITION = "shardId-0000000000"
RETENTION_HOURS = 24


async def create_stream(call: Call) -> Answer:
    """Create a stream, which runs at once."""
    name = _object(call.request).get("stream_name")
    if not isinstance(name, str) or not is_stream(name):
        raise errors.BAD_REQUEST.error("stream_name is missing or not allowed")
    project = call.known_project()

    def change(connection: Connection) -> None:
        if models.find_stream(connection, project, name) is not None:
            raise errors.STREAM_EXISTS.error()
        models.put_stream(connection, project, name, "RUNNING", now=call.now)

    await call.cloud.store.write(change)
    return Answer(201)


async def delete_stream(call: Call) -> Answer:
    """Delete a stream with its records."""

    def change(connection: Connection) -> None:
        models.delete_stream(connection, _stream(connection, call, call.path["stream_name"]))

    await call.cloud.store.write(change)
    return Answer(204)


async def list_streams(call: Call) -> Answer:
    """Names of the project's streams."""
    streams = call.read(models.list_streams, call.known_project())
    return json_answer(
        {
            "total_number": len(streams),
            "stream_names": [stream.name for stream in streams],
            "has_more_streams": False,
        }
    )


async def describe_stream(call: Call) -> Answer:
    """One stream."""
    stream = call.read(_stream, call, call.path["stream_name"])
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
            "partitions": [{"status": "ACTIVE", "partition_id": PARTITION}],
            "has_more_partitions": False,
        }
    )


async def send_records(call: Call) -> Answer:
    """Put records into a running stream; those that are not base64 fail one by one."""
    body = _object(call.request)
    given = body.get("records")
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_RECORDS:
        raise errors.BAD_REQUEST.error(f"records must be a list of 1 to {MAX_RECORDS}")
    records = [_record(each) for each in given]
    good = [each for each in records if each is not None]

    def change(connection: Connection) -> int:
        stream = _stream(connection, call, str(body.get("stream_name", "")))
        if stream.status != "RUNNING":
            raise errors.STREAM_NOT_RUNNING.error(f"The stream is {stream.status}.")
        way = (Hop("", name_of(stream, call.known_project().region)),)
        return send(connection, stream, good, way, "", call.cloud.intake())

    number = await call.cloud.store.write(change)
    answers: list[JsonObject] = []
    for record in records:
        if record is None:
            answers.append(
                {"error_code": errors.BAD_REQUEST.code, "error_message": "Invalid data."}
            )
            continue
        answers.append({"partition_id": PARTITION, "sequence_number": str(number)})
        number += 1
    return json_answer({"failed_record_count": len(records) - len(good), "records": answers})


def needs_of(request: RawRequest) -> tuple[Need, ...]:
    """What sending needs, on the stream that the body names; judged before the body is."""
    try:
        name = _object(request).get("stream_name")
    except ServiceError:
        name = None
    names = {"stream_name": name} if isinstance(name, str) else {}
    return (Need("dis:records:write", names),)


def _stream(connection: Connection, call: Call, name: str) -> models.Stream:
    stream = models.find_stream(connection, call.known_project(), name)
    if stream is None:
        raise errors.STREAM_NOT_FOUND.error()
    return stream


def _record(given: object) -> models.Record | None:
    if not isinstance(given, dict):
        return None
    data, key = given.get("data"), given.get("partition_key")
    if not isinstance(data, str) or not (key is None or isinstance(key, str)):
        return None
    try:
        base64.b64decode(data, validate=True)
    except ValueError:
        return None
    return models.Record(key, data)


def _object(request: RawRequest) -> JsonObject:
    body = parse_object(request.body)
    if body is None:
        raise errors.BAD_REQUEST.error("The body must be a JSON object")
    return body


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
