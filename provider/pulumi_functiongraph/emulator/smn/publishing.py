"""What publishing a message brings about."""

from pulumi_functiongraph.emulator.invocations.queue import Intake
from pulumi_functiongraph.emulator.invocations.trace import Trace
from pulumi_functiongraph.emulator.smn import models
from pulumi_functiongraph.emulator.smn.models import Message
from pulumi_functiongraph.emulator.store import Connection

MAX_SUBJECT = 512
"""Characters; SMN API reference, "Publishing a Message"."""
MAX_MESSAGE = 256 * 1024
"""Bytes; SMN API reference, "Publishing a Message"."""


def publish(
    connection: Connection, message: Message, way: Trace, parent: str, intake: Intake
) -> None:
    """Keep a message of a topic that exists.

    Args:
        connection: within a transaction.
        message: what is published.
        way: how the event came to the topic, which is its last step.
        parent: id of the request that it tells of; empty for others.
        intake: for requests of the functions that are subscribed.
    """
    del way, parent, intake
    models.publish(connection, message)
