"""What is kept of buckets and objects, so that they survive a restart."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pulumi_functiongraph.emulator.state.damaged_rows import readable, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS obs_buckets (
    name TEXT PRIMARY KEY, region TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS obs_objects (
    bucket TEXT NOT NULL REFERENCES obs_buckets ON DELETE CASCADE, key TEXT NOT NULL,
    headers TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (bucket, key)
);
"""

EXPIRES = "x-amz-expires"
"""What `x-obs-expires` is called behind OBS: days from its last change until OBS deletes an
object; OBS API reference, "PUT Object"."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket; names are unique across accounts."""

    name: str
    region: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object; `headers` are those that a PUT needs to make it again."""

    bucket: str
    key: str
    headers: Mapping[str, str]
    content: bytes


def put_bucket(connection: Connection, name: str, region: str, now: datetime) -> None:
    """Add a bucket; one that exists is left as it is."""
    connection.execute(
        "INSERT INTO obs_buckets VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (name, region, now.isoformat()),
    )


def set_region(connection: Connection, name: str, region: str) -> None:
    """Let a bucket lie in another region."""
    connection.execute("UPDATE obs_buckets SET region = ? WHERE name = ?", (region, name))


def find_bucket(connection: Connection, name: str) -> Bucket | None:
    """The bucket of this name."""
    row = connection.execute("SELECT * FROM obs_buckets WHERE name = ?", (name,)).fetchone()
    return None if row is None else _bucket(row)


def list_buckets(connection: Connection) -> list[Bucket]:
    """All buckets by name."""
    rows = connection.execute("SELECT * FROM obs_buckets ORDER BY name")
    return list(readable(rows, _bucket))


def delete_bucket(connection: Connection, name: str) -> None:
    """Remove a bucket with its objects."""
    connection.execute("DELETE FROM obs_buckets WHERE name = ?", (name,))


def put_object(connection: Connection, stored: StoredObject) -> None:
    """Keep an object in place of what its key held."""
    connection.execute(
        "INSERT OR REPLACE INTO obs_objects VALUES (?, ?, ?, ?)",
        (stored.bucket, stored.key, json.dumps(dict(stored.headers)), stored.content),
    )


def delete_object(connection: Connection, bucket: str, key: str) -> None:
    """Remove an object."""
    connection.execute("DELETE FROM obs_objects WHERE bucket = ? AND key = ?", (bucket, key))


def find_headers(connection: Connection, bucket: str, key: str) -> Mapping[str, str]:
    """What is kept of an object besides its content; empty when there is no such object."""
    found = find_object(connection, bucket, key)
    return {} if found is None else found.headers


def find_object(connection: Connection, bucket: str, key: str) -> StoredObject | None:
    """One object with its content."""
    row = connection.execute(
        "SELECT rowid, * FROM obs_objects WHERE bucket = ? AND key = ?", (bucket, key)
    ).fetchone()
    return None if row is None else _object(row)


def has_object(connection: Connection, bucket: str, key: str) -> bool:
    """Whether there is an object of that key."""
    query = "SELECT 1 FROM obs_objects WHERE bucket = ? AND key = ?"
    return connection.execute(query, (bucket, key)).fetchone() is not None


def list_keys(connection: Connection, bucket: str) -> list[str]:
    """The keys of a bucket, sorted."""
    rows = connection.execute(
        "SELECT key FROM obs_objects WHERE bucket = ? ORDER BY key", (bucket,)
    )
    return [row["key"] for row in rows]


def list_objects(connection: Connection) -> list[StoredObject]:
    """All objects with their content."""
    rows = connection.execute("SELECT rowid, * FROM obs_objects ORDER BY bucket, key")
    return list(readable(rows, _object))


@reads("obs_objects", column="rowid")
def _object(row: sqlite3.Row) -> StoredObject:
    return StoredObject(row["bucket"], row["key"], json.loads(row["headers"]), row["content"])


@reads("obs_buckets", column="name")
def _bucket(row: sqlite3.Row) -> Bucket:
    return Bucket(row["name"], row["region"], datetime.fromisoformat(row["created_at"]))
