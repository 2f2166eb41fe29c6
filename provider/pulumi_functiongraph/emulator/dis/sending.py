"""What sending records to a stream brings about: they are kept, and DIS triggers fire."""

from collections.abc import Sequence
from functools import partial

from pulumi_functiongraph.emulator.dis import models
from pulumi_functiongraph.emulator.dis.models import Record, Stream
from pulumi_functiongraph.emulator.functiongraph.event_data import BATCH
from pulumi_functiongraph.emulator.functiongraph.triggers import Listener, list_listeners
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import find_project
from pulumi_functiongraph.emulator.invocations.request import Intake
from pulumi_functiongraph.emulator.invocations.trace import Hop, Trace
from pulumi_functiongraph.emulator.state.store import Connection
from pulumi_functiongraph.emulator.triggers import dis_event
from pulumi_functiongraph.emulator.triggers.firing import Invoked, Occasion, fire, urn_of

EDGE = "DIS trigger"
"""How a stream leads to a function."""


def send(  # one argument a fact
    connection: Connection,
    stream: Stream,
    records: Sequence[Record],
    way: Trace,
    parent: str,
    intake: Intake,
) -> int:
    """Add records to a stream, and hand them to the functions that listen to it.

    Args:
        connection: within a transaction.
        stream: one that takes records.
        records: what is sent; each function gets all of it, in events of its `batch_size`.
        way: how the event came to the stream, which is its last step.
        parent: id of the request that it tells of; empty for others.
        intake: for requests of those functions.

    Returns:
        The sequence number of the first.
    """
    first = models.append(connection, stream, records)
    listeners = list_listeners(connection, "DIS", "stream_name", stream.name)
    for listener in listeners:
        if listener.project_id == stream.project_id:
            occasion = Occasion("DIS", EDGE, way, parent)
            _hand_on(connection, stream, _numbered(records, first), listener, occasion, intake)
    return first


def hand_on_earlier(connection: Connection, listener: Listener, intake: Intake) -> None:
    """Hand what is in a stream already to a function that begins to listen to it."""
    project = find_project(connection, listener.project_id)
    name = str(listener.trigger.event_data["stream_name"])
    stream = None if project is None else models.find_stream(connection, project, name)
    if project is None or stream is None:
        return
    records = _numbered(models.list_records(connection, stream), 0)
    occasion = Occasion("DIS", EDGE, (Hop("", name_of(stream, project.region)),))
    _hand_on(connection, stream, records, listener, occasion, intake)


def _hand_on(  # one argument a fact
    connection: Connection,
    stream: Stream,
    records: Sequence[dis_event.NumberedRecord],
    listener: Listener,
    occasion: Occasion,
    intake: Intake,
) -> None:
    told = listener.trigger.event_data
    most, most_bytes = told.get("batch_size"), told.get("max_fetch_bytes")
    for batch in dis_event.batches(
        records,
        most=most if isinstance(most, int) else BATCH,
        most_bytes=most_bytes if isinstance(most_bytes, int) else None,
    ):
        new_event = partial(_event, stream.name, batch)
        fire(connection, urn_of(connection, listener), occasion, new_event, intake)


def _event(
    stream: str, records: Sequence[dis_event.NumberedRecord], _invoked: Invoked
) -> JsonObject:
    return dis_event.dis_event(stream, records)


def _numbered(records: Sequence[Record], first: int) -> list[dis_event.NumberedRecord]:
    return [
        dis_event.NumberedRecord(record.partition_key or "", record.data, number)
        for number, record in enumerate(records, first)
    ]


def name_of(stream: Stream, region: str) -> str:
    """What a chain of events calls a stream."""
    return f"dis://{region}/{stream.project_id}/{stream.name}"
