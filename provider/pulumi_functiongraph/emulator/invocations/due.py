"""What is due in a table: its rows have a `number`, and a time in `due` until they are over."""

import sqlite3
from datetime import datetime

from pulumi_functiongraph.emulator.clock import LAST
from pulumi_functiongraph.emulator.instants import LATEST, from_micros, to_micros
from pulumi_functiongraph.emulator.state import damaged_rows
from pulumi_functiongraph.emulator.state.store import Connection

_WAITS = "WAIT"
"""Status of a row that is not over."""


def list_due(connection: Connection, table: str, *, now: datetime, most: int) -> list[int]:
    """Numbers of the rows that are due, the longest due first."""
    rows = connection.execute(
        f"SELECT number FROM {table} WHERE due <= ? ORDER BY due, number LIMIT ?",  # noqa: S608 # ours
        (to_micros(now), most),
    )
    return [number for (number,) in rows]


def is_due(connection: Connection, table: str) -> bool:
    """Whether anything in a table is not over yet."""
    query = f"SELECT 1 FROM {table} WHERE due IS NOT NULL LIMIT 1"  # noqa: S608 # a name of ours
    return connection.execute(query).fetchone() is not None


def count_due(connection: Connection, table: str) -> int:
    """How many rows are not over."""
    (count,) = connection.execute(
        f"SELECT count(*) FROM {table} WHERE due IS NOT NULL"  # noqa: S608 # a name of ours
    ).fetchone()
    return int(count)


def check_due(row: sqlite3.Row) -> None:
    """Let nothing go on with a row that waits for ever, or is due and over.

    Raises:
        ValueError: it is one.
    """
    if (row["status"] == _WAITS) != (row["due"] is not None):
        raise ValueError("what waits is due, and nothing else")


def tell_lost(connection: Connection, table: str) -> None:
    """Say which rows wait without being due: nobody would come to them."""
    query = f"SELECT number FROM {table} WHERE status = '{_WAITS}' AND due IS NULL"  # noqa: S608 # ours
    for (number,) in connection.execute(query):
        damaged_rows.tell(table, "number", number)


def next_due(connection: Connection, table: str, *, after: datetime) -> datetime | None:
    """When the first row is due that is not due by `after`.

    What is due when the clocks have ended is never due; a due time that is none is told.
    """
    due, last = connection.execute(
        f"SELECT (SELECT min(due) FROM {table} WHERE due > ? AND due <= ?),"  # noqa: S608 # ours
        f" (SELECT max(due) FROM {table} WHERE due IS NOT NULL)",
        (to_micros(after), to_micros(LAST)),
    ).fetchone()
    if not (last is None or (isinstance(last, int) and last <= LATEST)):
        _tell_damaged(connection, table)
    return None if due is None else from_micros(due)


def _tell_damaged(connection: Connection, table: str) -> None:
    query = f"SELECT number FROM {table} WHERE due > ?"  # noqa: S608 # ours; texts are more
    for (number,) in connection.execute(query, (LATEST,)):
        damaged_rows.tell(table, "number", number)
