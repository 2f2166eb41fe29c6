"""Topics: one handler an operation."""

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, JsonObject, json_answer
from pulumi_functiongraph.emulator.invocations.trace import Hop
from pulumi_functiongraph.emulator.smn import errors, models
from pulumi_functiongraph.emulator.smn.models import Topic
from pulumi_functiongraph.emulator.smn.publishing import MAX_MESSAGE, MAX_SUBJECT, publish
from pulumi_functiongraph.emulator.smn.requests import find, number, read_object, text, topic_urn
from pulumi_functiongraph.emulator.state.store import Connection

DEFAULT_PAGE = MAX_PAGE = 100
"""Topics a page; SMN API reference, "Querying Topics"."""


async def create_topic(call: Call) -> Answer:
    """Create a topic: 201, or 200 when there is one of that name."""
    fields = read_object(call)
    name, display_name = text(fields, "name"), text(fields, "display_name")
    topic, new = await call.write(
        models.create_topic, call.known_project(), name, display_name, now=call.now
    )
    document = {"request_id": call.request_id, "topic_urn": topic.urn}
    return json_answer(document, status=201 if new else 200)


async def list_topics(call: Call) -> Answer:
    """A page of the project's topics."""
    offset = number(call, "offset", default=0)
    limit = min(number(call, "limit", default=DEFAULT_PAGE), MAX_PAGE)
    topics = call.read(models.list_topics, call.known_project())
    name = call.query.get("name")
    found = [topic for topic in topics if name in {None, "", topic.name}]
    return json_answer(
        {
            "request_id": call.request_id,
            "topic_count": len(found),
            "topics": [_summary(topic) for topic in found[offset : offset + limit]],
        }
    )


async def list_topic_details(call: Call) -> Answer:
    """One topic."""
    urn = topic_urn(call)
    topic = call.read(find, call, urn)
    created = f"{topic.created_at:%Y-%m-%dT%H:%M:%SZ}"
    return json_answer(
        {
            **_summary(topic),
            "create_time": created,
            "update_time": created,
            "request_id": call.request_id,
        }
    )


async def delete_topic(call: Call) -> Answer:
    """Delete a topic."""
    urn = topic_urn(call)

    def change(connection: Connection) -> None:
        models.delete_topic(connection, find(connection, call, urn).urn)

    await call.cloud.store.write(change)
    return json_answer({"request_id": call.request_id})


async def publish_message(call: Call) -> Answer:
    """Take a message; it is kept, and told to the topic's subscribers."""
    urn, fields = topic_urn(call), read_object(call)
    subject, body = text(fields, "subject"), text(fields, "message")
    if len(subject) > MAX_SUBJECT:
        raise errors.INVALID_PARAMETER.error(f"The subject exceeds {MAX_SUBJECT} characters")
    if not body or len(body.encode()) > MAX_MESSAGE:
        raise errors.INVALID_PARAMETER.error(f"The message must have 1 to {MAX_MESSAGE} bytes")

    def change(connection: Connection) -> str:
        topic, intake = find(connection, call, urn), call.cloud.intake()
        message = models.Message(intake.new_id(), topic.urn, subject, body, call.now)
        publish(connection, message, (Hop("", topic.urn),), "", intake)
        return message.id

    message_id = await call.cloud.store.write(change)
    return json_answer({"request_id": call.request_id, "message_id": message_id})


def _summary(topic: Topic) -> JsonObject:
    return {
        "topic_urn": topic.urn,
        "name": topic.name,
        "display_name": topic.display_name,
        "push_policy": 0,
        "enterprise_project_id": "0",
        "topic_id": topic.urn.rpartition(":")[2],
    }
