"""What FunctionGraph keeps: functions and their versions, each with its async config."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from pulumi_functiongraph.emulator.functiongraph import errors
from pulumi_functiongraph.emulator.functiongraph.names import LATEST, Reference, format_urn
from pulumi_functiongraph.emulator.functiongraph.stored_aliases import (
    find_alias,
    further_versions,
    list_aliases,
)
from pulumi_functiongraph.emulator.functiongraph.stored_configs import StoredConfig, stored_config
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.state.damaged_rows import dated_object_of, readable, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS fg_functions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id TEXT NOT NULL, package TEXT NOT NULL, name TEXT NOT NULL,
    UNIQUE (project_id, package, name)
);
CREATE TABLE IF NOT EXISTS fg_versions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    function INTEGER NOT NULL REFERENCES fg_functions ON DELETE CASCADE,
    version TEXT NOT NULL, document TEXT NOT NULL,
    UNIQUE (function, version)
);
"""

_VERSIONS = """
SELECT f.number AS function, f.project_id, f.package, f.name, v.number, v.version, v.document,
       c.version AS config, c.age, c.retries, c.status_log, c.success_service, c.success_param,
       c.failure_service, c.failure_param, c.created_at, c.modified_at
FROM fg_functions AS f JOIN fg_versions AS v ON v.function = f.number
LEFT JOIN fg_async_configs AS c ON c.version = v.number
"""

_COUNT = "SELECT count(*) FROM fg_functions AS f "
_CHOSEN = """\
WHERE f.project_id = ? AND (? IS NULL OR f.package = ?) AND (? IS NULL OR instr(f.name, ?) > 0)
"""


class StoredVersion(msgspec.Struct, frozen=True):
    """One version of a function; `latest` is one of them."""

    function: int
    number: int
    project_id: str
    package: str
    name: str
    version: str
    document: Mapping[str, object]
    config: StoredConfig | None


def urn_of(version: StoredVersion, project: Project, *, qualifier: str | None = None) -> str:
    """The URN of the function, with `qualifier` if there is one."""
    return format_urn(
        region=project.region,
        project_id=project.id,
        package=version.package,
        name=version.name,
        qualifier=qualifier,
    )


def create_function(
    connection: Connection, *, project_id: str, package: str, name: str, document: JsonObject
) -> StoredVersion:
    """Add a function with its version `latest`.

    Raises:
        errors.FUNCTION_EXISTS: the name is taken.
    """
    try:
        cursor = connection.execute(
            "INSERT INTO fg_functions (project_id, package, name) VALUES (?, ?, ?)",
            (project_id, package, name),
        )
    except sqlite3.IntegrityError:
        raise errors.FUNCTION_EXISTS.error(f"The function {name} already exists") from None
    connection.execute(
        "INSERT INTO fg_versions (function, version, document) VALUES (?, ?, ?)",
        (cursor.lastrowid, LATEST, json.dumps(document)),
    )
    return find_version(connection, project_id, package, name, LATEST)


def list_functions(
    connection: Connection,
    *,
    project_id: str,
    package: str | None,
    name_part: str | None,
    first: int,
    most: int,
) -> tuple[list[StoredVersion], int]:
    """The `latest` versions of a project's functions, oldest first, `most` of them from `first` on.

    Returns:
        Them, and how many there are in all.
    """
    values = (project_id, package, package, name_part, name_part)
    (count,) = connection.execute(_COUNT + _CHOSEN, values).fetchone()
    rows = connection.execute(
        _VERSIONS + _CHOSEN + "AND v.version = ? ORDER BY f.number LIMIT ? OFFSET ?",
        (*values, LATEST, most, first),
    )
    return list(readable(rows, _stored_version)), count


def find_version(
    connection: Connection, project_id: str, package: str, name: str, version: str
) -> StoredVersion:
    """One version of a function.

    Raises:
        errors.FUNCTION_NOT_FOUND: there is no such function.
        errors.VERSION_NOT_FOUND: the function has no such version.
    """
    row = connection.execute(
        _VERSIONS + "WHERE f.project_id = ? AND f.package = ? AND f.name = ? AND v.version = ?",
        (project_id, package, name, version),
    ).fetchone()
    if row is not None:
        return _stored_version(row)
    if version == LATEST:
        raise errors.FUNCTION_NOT_FOUND.error()
    find_version(connection, project_id, package, name, LATEST)
    raise errors.VERSION_NOT_FOUND.error()


def resolve(connection: Connection, project: Project, reference: Reference) -> StoredVersion:
    """The version that a reference means; an alias is followed.

    Raises:
        errors.FUNCTION_NOT_FOUND: there is no such function.
        errors.VERSION_NOT_FOUND: there is no such version.
        errors.ALIAS_NOT_FOUND: there is no such alias.
    """
    version = reference.qualifier
    if reference.alias is not None:
        latest = find_latest(connection, project, reference)
        version = find_alias(connection, latest.function, reference.alias).version
    return find_version(connection, project.id, reference.package, reference.name, version)


def find_latest(connection: Connection, project: Project, reference: Reference) -> StoredVersion:
    """The version `latest` of the function, whatever version the reference names.

    Raises:
        errors.FUNCTION_NOT_FOUND: there is no such function.
    """
    return find_version(connection, project.id, reference.package, reference.name, LATEST)


def list_versions(connection: Connection, function: int) -> list[StoredVersion]:
    """All versions of a function, `latest` first, then oldest first."""
    rows = connection.execute(_VERSIONS + "WHERE f.number = ? ORDER BY v.number", (function,))
    return list(readable(rows, _stored_version))


def replace_document(connection: Connection, version: StoredVersion, document: JsonObject) -> None:
    """Keep `document` as the version's model."""
    connection.execute(
        "UPDATE fg_versions SET document = ? WHERE number = ?",
        (json.dumps(document), version.number),
    )


def add_version(
    connection: Connection, latest: StoredVersion, *, version: str, document: JsonObject
) -> StoredVersion:
    """Publish a version.

    Raises:
        errors.VERSION_EXISTS: the function has a version of that name.
    """
    try:
        connection.execute(
            "INSERT INTO fg_versions (function, version, document) VALUES (?, ?, ?)",
            (latest.function, version, json.dumps(document)),
        )
    except sqlite3.IntegrityError:
        raise errors.VERSION_EXISTS.error(f"The version {version} already exists") from None
    return find_version(connection, latest.project_id, latest.package, latest.name, version)


def delete_function(connection: Connection, version: StoredVersion) -> None:
    """Remove a function with its versions, aliases and configs."""
    connection.execute("DELETE FROM fg_functions WHERE number = ?", (version.function,))


def delete_version(connection: Connection, version: StoredVersion) -> None:
    """Remove one published version with its config.

    Raises:
        errors.VERSION_IN_USE: an alias points to it.
    """
    aliases = [
        alias.name
        for alias in list_aliases(connection, version.function)
        if version.version in {alias.version, *further_versions(alias.document)}
    ]
    if aliases:
        raise errors.VERSION_IN_USE.error(
            f"The version {version.version} is used by the alias {aliases[0]}"
        )
    connection.execute("DELETE FROM fg_versions WHERE number = ?", (version.number,))


def walk_project(connection: Connection) -> Iterator[StoredVersion]:
    """Every version of every function, in the order of creation."""
    rows = connection.execute(_VERSIONS + "ORDER BY f.number, v.number")
    return readable(rows, _stored_version)


@reads("fg_functions", found={"number": "function"})
def names_of(row: sqlite3.Row) -> tuple[str, str, str]:
    """Project, package and name in a row that has the function's number as `function`."""
    return row["project_id"], row["package"], row["name"]


@reads("fg_versions")
@lru_cache(maxsize=1024)
def _stored_version(row: sqlite3.Row) -> StoredVersion:
    project_id, package, name = names_of(row)
    return StoredVersion(
        function=row["function"],
        number=row["number"],
        project_id=project_id,
        package=package,
        name=name,
        version=row["version"],
        document=dated_object_of(row["document"]),
        config=None if row["config"] is None else stored_config(row),
    )
