"""The aliases of functions as they are kept."""

import json
import sqlite3
from collections.abc import Mapping

import msgspec

from pulumi_functiongraph.emulator.functiongraph import errors
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.state.damaged_rows import dated_object_of, readable, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS fg_aliases (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    function INTEGER NOT NULL REFERENCES fg_functions ON DELETE CASCADE,
    name TEXT NOT NULL, version TEXT NOT NULL, document TEXT NOT NULL,
    UNIQUE (function, name)
);
"""


class StoredAlias(msgspec.Struct, frozen=True):
    """One alias of a function."""

    name: str
    version: str
    document: JsonObject


def further_versions(alias: Mapping[str, object]) -> list[str]:
    """The further versions to which an alias sends calls: a share of them, or by rule."""
    told = [alias.get(f"additional_version_{how}") for how in ("weights", "strategy")]
    return [version for each in told if isinstance(each, dict) for version in each]


def list_aliases(connection: Connection, function: int) -> list[StoredAlias]:
    """All aliases of a function, oldest first."""
    rows = connection.execute(
        "SELECT * FROM fg_aliases WHERE function = ? ORDER BY number", (function,)
    )
    return list(readable(rows, _stored_alias))


def find_alias(connection: Connection, function: int, name: str) -> StoredAlias:
    """One alias.

    Raises:
        errors.ALIAS_NOT_FOUND: the function has no such alias.
    """
    row = connection.execute(
        "SELECT * FROM fg_aliases WHERE function = ? AND name = ?", (function, name)
    ).fetchone()
    if row is None:
        raise errors.ALIAS_NOT_FOUND.error()
    return _stored_alias(row)


def add_alias(connection: Connection, function: int, alias: StoredAlias) -> None:
    """Add an alias.

    Raises:
        errors.ALIAS_EXISTS: the function has an alias of that name.
    """
    try:
        connection.execute(
            "INSERT INTO fg_aliases (function, name, version, document) VALUES (?, ?, ?, ?)",
            (function, alias.name, alias.version, json.dumps(alias.document)),
        )
    except sqlite3.IntegrityError:
        raise errors.ALIAS_EXISTS.error(f"The alias {alias.name} already exists") from None


def replace_alias(connection: Connection, function: int, alias: StoredAlias) -> None:
    """Keep an alias that exists in its new form."""
    connection.execute(
        "UPDATE fg_aliases SET version = ?, document = ? WHERE function = ? AND name = ?",
        (alias.version, json.dumps(alias.document), function, alias.name),
    )


def delete_alias(connection: Connection, function: int, name: str) -> None:
    """Remove an alias."""
    connection.execute("DELETE FROM fg_aliases WHERE function = ? AND name = ?", (function, name))


@reads("fg_aliases")
def _stored_alias(row: sqlite3.Row) -> StoredAlias:
    return StoredAlias(row["name"], row["version"], dated_object_of(row["document"]))
