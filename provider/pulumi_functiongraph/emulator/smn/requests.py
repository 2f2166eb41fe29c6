"""From a call to what it says: the topic, the body, the numbers of the query."""

import re

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import JsonObject, parse_object
from pulumi_functiongraph.emulator.smn import errors, models
from pulumi_functiongraph.emulator.smn.models import Topic
from pulumi_functiongraph.emulator.state.store import Connection

_URN = re.compile(r"urn:smn:[^:\s]+:[^:\s]+:[A-Za-z0-9_-]{1,255}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def find(connection: Connection, call: Call, urn: str) -> Topic:
    """The topic of the project in the path.

    Raises:
        errors.TOPIC_NOT_FOUND: it has no such topic.
    """
    topic = models.find_topic(connection, urn)
    if topic is None or topic.project_id != call.known_project().id:
        raise errors.TOPIC_NOT_FOUND.error()
    return topic


def topic_urn(call: Call) -> str:
    """The topic URN in the path.

    Raises:
        errors.INVALID_TOPIC_URN: it is malformed.
    """
    urn = call.path["topic_urn"]
    if _URN.fullmatch(urn) is None:
        raise errors.INVALID_TOPIC_URN.error()
    return urn


def read_object(call: Call) -> JsonObject:
    """The JSON object in the body.

    Raises:
        errors.INVALID_PARAMETER: it is something else.
    """
    document = parse_object(call.request.body)
    if document is None:
        raise errors.INVALID_PARAMETER.error("The request body is not a JSON object")
    return document


def text(fields: JsonObject, name: str) -> str:
    """A string, empty when absent or null.

    Raises:
        errors.INVALID_PARAMETER: it is something else.
    """
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise errors.INVALID_PARAMETER.error(f"{name} must be a string")
    return value


def number(call: Call, name: str, *, default: int) -> int:
    """A number of the query.

    Raises:
        errors.INVALID_PARAMETER: it is something else.
    """
    text = call.query.get(name, "")
    if text == "":
        return default
    if _NUMBER.fullmatch(text) is None:
        raise errors.INVALID_PARAMETER.error(f"{name} must be an integer of at least 0")
    return int(text)
