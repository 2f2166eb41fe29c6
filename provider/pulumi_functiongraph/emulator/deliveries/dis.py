"""To a DIS stream of the function's project: a record, whose data is the event."""

import base64

from pulumi_functiongraph.emulator.deliveries.notification import Notification
from pulumi_functiongraph.emulator.deliveries.queue import Arrived, Attempt, Failed
from pulumi_functiongraph.emulator.dis import models
from pulumi_functiongraph.emulator.dis.models import Record
from pulumi_functiongraph.emulator.dis.sending import name_of, send
from pulumi_functiongraph.emulator.state.store import Connection

RUNNING = "RUNNING"


def deliver(connection: Connection, notification: Notification) -> Attempt:
    """Append a record; its partition key is the id of the request (ours: none is documented)."""
    name = notification.parameter("stream_name")
    stream = models.find_stream(connection, notification.project, name)
    if stream is None:
        return Failed(f"there is no stream {name} in project {notification.project.id}")
    if stream.status != RUNNING:
        return Failed(f"the stream {name} is {stream.status}")
    data = base64.b64encode(notification.event.encode()).decode("ascii")
    way = notification.way_to(name_of(stream, notification.project.region))
    record = Record(notification.request.id, data)
    number = send(connection, stream, [record], way, notification.request.id, notification.intake)
    return Arrived(str(number))
