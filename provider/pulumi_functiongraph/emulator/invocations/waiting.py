"""Requests that wait for a process: their functions run in one, and none was free.

They are kept beside the queue, so that the dispatcher looks past them at what needs no process. In
the queue one is due at the end of its validity; whoever changes that, as a cancel does, ends the
wait.
"""

import sqlite3
from collections.abc import Collection
from datetime import datetime

from pulumi_functiongraph.emulator.instants import LATEST, from_micros, to_micros
from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.store import Connection

TABLE = "inv_waiting"

SCHEMA = f"""\
CREATE TABLE IF NOT EXISTS inv_waiting (
    number INTEGER PRIMARY KEY REFERENCES inv_requests ON DELETE CASCADE, due INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS inv_waiting_due ON inv_waiting (due, number);
CREATE TRIGGER IF NOT EXISTS inv_waiting_ends AFTER UPDATE OF due ON inv_requests BEGIN
    DELETE FROM inv_waiting WHERE number = OLD.number;
END;
DELETE FROM inv_waiting
    WHERE number NOT IN (SELECT number FROM inv_requests WHERE due IS NOT NULL);
UPDATE inv_requests SET due = accepted_at
    WHERE due = {LATEST} AND number NOT IN (SELECT number FROM inv_waiting);
"""  # noqa: S608 # a number of ours
"""The last two mend what is left where somebody has removed a row of the other table by hand."""


def add(connection: Connection, identifier: str, *, due: datetime) -> None:
    """Let the request that has an id, and is due since then, wait until a process is free."""
    connection.execute(
        "UPDATE inv_requests SET due = coalesce(accepted_at + max_age * 1000000, ?) WHERE id = ?",
        (LATEST, identifier),
    )
    connection.execute(
        "INSERT INTO inv_waiting SELECT number, ? FROM inv_requests WHERE id = ?",
        (to_micros(due), identifier),
    )


def look_again(connection: Connection, *, function: int) -> None:
    """Let the requests of the function of a number be decided anew: it may need no process now."""
    connection.execute(
        "UPDATE inv_requests SET due = (SELECT due FROM inv_waiting AS w"
        " WHERE w.number = inv_requests.number)"
        " WHERE number IN (SELECT w.number FROM inv_waiting AS w JOIN inv_requests AS r"
        " USING (number) JOIN fg_functions AS f USING (project_id, package, name)"
        " WHERE f.number = ?)",
        (function,),
    )


def since(connection: Connection, number: int) -> datetime | None:
    """Since when a request that waits has been due; None when it does not wait."""
    row = connection.execute("SELECT * FROM inv_waiting WHERE number = ?", (number,)).fetchone()
    return None if row is None else _since(row)


def is_empty(connection: Connection) -> bool:
    """Whether nothing waits."""
    return connection.execute("SELECT 1 FROM inv_waiting LIMIT 1").fetchone() is None


def is_in_turn(connection: Connection, number: int, *, running: Collection[int]) -> bool:
    """Whether a request waits, or no other does beside those that run by now."""
    if since(connection, number) is not None:
        return True
    rows = connection.execute(
        "SELECT number FROM inv_waiting ORDER BY due, number LIMIT ?", (len(running) + 1,)
    )
    return all(other in running for (other,) in rows)


@reads(TABLE)
def _since(row: sqlite3.Row) -> datetime:
    return from_micros(row["due"])
