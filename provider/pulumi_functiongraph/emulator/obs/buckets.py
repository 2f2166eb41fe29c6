"""What is kept of buckets and objects, so that they survive a restart."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.state.damaged_rows import readable, reads
from pulumi_functiongraph.emulator.state.rows import columns, delete, find, insert, of, select
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


class Bucket(msgspec.Struct, frozen=True):
    """A bucket; names are unique across accounts."""

    name: str
    region: str
    created_at: datetime


class StoredObject(msgspec.Struct, frozen=True):
    """An object; `headers` are those that a PUT needs to make it again."""

    bucket: str
    key: str
    headers: Mapping[str, str]
    content: bytes


def put_bucket(connection: Connection, name: str, region: str, now: datetime) -> None:
    """Add a bucket; one that exists is left as it is."""
    row = columns(Bucket(name, region, now))
    insert(connection, "obs_buckets", *row, otherwise="ON CONFLICT DO NOTHING")


def set_region(connection: Connection, name: str, region: str) -> None:
    """Let a bucket lie in another region."""
    connection.execute("UPDATE obs_buckets SET region = ? WHERE name = ?", (region, name))


def find_bucket(connection: Connection, name: str) -> Bucket | None:
    """The bucket of this name."""
    return find(connection, _bucket, "obs_buckets", name=name)


def list_buckets(connection: Connection) -> list[Bucket]:
    """All buckets by name."""
    return select(connection, _bucket, "obs_buckets", order="name")


def delete_bucket(connection: Connection, name: str) -> None:
    """Remove a bucket with its objects."""
    delete(connection, "obs_buckets", name=name)


def put_object(connection: Connection, stored: StoredObject) -> None:
    """Keep an object in place of what its key held."""
    delete_object(connection, stored.bucket, stored.key)
    insert(connection, "obs_objects", *columns(stored))


def delete_object(connection: Connection, bucket: str, key: str) -> None:
    """Remove an object."""
    delete(connection, "obs_objects", bucket=bucket, key=key)


def find_headers(connection: Connection, bucket: str, key: str) -> Mapping[str, str]:
    """What is kept of an object besides its content; empty when there is no such object."""
    found = find_object(connection, bucket, key)
    return {} if found is None else found.headers


def find_object(connection: Connection, bucket: str, key: str) -> StoredObject | None:
    """One object with its content."""
    return find(connection, _object, "obs_objects", bucket=bucket, key=key)


def has_object(connection: Connection, bucket: str, key: str) -> bool:
    """Whether there is an object of that key."""
    query = "SELECT 1 FROM obs_objects WHERE bucket = ? AND key = ?"
    return connection.execute(query, (bucket, key)).fetchone() is not None


def list_keys(connection: Connection, bucket: str, *, last: int | None = None) -> list[str]:
    """The keys of a bucket, sorted; with `last`, so many of the last."""
    rows = connection.execute(
        "SELECT rowid, key FROM obs_objects WHERE bucket = ? ORDER BY key DESC LIMIT ?",
        (bucket, -1 if last is None else last),
    )
    return list(readable(rows, _key))[::-1]


def list_objects(connection: Connection) -> list[StoredObject]:
    """All objects with their content."""
    return select(connection, _object, "obs_objects", order="bucket, key")


@reads("obs_objects", column="rowid")
def _object(row: sqlite3.Row) -> StoredObject:
    stored: StoredObject = of(StoredObject)(row)
    if not stored.key or not all(isinstance(each, str) for each in stored.headers.values()):
        raise ValueError("no object that a PUT could make")
    return stored


@reads("obs_objects", column="rowid")
def _key(row: sqlite3.Row) -> str:
    key: str = row["key"]
    return key


_bucket = reads("obs_buckets", column="name")(of(Bucket))
