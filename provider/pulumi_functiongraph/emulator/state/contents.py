"""What was sent to a topic or stream, or put into a bucket: the part of the state that grows."""

from pulumi_functiongraph.emulator.dis import models as dis
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.obs import buckets as obs
from pulumi_functiongraph.emulator.smn import calls
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.state.rows import count
from pulumi_functiongraph.emulator.state.store import Connection


def of_topic(connection: Connection, urn: str, *, last: int | None = None) -> JsonObject:
    """Messages of a topic and the calls that they led to, or only those that came last."""
    return {
        "messages": [
            {"subject": message.subject, "message": message.message}
            for message in smn.list_messages(connection, urn, last=last)
        ],
        "calls": [
            {
                "message_id": call.message.id,
                "protocol": call.protocol,
                "endpoint": call.endpoint,
                "status": call.status,
                "attempts": call.attempts,
                "error": call.error,
            }
            for call in calls.list_calls(connection, urn, last=last)
        ],
    }


def of_stream(connection: Connection, stream: dis.Stream, *, last: int | None = None) -> JsonObject:
    """Records of a stream, or only those that came last."""
    return {
        "records": [
            {"partition_key": record.partition_key, "data": record.data}
            for record in dis.list_records(connection, stream, last=last)
        ]
    }


def of_bucket(connection: Connection, name: str, *, last: int | None = None) -> JsonObject:
    """Keys of a bucket, or only the last ones."""
    return {"objects": obs.list_keys(connection, name, last=last)}


def counts_of_topic(connection: Connection, urn: str) -> JsonObject:
    """How much a topic holds."""
    messages = count(connection, "smn_messages", topic_urn=urn)
    return {"counts": {"messages": messages, "calls": calls.count_calls(connection, urn)}}


def counts_of_stream(connection: Connection, stream: dis.Stream) -> JsonObject:
    """How much a stream holds."""
    where = {"project_id": stream.project_id, "stream": stream.name}
    return {"counts": {"records": count(connection, "dis_records", **where)}}


def counts_of_bucket(connection: Connection, name: str) -> JsonObject:
    """How much a bucket holds."""
    return {"counts": {"objects": count(connection, "obs_objects", bucket=name)}}
