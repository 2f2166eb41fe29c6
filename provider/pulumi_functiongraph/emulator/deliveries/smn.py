"""To an SMN topic: a message, whose text is the event."""

from pulumi_functiongraph.emulator.deliveries.notification import Notification
from pulumi_functiongraph.emulator.deliveries.queue import Arrived, Attempt, Failed
from pulumi_functiongraph.emulator.smn import models, publishing
from pulumi_functiongraph.emulator.state.store import Connection

SUBJECT = "FunctionGraph asynchronous notification"
"""Ours: no document tells the subject of these messages."""


def deliver(connection: Connection, notification: Notification) -> Attempt:
    """Publish a message."""
    urn = notification.parameter("topic_urn")
    if models.find_topic(connection, urn) is None:
        return Failed(f"there is no topic {urn}")
    intake = notification.intake
    message = models.Message(intake.new_id(), urn, SUBJECT, notification.event, intake.now)
    publishing.publish(
        connection, message, notification.way_to(urn), notification.request.id, intake
    )
    return Arrived(message.id)
