"""Streams and their records."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.iam.models import Project
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
CREATE TABLE IF NOT EXISTS dis_streams (
    project_id TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL,
    PRIMARY KEY (project_id, name)
);
CREATE TABLE IF NOT EXISTS dis_records (
    project_id TEXT NOT NULL, stream TEXT NOT NULL, number INTEGER NOT NULL,
    partition_key TEXT, data TEXT NOT NULL, PRIMARY KEY (project_id, stream, number),
    FOREIGN KEY (project_id, stream) REFERENCES dis_streams ON DELETE CASCADE
);
"""


MAX_RECORD = 1024 * 1024
"""Bytes of a record's content, before it is in base64; DIS glossary, "data record"."""


class Stream(msgspec.Struct, frozen=True):
    """A stream."""

    project_id: str
    name: str
    status: str
    created_at: datetime


class Record(msgspec.Struct, frozen=True):
    """A record; `data` is in base64, as it came."""

    partition_key: str | None
    data: str


def append(connection: Connection, stream: Stream, records: Sequence[Record]) -> int:
    """Add records to a stream; the sequence number of the first."""
    row = connection.execute(
        "SELECT coalesce(max(number) + 1, 0) AS next FROM dis_records"
        " WHERE project_id = ? AND stream = ?",
        (stream.project_id, stream.name),
    ).fetchone()
    first: int = row["next"]
    connection.executemany(
        "INSERT INTO dis_records VALUES (?, ?, ?, ?, ?)",
        [
            (stream.project_id, stream.name, first + index, record.partition_key, record.data)
            for index, record in enumerate(records)
        ],
    )
    return first


def list_records(
    connection: Connection, stream: Stream, *, last: int | None = None
) -> list[Record]:
    """The records of a stream, oldest first; with `last`, so many of the newest."""
    where = {"project_id": stream.project_id, "stream": stream.name}
    return select_last(connection, _record, "dis_records", last, **where)


def delete_stream(connection: Connection, stream: Stream) -> None:
    """Remove a stream with its records."""
    delete(connection, "dis_streams", project_id=stream.project_id, name=stream.name)


def put_stream(
    connection: Connection, project: Project, name: str, status: str, *, now: datetime
) -> None:
    """Add a stream, or give it another status."""
    row = columns(Stream(project.id, name, status, now))
    status_only = "ON CONFLICT DO UPDATE SET status = excluded.status"
    insert(connection, "dis_streams", *row, otherwise=status_only)


def find_stream(connection: Connection, project: Project, name: str) -> Stream | None:
    """The project's stream of this name."""
    return find(connection, _stream, "dis_streams", project_id=project.id, name=name)


def list_streams(connection: Connection, project: Project | None = None) -> list[Stream]:
    """A project's streams by name; without a project, all of them."""
    whose = {} if project is None else {"project_id": project.id}
    return select(connection, _stream, "dis_streams", order="project_id, name", **whose)


_record = reads("dis_records")(of(Record))
_stream = reads("dis_streams", column="rowid")(of(Stream))
