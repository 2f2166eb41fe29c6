"""Subscriptions: one handler an operation."""

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, JsonObject, json_answer
from pulumi_functiongraph.emulator.smn import errors, subscriptions
from pulumi_functiongraph.emulator.smn.requests import (
    find,
    number,
    read_object,
    text,
    topic_urn,
)
from pulumi_functiongraph.emulator.smn.subscriptions import RequestedSubscription, Subscription
from pulumi_functiongraph.emulator.state.store import Connection

DEFAULT_PAGE = MAX_PAGE = 100
"""Subscriptions a page; SMN API reference, "Querying Subscriptions of a Specified Topic"."""


async def add_subscription(call: Call) -> Answer:
    """Add a subscription: 201, or 200 when the topic has it already."""
    urn, fields = topic_urn(call), read_object(call)
    wanted = subscriptions.checked(
        RequestedSubscription(
            text(fields, "protocol"), text(fields, "endpoint"), text(fields, "remark")
        )
    )

    def change(connection: Connection) -> tuple[Subscription, bool]:
        topic, identifier = find(connection, call, urn), call.cloud.new_id()
        return subscriptions.subscribe(connection, topic, wanted, identifier=identifier)

    added, new = await call.cloud.store.write(change)
    document = {"request_id": call.request_id, "subscription_urn": added.urn}
    return json_answer(document, status=201 if new else 200)


async def list_subscriptions_by_topic(call: Call) -> Answer:
    """A page of a topic's subscriptions, oldest first."""
    urn = topic_urn(call)

    def query(connection: Connection) -> list[Subscription]:
        topic = find(connection, call, urn)
        return subscriptions.list_subscriptions(connection, topic_urn=topic.urn)

    return _page(call, call.read(query))


async def list_subscriptions(call: Call) -> Answer:
    """A page of the subscriptions of all topics of the project, oldest first."""
    project = call.known_project()
    found = call.read(subscriptions.list_subscriptions, project_id=project.id)
    for name in ("protocol", "endpoint", "status"):
        asked = call.query.get(name)
        if asked:
            found = [each for each in found if str(getattr(each, name)) == asked]
    return _page(call, found)


async def cancel_subscription(call: Call) -> Answer:
    """Delete a subscription."""
    project, urn = call.known_project(), call.path["subscription_urn"]

    def change(connection: Connection) -> None:
        listed = subscriptions.list_subscriptions(connection, project_id=project.id)
        if urn not in {each.urn for each in listed}:
            raise errors.SUBSCRIPTION_NOT_FOUND.error()
        subscriptions.delete_subscription(connection, urn)

    await call.cloud.store.write(change)
    return json_answer({"request_id": call.request_id})


def _page(call: Call, found: list[Subscription]) -> Answer:
    offset = number(call, "offset", default=0)
    limit = min(number(call, "limit", default=DEFAULT_PAGE), MAX_PAGE)
    return json_answer(
        {
            "request_id": call.request_id,
            "subscription_count": len(found),
            "subscriptions": [_document(each) for each in found[offset : offset + limit]],
        }
    )


def _document(subscription: Subscription) -> JsonObject:
    return {
        "topic_urn": subscription.topic_urn,
        "protocol": subscription.protocol,
        "subscription_urn": subscription.urn,
        "owner": subscription.topic_urn.split(":")[3],
        "endpoint": subscription.endpoint,
        "remark": subscription.remark,
        "status": subscription.status,
    }
