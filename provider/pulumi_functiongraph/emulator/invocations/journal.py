"""What happened to invocations, one line a step; kept with the changes that it tells of."""

import sqlite3
from datetime import datetime
from enum import StrEnum

import msgspec

from pulumi_functiongraph.emulator.http.exchange import JsonObject, compact_json
from pulumi_functiongraph.emulator.instants import from_micros, to_micros
from pulumi_functiongraph.emulator.invocations.outcome import Outcome
from pulumi_functiongraph.emulator.state.damaged_rows import object_of, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS inv_journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, step TEXT NOT NULL,
    request_id TEXT NOT NULL, function_urn TEXT NOT NULL, detail TEXT NOT NULL
);
"""

MAX_NOTED = 2000
"""Characters that are told of what one run printed, the last ones; ours."""

CAPACITY = 100_000
"""Lines kept; older ones are dropped, so that a long run does not grow without end."""

_DROPPED_AT_ONCE = 1_000


class Step(StrEnum):
    """The kinds of lines."""

    ACCEPTED = "accepted"
    RAN = "ran"
    ANSWERED = "answered"
    """Of a run whose caller has waited for it; there is no other line of that one."""
    CUT_OFF = "cut_off"
    WAITING = "waiting"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    LOOP_BROKEN = "loop_broken"
    DELIVERED = "delivered"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_ABANDONED = "delivery_abandoned"
    TRIGGERED = "triggered"
    NOT_TRIGGERED = "not_triggered"


class Line(msgspec.Struct, frozen=True):
    """One step."""

    number: int
    time: datetime
    step: Step
    request_id: str
    function_urn: str
    detail: JsonObject


def note(  # one argument a fact
    connection: Connection,
    now: datetime,
    step: Step,
    request_id: str,
    function_urn: str,
    **detail: object,
) -> None:
    """Add a line."""
    cursor = connection.execute(
        "INSERT INTO inv_journal (time, step, request_id, function_urn, detail)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            to_micros(now),
            step,
            request_id,
            function_urn,
            compact_json(detail) if detail else "{}",
        ),
    )
    number = cursor.lastrowid or 0
    if number % _DROPPED_AT_ONCE == 0:
        connection.execute("DELETE FROM inv_journal WHERE number <= ?", (number - CAPACITY,))


def told_of(outcome: Outcome) -> dict[str, str]:
    """What a line tells of a run."""
    facts = {"result": outcome.result, "error": outcome.error, "log": outcome.log[-MAX_NOTED:]}
    return {name: str(fact) for name, fact in facts.items() if fact}


def list_lines(connection: Connection, *, after: int = 0, most: int = CAPACITY) -> list[Line]:
    """The lines that follow number `after`, oldest first."""
    rows = connection.execute(
        "SELECT * FROM inv_journal WHERE number > ? ORDER BY number LIMIT ?", (after, most)
    )
    return [_line(row) for row in rows]


def newest(connection: Connection) -> int:
    """Number of the newest line; 0 before the first one."""
    (number,) = connection.execute("SELECT max(number) FROM inv_journal").fetchone()
    return number or 0


@reads("inv_journal")
def _line(row: sqlite3.Row) -> Line:
    return Line(
        row["number"],
        from_micros(row["time"]),
        Step(row["step"]),
        row["request_id"],
        row["function_urn"],
        object_of(row["detail"]),
    )
