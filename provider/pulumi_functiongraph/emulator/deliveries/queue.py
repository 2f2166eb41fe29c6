"""The queue of notifications: what is to be delivered, each attempt, and how it ended.

A notification enters in the transaction that finishes its request, and leaves in the one that keeps
what it brought to its target, or after its last attempt. The event is not kept twice: it follows
from the request.
"""

import sqlite3
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import msgspec

from pulumi_functiongraph.emulator.functiongraph.configs import Destination, check_kept_target
from pulumi_functiongraph.emulator.instants import from_micros, to_micros
from pulumi_functiongraph.emulator.invocations import journal
from pulumi_functiongraph.emulator.invocations.decision import Backoff
from pulumi_functiongraph.emulator.invocations.due import check_due
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.state.damaged_rows import attempts_of, readable, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS inv_deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    request INTEGER NOT NULL REFERENCES inv_requests ON DELETE CASCADE,
    outcome TEXT NOT NULL, service TEXT NOT NULL, param TEXT NOT NULL, status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
    reference TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, ended_at INTEGER, due INTEGER,
    UNIQUE (request, outcome)
);
CREATE INDEX IF NOT EXISTS inv_deliveries_due ON inv_deliveries (due, number)
    WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS inv_deliveries_lost ON inv_deliveries (number)
    WHERE status = 'WAIT' AND due IS NULL;
CREATE TABLE IF NOT EXISTS inv_arrivals (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery INTEGER NOT NULL UNIQUE REFERENCES inv_deliveries ON DELETE CASCADE
);
"""
"""Notifications are numbered as they are made, and once more as they end."""


class DeliveryStatus(StrEnum):
    """States of a notification."""

    WAIT = "WAIT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Delivery(msgspec.Struct, frozen=True):
    """A notification on its way."""

    number: int
    request: int
    """Number of the request whose result it tells."""
    outcome: str
    """Which result: "success" or "failure"."""
    target: Destination
    status: DeliveryStatus
    attempts: int
    """Attempts that have ended."""
    error: str
    """What the last attempt failed with."""
    reference: str
    """What it brought about: an object's key, the id of a message or request, a record's number."""
    created_at: datetime
    ended_at: datetime | None
    due: datetime | None


class Arrived(msgspec.Struct, frozen=True):
    """The target has it."""

    reference: str


class Failed(msgspec.Struct, frozen=True):
    """The target does not have it; the message says why and names no secret."""

    error: str


Attempt = Arrived | Failed


class Schedule(msgspec.Struct, frozen=True):
    """How often delivery is tried, and how long it waits between attempts."""

    attempts: int
    backoff: Backoff


def enqueue(connection: Connection, request: Request, outcome: str, *, now: datetime) -> None:
    """Tell a result to the target that the config names for it, if it names one."""
    target = request.target(outcome)
    if target is None:
        return
    connection.execute(
        "INSERT INTO inv_deliveries (request, outcome, service, param, status, created_at, due)"
        " VALUES (?, ?, ?, ?, 'WAIT', ?, ?)",
        (
            request.number,
            outcome,
            target.service,
            target.param,
            to_micros(now),
            to_micros(now),
        ),
    )


def settle(
    connection: Connection,
    delivery: Delivery,
    request: Request,
    attempt: Attempt,
    *,
    schedule: Schedule,
    now: datetime,
) -> None:
    """Record an attempt: delivered, tried again later, or given up."""
    attempts = delivery.attempts + 1
    due = None
    match attempt:
        case Arrived():
            status, step = DeliveryStatus.DELIVERED, Step.DELIVERED
        case Failed() if attempts < schedule.attempts:
            status, step = DeliveryStatus.WAIT, Step.DELIVERY_FAILED
            due = now + schedule.backoff.delay(attempts)
        case _:
            status, step = DeliveryStatus.FAILED, Step.DELIVERY_ABANDONED
    reference = attempt.reference if isinstance(attempt, Arrived) else ""
    error = attempt.error if isinstance(attempt, Failed) else delivery.error
    connection.execute(
        "UPDATE inv_deliveries SET status = ?, attempts = ?, error = ?, reference = ?,"
        " ended_at = ?, due = ? WHERE number = ?",
        (
            status,
            attempts,
            error,
            reference,
            to_micros(now) if due is None else None,
            None if due is None else to_micros(due),
            delivery.number,
        ),
    )
    if due is None:
        connection.execute("INSERT INTO inv_arrivals (delivery) VALUES (?)", (delivery.number,))
    journal.note(
        connection,
        now,
        step,
        request.id,
        request.function_urn,
        outcome=delivery.outcome,
        target=delivery.target.service,
        attempt=attempts,
        **({"reference": reference} if reference else {"error": error}),
        **({"until": due.isoformat()} if due else {}),
    )


def find_due(connection: Connection, number: int) -> Delivery | None:
    """A notification that is on its way; None when it is not any more, or is gone."""
    row = connection.execute(
        "SELECT * FROM inv_deliveries WHERE number = ? AND due IS NOT NULL", (number,)
    ).fetchone()
    return None if row is None else _delivery(row)


def is_there(connection: Connection, number: int) -> bool:
    """Whether there is a notification of a number, whatever has come of it."""
    query = "SELECT 1 FROM inv_deliveries WHERE number = ?"
    return connection.execute(query, (number,)).fetchone() is not None


def arrival_of(connection: Connection, number: int) -> int | None:
    """The number under which a notification ended; None when it has not."""
    row = connection.execute(
        "SELECT number FROM inv_arrivals WHERE delivery = ?", (number,)
    ).fetchone()
    return None if row is None else int(row["number"])


def delivery_of(connection: Connection, arrival: int) -> int:
    """The notification that ended under a number."""
    row = connection.execute(
        "SELECT delivery FROM inv_arrivals WHERE number = ?", (arrival,)
    ).fetchone()
    return int(row["delivery"])


def list_deliveries(connection: Connection, *, first: int = 0, most: int = -1) -> list[Delivery]:
    """Notifications by number, `most` of them (all by default) after `first`."""
    rows = connection.execute(
        "SELECT * FROM inv_deliveries WHERE number > ? ORDER BY number LIMIT ?", (first, most)
    )
    return [_delivery(row) for row in rows]


def list_of_request(connection: Connection, request: int) -> list[Delivery]:
    """Notifications of a request by its number, without those that cannot be read."""
    rows = connection.execute(
        "SELECT * FROM inv_deliveries WHERE request = ? ORDER BY number", (request,)
    )
    return list(readable(rows, _delivery))


@lru_cache(maxsize=1024)
def _target(service: str, param: str) -> Destination:
    target = Destination(service, param)
    check_kept_target(target)
    return target


@reads("inv_deliveries")
def _delivery(row: sqlite3.Row) -> Delivery:
    check_due(row)
    if row["outcome"] not in {"success", "failure"}:
        raise ValueError("no such outcome")
    return Delivery(
        number=row["number"],
        request=row["request"],
        outcome=row["outcome"],
        target=_target(row["service"], row["param"]),
        status=DeliveryStatus(row["status"]),
        attempts=attempts_of(row["attempts"]),
        error=row["error"],
        reference=row["reference"],
        created_at=from_micros(row["created_at"]),
        ended_at=None if row["ended_at"] is None else from_micros(row["ended_at"]),
        due=None if row["due"] is None else from_micros(row["due"]),
    )
