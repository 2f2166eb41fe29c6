"""From a trigger to the service that it listens to.

FunctionGraph user manual, "Using an SMN Trigger": "After the SMN trigger is created, a
subscription is generated for the corresponding topic". Of a timer it is kept when it is due. Other
services are told nothing.
"""

from datetime import datetime

from pulumi_functiongraph.emulator.functiongraph import errors, triggers
from pulumi_functiongraph.emulator.functiongraph.event_data import TIMER
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, urn_of
from pulumi_functiongraph.emulator.functiongraph.triggers import (
    RequestedTrigger,
    StoredTrigger,
)
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.smn import subscriptions
from pulumi_functiongraph.emulator.smn.models import find_topic
from pulumi_functiongraph.emulator.smn.subscriptions import FUNCTION, RequestedSubscription
from pulumi_functiongraph.emulator.state.store import Connection
from pulumi_functiongraph.emulator.triggers.timers import schedule_trigger


def attach(  # one argument a fact
    connection: Connection,
    version: StoredVersion,
    project: Project,
    qualifier: str,
    trigger: RequestedTrigger,
    *,
    identifier: str,
    now: datetime,
) -> StoredTrigger:
    """Keep a trigger, and subscribe its function to the topic if it listens to one.

    Raises:
        errors.TOPIC_NOT_FOUND: there is no such topic.
    """
    subscription = None
    if trigger.topic_urn is not None:
        topic = find_topic(connection, trigger.topic_urn)
        if topic is None:
            raise errors.TOPIC_NOT_FOUND.error()
        endpoint = urn_of(version, project, qualifier=qualifier)
        wanted = RequestedSubscription(FUNCTION, endpoint, "")
        stored, _ = subscriptions.subscribe(connection, topic, wanted, identifier=identifier)
        subscription = stored.urn
    added = triggers.add_trigger(
        connection,
        version,
        qualifier,
        trigger,
        identifier=identifier,
        subscription=subscription,
        now=now,
    )
    if trigger.type == TIMER:
        schedule_trigger(connection, added, now=now)
    return added


def change_trigger(
    connection: Connection, before: StoredTrigger, trigger: RequestedTrigger, now: datetime
) -> StoredTrigger:
    """Keep a timer in its new form; it is due by that from now on."""
    changed = triggers.replace_trigger(connection, before, trigger)
    schedule_trigger(connection, changed, now=now)
    return changed
