"""Topics and published messages."""

import re
from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.smn import errors
from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.rows import (
    columns,
    delete,
    find,
    insert,
    of,
    select,
    select_last,
)
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS smn_topics (
    urn TEXT PRIMARY KEY, project_id TEXT NOT NULL, name TEXT NOT NULL,
    display_name TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS smn_messages (
    id TEXT PRIMARY KEY, topic_urn TEXT NOT NULL REFERENCES smn_topics ON DELETE CASCADE,
    subject TEXT NOT NULL, message TEXT NOT NULL, published_at TEXT NOT NULL
);
"""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}", re.ASCII)
"""SMN API reference, "Creating a Topic": 1 to 255 letters, digits, "-" and "_"."""
MAX_DISPLAY_NAME = 192
"""Bytes; SMN API reference, "Creating a Topic"."""


class Topic(msgspec.Struct, frozen=True):
    """A topic."""

    urn: str
    project_id: str
    name: str
    display_name: str
    created_at: datetime


class Message(msgspec.Struct, frozen=True):
    """A message that was published to a topic."""

    id: str
    topic_urn: str
    subject: str
    message: str
    published_at: datetime


def create_topic(
    connection: Connection, project: Project, name: str, display_name: str, *, now: datetime
) -> tuple[Topic, bool]:
    """The project's topic of this name, and whether it is new.

    Raises:
        errors.INVALID_PARAMETER: SMN does not allow the name.
    """
    if NAME.fullmatch(name) is None:
        raise errors.INVALID_PARAMETER.error(
            "Invalid topic name: 1 to 255 letters, digits, '-' and '_', a letter or digit first"
        )
    if len(display_name.encode()) > MAX_DISPLAY_NAME:
        raise errors.INVALID_PARAMETER.error(
            f"Invalid display name: it has more than {MAX_DISPLAY_NAME} bytes"
        )
    topic = Topic(
        f"urn:smn:{project.region}:{project.id}:{name}", project.id, name, display_name, now
    )
    existing = find_topic(connection, topic.urn)
    if existing is not None:
        return existing, False
    insert(connection, "smn_topics", *columns(topic))
    return topic, True


def set_display_name(connection: Connection, urn: str, display_name: str) -> None:
    """Give a topic another display name."""
    connection.execute("UPDATE smn_topics SET display_name = ? WHERE urn = ?", (display_name, urn))


def find_topic(connection: Connection, urn: str) -> Topic | None:
    """The topic with this URN."""
    return find(connection, _topic, "smn_topics", urn=urn)


def list_topics(connection: Connection, project: Project | None = None) -> list[Topic]:
    """A project's topics by name; without a project, all of them."""
    whose = {} if project is None else {"project_id": project.id}
    return select(connection, _topic, "smn_topics", order="project_id, name", **whose)


def delete_topic(connection: Connection, urn: str) -> None:
    """Remove a topic with its messages."""
    delete(connection, "smn_topics", urn=urn)


def publish(connection: Connection, message: Message) -> None:
    """Keep a message."""
    insert(connection, "smn_messages", *columns(message))


def list_messages(connection: Connection, urn: str, *, last: int | None = None) -> list[Message]:
    """The messages of a topic, oldest first; with `last`, so many of the newest."""
    return select_last(connection, message_of, "smn_messages", last, topic_urn=urn)


message_of = reads("smn_messages", column="id")(of(Message))


_topic = reads("smn_topics", column="urn")(of(Topic))
