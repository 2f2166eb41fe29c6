"""What publishing a message brings about: it is kept, and told to the topic's subscribers."""

from pulumi_functiongraph.emulator.functiongraph.triggers import is_asleep
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.invocations.request import Intake
from pulumi_functiongraph.emulator.invocations.trace import Trace
from pulumi_functiongraph.emulator.regions import zone_of
from pulumi_functiongraph.emulator.smn import calls, models
from pulumi_functiongraph.emulator.smn.models import Message
from pulumi_functiongraph.emulator.smn.subscriptions import (
    FUNCTION,
    Subscription,
    list_subscriptions,
)
from pulumi_functiongraph.emulator.state.store import Connection
from pulumi_functiongraph.emulator.triggers.firing import Invoked, NewEvent, Occasion, fire
from pulumi_functiongraph.emulator.triggers.smn_event import smn_event

MAX_SUBJECT = 512
"""Characters; SMN API reference, "Publishing a Message"."""
MAX_MESSAGE = 256 * 1024
"""Bytes; SMN API reference, "Publishing a Message"."""

EDGE = "SMN trigger"
"""How a topic leads to a function."""


def publish(
    connection: Connection, message: Message, way: Trace, parent: str, intake: Intake
) -> None:
    """Keep a message of a topic that exists, and tell it to the subscribers.

    Args:
        connection: within a transaction.
        message: what is published.
        way: how the event came to the topic, which is its last step.
        parent: id of the request that it tells of; empty for others.
        intake: for requests of the functions that are subscribed.
    """
    models.publish(connection, message)
    occasion = Occasion("SMN", EDGE, way, parent)
    for subscription in list_subscriptions(connection, topic_urn=message.topic_urn):
        if subscription.protocol != FUNCTION:
            calls.enqueue(connection, subscription, message, now=intake.now)
        elif not is_asleep(connection, subscription.urn):
            event = _event_of(message, subscription)
            fire(connection, subscription.endpoint, occasion, event, intake)


def _event_of(message: Message, subscription: Subscription) -> NewEvent:
    def new_event(invoked: Invoked) -> JsonObject:
        return smn_event(
            message,
            function_urn=subscription.endpoint,
            function_name=invoked.version.name,
            request_id=invoked.request_id,
            zone=zone_of(invoked.project.region),
        )

    return new_event
