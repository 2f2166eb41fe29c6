"""Topics: one handler an operation."""

import re

from pulumi_functiongraph.emulator.exchange import (
    Answer,
    Call,
    JsonObject,
    NotJsonError,
    json_answer,
    parse_json,
)
from pulumi_functiongraph.emulator.smn import exceptions, models
from pulumi_functiongraph.emulator.smn.models import Topic
from pulumi_functiongraph.emulator.store import Connection

MAX_SUBJECT = 512
"""Characters; SMN API reference, "Publishing a Message"."""
MAX_MESSAGE = 256 * 1024
"""Bytes; SMN API reference, "Publishing a Message"."""
DEFAULT_PAGE = MAX_PAGE = 100
"""Topics a page; SMN API reference, "Querying Topics"."""

_URN = re.compile(r"urn:smn:[^:\s]+:[^:\s]+:[A-Za-z0-9_-]{1,255}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


async def create_topic(call: Call) -> Answer:
    """Create a topic: 201, or 200 when there is one of that name."""
    fields = _read_object(call)
    name, display_name = _text(fields, "name"), _text(fields, "display_name")
    topic, new = await call.cloud.store.write(
        lambda connection: models.create_topic(
            connection, call.known_project(), name, display_name, now=call.now
        )
    )
    document = {"request_id": call.request_id, "topic_urn": topic.urn}
    return json_answer(document, status=201 if new else 200)


async def list_topics(call: Call) -> Answer:
    """A page of the project's topics."""
    offset = _number(call, "offset", default=0)
    limit = min(_number(call, "limit", default=DEFAULT_PAGE), MAX_PAGE)
    topics = call.cloud.store.read(
        lambda connection: models.list_topics(connection, call.known_project())
    )
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
    urn = _topic_urn(call)
    topic = call.cloud.store.read(lambda connection: _find(connection, call, urn))
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
    urn = _topic_urn(call)

    def change(connection: Connection) -> None:
        models.delete_topic(connection, _find(connection, call, urn).urn)

    await call.cloud.store.write(change)
    return json_answer({"request_id": call.request_id})


async def publish_message(call: Call) -> Answer:
    """Take a message; it is kept and shown in the emulator's state, and sent to nobody."""
    urn, fields = _topic_urn(call), _read_object(call)
    subject, text = _text(fields, "subject"), _text(fields, "message")
    if len(subject) > MAX_SUBJECT:
        raise exceptions.InvalidParameterError(f"The subject exceeds {MAX_SUBJECT} characters")
    if not text or len(text.encode()) > MAX_MESSAGE:
        raise exceptions.InvalidParameterError(f"The message must have 1 to {MAX_MESSAGE} bytes")
    message_id = call.cloud.new_id()

    def change(connection: Connection) -> None:
        topic = _find(connection, call, urn)
        message = models.Message(message_id, topic.urn, subject, text, call.now)
        models.publish(connection, message)

    await call.cloud.store.write(change)
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


def _find(connection: Connection, call: Call, urn: str) -> Topic:
    topic = models.find_topic(connection, urn)
    if topic is None or topic.project_id != call.known_project().id:
        raise exceptions.TopicNotFoundError
    return topic


def _topic_urn(call: Call) -> str:
    urn = call.path["topic_urn"]
    if _URN.fullmatch(urn) is None:
        raise exceptions.InvalidTopicUrnError("Invalid topic URN.")
    return urn


def _read_object(call: Call) -> JsonObject:
    try:
        document = parse_json(call.request.body)
    except NotJsonError:
        document = None
    if not isinstance(document, dict):
        raise exceptions.InvalidParameterError("The request body is not a JSON object")
    return document


def _text(fields: JsonObject, name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise exceptions.InvalidParameterError(f"{name} must be a string")
    return value


def _number(call: Call, name: str, *, default: int) -> int:
    text = call.query.get(name, "")
    if text == "":
        return default
    if _NUMBER.fullmatch(text) is None:
        raise exceptions.InvalidParameterError(f"{name} must be an integer of at least 0")
    return int(text)
