"""The queue of messages to subscribers that are no functions: whom to call, and how it ended.

A call enters in the transaction that publishes its message. Called are `http` endpoints on this
machine; of every other one it is kept why it is not.
"""

import sqlite3
from datetime import datetime
from enum import StrEnum

import msgspec

from pulumi_functiongraph.emulator.deliveries.queue import Arrived, Attempt, Failed, Schedule
from pulumi_functiongraph.emulator.http.loopback import is_loopback_url
from pulumi_functiongraph.emulator.instants import to_micros
from pulumi_functiongraph.emulator.invocations.due import check_due
from pulumi_functiongraph.emulator.smn.models import Message, message_of
from pulumi_functiongraph.emulator.smn.subscriptions import CONFIRMED, HTTP, Subscription
from pulumi_functiongraph.emulator.state.damaged_rows import attempts_of, readable, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS smn_calls (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    message TEXT NOT NULL REFERENCES smn_messages ON DELETE CASCADE,
    subscription TEXT NOT NULL, protocol TEXT NOT NULL, endpoint TEXT NOT NULL,
    status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL, due INTEGER
);
CREATE INDEX IF NOT EXISTS smn_calls_due ON smn_calls (due, number) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS smn_calls_lost ON smn_calls (number)
    WHERE status = 'WAIT' AND due IS NULL;
CREATE INDEX IF NOT EXISTS smn_calls_of ON smn_calls (message);
"""


class CallStatus(StrEnum):
    """States of a call."""

    WAIT = "WAIT"
    CALLED = "CALLED"
    FAILED = "FAILED"
    NOT_CALLED = "NOT_CALLED"


class SubscriberCall(msgspec.Struct, frozen=True):
    """A message on its way to one subscriber."""

    number: int
    message: Message
    subscription: str
    """URN of the subscription, as it was when the message was published."""
    protocol: str
    endpoint: str
    status: CallStatus
    attempts: int
    """Attempts that have ended."""
    error: str
    """What the last attempt failed with, or why there is none."""


def enqueue(
    connection: Connection, subscription: Subscription, message: Message, *, now: datetime
) -> None:
    """Tell a message to a subscriber, or keep why it is not told."""
    reason = _hindrance(subscription)
    connection.execute(
        "INSERT INTO smn_calls (message, subscription, protocol, endpoint, status, error, due)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            message.id,
            subscription.urn,
            subscription.protocol,
            subscription.endpoint,
            CallStatus.NOT_CALLED if reason else CallStatus.WAIT,
            reason,
            None if reason else to_micros(now),
        ),
    )


def _hindrance(subscription: Subscription) -> str:
    """Why a subscriber is not called; empty when it is."""
    if subscription.protocol != HTTP:
        return f"the local cloud calls no {subscription.protocol} endpoints"
    if not is_loopback_url(subscription.endpoint):
        return "the local cloud calls http endpoints on this machine only"
    return "" if subscription.status == CONFIRMED else "the subscription is not confirmed"


def settle(
    connection: Connection,
    call: SubscriberCall,
    attempt: Attempt,
    *,
    schedule: Schedule,
    now: datetime,
) -> None:
    """Record an attempt: called, tried again later, or given up."""
    attempts, due = call.attempts + 1, None
    match attempt:
        case Arrived():
            status = CallStatus.CALLED
        case Failed() if attempts < schedule.attempts:
            status, due = CallStatus.WAIT, to_micros(now + schedule.backoff.delay(attempts))
        case _:
            status = CallStatus.FAILED
    error = attempt.error if isinstance(attempt, Failed) else call.error
    connection.execute(
        "UPDATE smn_calls SET status = ?, attempts = ?, error = ?, due = ? WHERE number = ?",
        (status, attempts, error, due, call.number),
    )


def find(connection: Connection, number: int) -> SubscriberCall | None:
    """A call; None once its message is gone."""
    rows = connection.execute(f"{_CALLS} WHERE c.number = ?", (number,))
    return next((_call(row) for row in rows), None)


def list_calls(
    connection: Connection, topic_urn: str, *, last: int | None = None
) -> list[SubscriberCall]:
    """The calls that messages of a topic led to, oldest first; with `last`, the newest ones."""
    rows = connection.execute(
        f"{_CALLS} WHERE m.topic_urn = ? ORDER BY c.number DESC LIMIT ?",
        (topic_urn, _ALL if last is None else last),
    )
    return list(readable(rows, _call))[::-1]


def count_calls(connection: Connection, topic_urn: str) -> int:
    """How many calls messages of a topic led to."""
    [number] = connection.execute(
        "SELECT count(*) FROM smn_calls WHERE message IN"
        " (SELECT id FROM smn_messages WHERE topic_urn = ?)",
        (topic_urn,),
    ).fetchone()
    return int(number)


_ALL = -1
"""SQLite: a negative limit is none."""


_CALLS = (
    "SELECT c.number, c.subscription, c.protocol, c.endpoint, c.status, c.attempts, c.error, c.due,"
    " m.*"
    " FROM smn_calls AS c JOIN smn_messages AS m ON m.id = c.message"
)


@reads("smn_calls")
def _call(row: sqlite3.Row) -> SubscriberCall:
    check_due(row)
    return SubscriberCall(
        row["number"],
        message_of(row),
        row["subscription"],
        row["protocol"],
        row["endpoint"],
        CallStatus(row["status"]),
        attempts_of(row["attempts"]),
        row["error"],
    )
