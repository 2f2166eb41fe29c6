"""Streams."""

from dataclasses import dataclass
from datetime import datetime

from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS dis_streams (
    project_id TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL,
    PRIMARY KEY (project_id, name)
);
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream."""

    project_id: str
    name: str
    status: str
    created_at: datetime


def put_stream(
    connection: Connection, project: Project, name: str, status: str, *, now: datetime
) -> None:
    """Add a stream, or give it another status."""
    connection.execute(
        "INSERT INTO dis_streams VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET status = excluded.status",
        (project.id, name, status, now.isoformat()),
    )


def find_stream(connection: Connection, project: Project, name: str) -> Stream | None:
    """The project's stream of this name."""
    found = [stream for stream in list_streams(connection, project) if stream.name == name]
    return found[0] if found else None


def list_streams(connection: Connection, project: Project | None = None) -> list[Stream]:
    """A project's streams by name; without a project, all of them."""
    identifier = None if project is None else project.id
    rows = connection.execute(
        "SELECT * FROM dis_streams WHERE ? IS NULL OR project_id = ? ORDER BY project_id, name",
        (identifier, identifier),
    )
    return [
        Stream(
            row["project_id"],
            row["name"],
            row["status"],
            datetime.fromisoformat(row["created_at"]),
        )
        for row in rows
    ]
