"""What sending records to a stream brings about: they are kept, and DIS triggers fire."""

from collections.abc import Sequence

from pulumi_functiongraph.emulator.dis import models
from pulumi_functiongraph.emulator.dis.models import Record, Stream
from pulumi_functiongraph.emulator.functiongraph.triggers import list_listeners
from pulumi_functiongraph.emulator.invocations.queue import Intake
from pulumi_functiongraph.emulator.invocations.trace import Trace
from pulumi_functiongraph.emulator.store import Connection
from pulumi_functiongraph.emulator.triggers import dis_event
from pulumi_functiongraph.emulator.triggers.dis_event import PolledRecords
from pulumi_functiongraph.emulator.triggers.firing import Occasion, fire, urn_of

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
        records: what is sent; each function gets all of it in one event.
        way: how the event came to the stream, which is its last step.
        parent: id of the request that it tells of; empty for others.
        intake: for requests of those functions.

    Returns:
        The sequence number of the first.
    """
    first = models.append(connection, stream, records)
    if not records:
        return first
    polled = PolledRecords(
        stream.name,
        tuple(
            dis_event.Record(record.partition_key or "", record.data, first + index)
            for index, record in enumerate(records)
        ),
    )
    occasion = Occasion("DIS", EDGE, way, parent)
    listeners = list_listeners(connection, "DIS", "stream_name", stream.name)
    for listener in listeners:
        if listener.project_id == stream.project_id:
            urn = urn_of(connection, listener)
            fire(connection, urn, occasion, lambda _: dis_event.dis_event(polled), intake)
    return first


def name_of(stream: Stream, region: str) -> str:
    """What a chain of events calls a stream."""
    return f"dis://{region}/{stream.project_id}/{stream.name}"
