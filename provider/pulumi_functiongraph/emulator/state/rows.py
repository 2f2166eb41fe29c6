"""Rows of tables: how values are kept in one and read from it, and how they are found.

Never here: what a table holds; that is with its service.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_origin, get_type_hints

import msgspec

from pulumi_functiongraph.emulator.state.damaged_rows import moment_of, object_of, readable
from pulumi_functiongraph.emulator.state.store import Connection

Value = TypeVar("Value")
Read = Callable[[sqlite3.Row], Value]


def columns(value: msgspec.Struct) -> tuple[object, ...]:
    """The fields of a value as they are kept: a time in ISO 8601, a mapping as JSON."""
    return tuple(_kept(getattr(value, name)) for name in value.__struct_fields__)


def _kept(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(dict(value)) if isinstance(value, Mapping) else value


@cache
def of(kind: type[Value]) -> Read[Value]:
    """Reads a value of a row with columns of the names of its fields, as `columns` has kept them.

    What it raises where the row is damaged is told by `damaged_rows.reads`.
    """
    types = get_type_hints(kind)
    parsers = [(name, parse) for name, each in types.items() if (parse := _parser(each))]

    def read(row: sqlite3.Row) -> Value:
        values: dict[str, Any] = {name: row[name] for name in types}
        for name, parse in parsers:
            values[name] = parse(values[name])
        return kind(**values)

    return read


def _parser(kind: object) -> Callable[[Any], object] | None:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    parsers: Mapping[object, Callable[[Any], object]] = {
        datetime: moment_of,
        Mapping: object_of,
        dict: object_of,
    }
    return parsers.get(get_origin(kind) or kind)


def insert(connection: Connection, table: str, *values: object, otherwise: str = "") -> None:
    """Add a row.

    Args:
        connection: within a transaction.
        table: one of ours.
        values: of all columns, in order.
        otherwise: what is done where there is such a row already, in SQL.
    """
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} VALUES ({marks}) {otherwise}", values)  # noqa: S608 # ours


def find(connection: Connection, read: Read[Value], table: str, **where: object) -> Value | None:
    """The value of the first row whose columns hold these values, None without one."""
    row = _rows(connection, table, where, "rowid").fetchone()
    return None if row is None else read(row)


def select(
    connection: Connection, read: Read[Value], table: str, *, order: str = "rowid", **where: object
) -> list[Value]:
    """The values of all rows whose columns hold these values, but for damaged ones.

    `order` is what SQL orders them by.
    """
    return list(readable(_rows(connection, table, where, order), read))


def select_last(
    connection: Connection, read: Read[Value], table: str, last: int | None, **where: object
) -> list[Value]:
    """The values of the rows that were added last, oldest first; of all rows without a number."""
    order = f"rowid DESC LIMIT {-1 if last is None else last}"  # SQLite: a negative limit is none
    return select(connection, read, table, order=order, **where)[::-1]


def count(connection: Connection, table: str, **where: object) -> int:
    """How many rows there are whose columns hold these values, damaged ones too."""
    query = f"SELECT count(*) FROM {table}{_where(*where)}"  # noqa: S608 # names of ours
    [number] = connection.execute(query, [*where.values()]).fetchone()
    return int(number)


def delete(connection: Connection, table: str, **where: object) -> bool:
    """Remove the rows whose columns hold these values; whether there was one."""
    query = f"DELETE FROM {table}{_where(*where)}"  # noqa: S608 # names of ours
    return connection.execute(query, [*where.values()]).rowcount > 0


def _rows(
    connection: Connection, table: str, where: Mapping[str, object], order: str
) -> sqlite3.Cursor:
    query = f"SELECT rowid, * FROM {table}{_where(*where)} ORDER BY {order}"  # noqa: S608 # ours
    return connection.execute(query, [*where.values()])


@cache
def _where(*names: str) -> str:
    conditions = " AND ".join(f"{name} IS ?" for name in names)
    return f" WHERE {conditions}" if conditions else ""
