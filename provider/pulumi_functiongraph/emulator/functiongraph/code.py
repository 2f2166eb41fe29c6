"""The code of function versions: kept once for equal contents, gone with the last that has it."""

import hashlib
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import IntEnum

from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.state.damaged_rows import object_of, reads, tell
from pulumi_functiongraph.emulator.state.rows import delete, find, insert
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS fg_code (digest TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS fg_version_code (
    version INTEGER PRIMARY KEY REFERENCES fg_versions ON DELETE CASCADE,
    digest TEXT NOT NULL REFERENCES fg_code, trusted INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS fg_version_code_of ON fg_version_code (digest);
CREATE TRIGGER IF NOT EXISTS fg_code_ends_with_its_last_version AFTER DELETE ON fg_version_code
BEGIN
    DELETE FROM fg_code WHERE digest = OLD.digest
    AND NOT EXISTS (SELECT 1 FROM fg_version_code WHERE digest = OLD.digest);
END;
"""


class Origin(IntEnum):
    """Who has given a code; the column `trusted` has the number."""

    CLIENT = 0
    SEED = 1
    """The seed of this start: it is trusted."""
    FORMER_SEED = 2
    """The seed of a start before, and not of this one."""


@dataclass(frozen=True, slots=True)
class StoredCode:
    """The code of one version."""

    digest: str
    """SHA-512 in hexadecimal digits."""
    content: bytes = field(repr=False)
    """A zip, or the text of one file."""


def digest_of(content: bytes) -> str:
    """What the API calls the digest of a code."""
    return hashlib.sha512(content).hexdigest()


def put_code(
    connection: Connection, version: StoredVersion, content: bytes, *, trusted: bool
) -> None:
    """Keep the code of a version in place of what it had; nothing is no code.

    Args:
        connection: to the state.
        version: whose code it is.
        content: a zip, or the text of one file.
        trusted: whether who started the local cloud has given it, and not one of its clients.
    """
    delete(connection, "fg_version_code", version=version.number)
    if not content:
        return
    digest = digest_of(content)
    insert(connection, "fg_code", digest, content, otherwise="ON CONFLICT DO NOTHING")
    insert(connection, "fg_version_code", version.number, digest, trusted)


def copy_code(connection: Connection, source: StoredVersion, version: StoredVersion) -> None:
    """Give a version that has no code that of another one."""
    connection.execute(
        "INSERT INTO fg_version_code SELECT ?, digest, trusted FROM fg_version_code"
        " WHERE version = ?",
        (version.number, source.number),
    )


def distrust(connection: Connection, version: StoredVersion) -> None:
    """Count the code as a client's: a client has said how it is run."""
    connection.execute(
        "UPDATE fg_version_code SET trusted = ? WHERE version = ?", (Origin.CLIENT, version.number)
    )


def trust_only(
    connection: Connection, told: Collection[tuple[bytes, object, object]]
) -> tuple[str, ...]:
    """Trust code of seeds that was given once more, and no other: a folder may be somebody else's.

    Args:
        connection: to the state.
        told: content, handler and initializer of what is trusted.

    Returns:
        The names of the functions with code that is not.
    """
    rows = connection.execute(
        "SELECT t.version, c.content, v.document, f.name FROM fg_version_code AS t"
        " JOIN fg_code AS c USING (digest) JOIN fg_versions AS v ON v.number = t.version"
        " JOIN fg_functions AS f ON f.number = v.function WHERE t.trusted != ?",
        (Origin.CLIENT,),
    ).fetchall()
    former = set()
    for row in rows:
        origin = Origin.SEED if _found(row) in told else Origin.FORMER_SEED
        if origin is Origin.FORMER_SEED:
            former.add(str(row["name"]))
        connection.execute(
            "UPDATE fg_version_code SET trusted = ? WHERE version = ?", (origin, row["version"])
        )
    return tuple(sorted(former))


def _found(row: sqlite3.Row) -> tuple[bytes, object, object] | None:
    """Content and handlers of a version; None when they cannot be read."""
    try:
        model = object_of(row["document"])
    except (ValueError, TypeError):
        return None
    return row["content"], model.get("handler"), model.get("initializer_handler")


def origin_of(connection: Connection, version: StoredVersion) -> Origin | None:
    """Who has given the code of a version; None when none is kept."""
    kept = {"version": version.number}
    return find(connection, _origin, "fg_version_code", **kept)


def find_code(connection: Connection, version: StoredVersion) -> StoredCode | None:
    """The code of a version, None when none is kept."""
    digest = find(connection, _digest, "fg_version_code", version=version.number)
    if digest is None:
        return None
    code = find(connection, _code, "fg_code", digest=digest)
    if code is None:  # It is not taken for a function without code.
        raise tell("fg_version_code", "version", version.number)
    return code


@reads("fg_version_code", column="version")
def _digest(row: sqlite3.Row) -> str:
    digest: str = row["digest"]
    return digest


@reads("fg_version_code", column="version")
def _origin(row: sqlite3.Row) -> Origin:
    return Origin(row["trusted"])


@reads("fg_code", column="rowid")
def _code(row: sqlite3.Row) -> StoredCode:
    return StoredCode(row["digest"], row["content"])
