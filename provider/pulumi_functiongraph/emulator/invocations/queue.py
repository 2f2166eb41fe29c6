"""The queue of asynchronous requests: durable, ordered by what is due.

A request is accepted, runs and finishes each in one transaction with all that follows from it: the
notification that a finish causes is in the queue of deliveries as soon as the finish is kept. That
a request is running is not kept: after the death of the process it is due, and runs once more.
"""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from operator import index

from pulumi_functiongraph.emulator.functiongraph.configs import (
    MAX_AGE,
    MAX_RETRIES,
    MIN_AGE,
    MIN_RETRIES,
    Destination,
    check_kept_target,
)
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, urn_of
from pulumi_functiongraph.emulator.http.exchange import compact_json
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.instants import from_micros, to_micros
from pulumi_functiongraph.emulator.invocations import journal, trace
from pulumi_functiongraph.emulator.invocations.decision import (
    Condition,
    Policy,
    Progress,
    Status,
)
from pulumi_functiongraph.emulator.invocations.due import check_due
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.invocations.outcome import Result
from pulumi_functiongraph.emulator.invocations.request import Arrival, Request
from pulumi_functiongraph.emulator.invocations.trace import Hop, Trace
from pulumi_functiongraph.emulator.state.damaged_rows import attempts_of, readable, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS inv_requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL, package TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
    function_urn TEXT NOT NULL, payload TEXT NOT NULL,
    source TEXT NOT NULL, parent TEXT NOT NULL, trace TEXT NOT NULL,
    max_retries INTEGER NOT NULL, max_age INTEGER, on_success TEXT, on_failure TEXT,
    accepted_at INTEGER NOT NULL, status TEXT NOT NULL, condition TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0, cancelled INTEGER NOT NULL DEFAULT 0,
    first_started_at INTEGER, last_ended_at INTEGER, finished_at INTEGER,
    result TEXT, response TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',
    log TEXT NOT NULL DEFAULT '', due INTEGER
);
CREATE INDEX IF NOT EXISTS inv_requests_due ON inv_requests (due, number) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS inv_requests_lost ON inv_requests (number)
    WHERE status = 'WAIT' AND due IS NULL;
CREATE INDEX IF NOT EXISTS inv_requests_of ON inv_requests (project_id, package, name, accepted_at);
CREATE INDEX IF NOT EXISTS inv_requests_caused ON inv_requests (parent) WHERE parent != '';
"""


_COLONS = 7
"""In the URN of a version of a function."""


class RequestGoneError(LookupError):
    """A request that was accepted is not there any more."""


def add(
    connection: Connection,
    version: StoredVersion,
    arrival: Arrival,
    *,
    identifier: str,
    project: Project,
    now: datetime,
) -> Trace:
    """Keep a request of a version, with the config that this has now; it is due at once.

    Returns:
        The way to the function, with it as the last step.
    """
    urn = urn_of(version, project, qualifier=version.version)
    way = trace.shortened((*arrival.trace, Hop(arrival.edge, urn)))
    config = None if version.config is None else version.config.config
    accepted_at = to_micros(now)
    connection.execute(
        "INSERT INTO inv_requests (id, project_id, package, name, version, function_urn, payload,"
        " source, parent, trace, max_retries, max_age, on_success, on_failure, accepted_at, status,"
        " due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'WAIT', ?)",
        (
            identifier,
            version.project_id,
            version.package,
            version.name,
            version.version,
            urn,
            arrival.payload,
            arrival.source,
            arrival.parent,
            trace.to_text(way),
            0 if config is None else config.retries,
            None if config is None else config.age,
            None if config is None else _kept(config.on_success),
            None if config is None else _kept(config.on_failure),
            accepted_at,
            accepted_at,
        ),
    )
    journal.note(connection, now, Step.ACCEPTED, identifier, urn, source=arrival.source)
    return way


def find_due(connection: Connection, number: int) -> Request | None:
    """A request that is not over; None when it is, or is gone."""
    row = connection.execute(
        "SELECT * FROM inv_requests WHERE number = ? AND due IS NOT NULL", (number,)
    ).fetchone()
    return None if row is None else _request(row)


def find(connection: Connection, number: int) -> Request:
    """A request as it is now.

    Raises:
        RequestGoneError: it is gone, as everything is after a reset.
    """
    row = connection.execute("SELECT * FROM inv_requests WHERE number = ?", (number,)).fetchone()
    return _request(_there(row))


def find_by_id(connection: Connection, identifier: str) -> Request:
    """A request as it is now.

    Raises:
        RequestGoneError: it is gone, as everything is after a reset.
    """
    row = connection.execute("SELECT * FROM inv_requests WHERE id = ?", (identifier,)).fetchone()
    return _request(_there(row))


def _there(row: sqlite3.Row | None) -> sqlite3.Row:
    if row is None:
        raise RequestGoneError("the request is gone: was the local cloud reset?")
    return row


def list_requests(connection: Connection, *, after: int = 0, most: int = -1) -> list[Request]:
    """Requests by number, `most` of them (all by default) that follow number `after`."""
    rows = connection.execute(
        "SELECT * FROM inv_requests WHERE number > ? ORDER BY number LIMIT ?", (after, most)
    )
    return [_request(row) for row in rows]


def find_of_function(
    connection: Connection, function: tuple[str, str, str], identifier: str
) -> Request | None:
    """The request of a function (project, package, name) that has an id, None without one."""
    row = connection.execute(
        "SELECT * FROM inv_requests WHERE project_id = ? AND package = ? AND name = ? AND id = ?",
        (*function, identifier),
    ).fetchone()
    return None if row is None else _request(row)


def list_readable(rows: Iterable[sqlite3.Row]) -> list[Request]:
    """The requests of rows of the table, without those that cannot be read."""
    return list(readable(rows, _request))


def _kept(target: Destination | None) -> str | None:
    if target is None:
        return None
    return compact_json([target.service, target.param])


@lru_cache(maxsize=1024)
def _target(kept: str | None) -> Destination | None:
    if kept is None:
        return None
    target = Destination(*json.loads(kept))
    check_kept_target(target)
    return target


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


@reads("inv_requests")
def _request(row: sqlite3.Row) -> Request:
    check_due(row)
    if row["function_urn"].count(":") != _COLONS:
        raise ValueError("not the URN of a version")
    if not (
        MIN_RETRIES <= index(row["max_retries"]) <= MAX_RETRIES
        and (row["max_age"] is None or MIN_AGE <= row["max_age"] <= MAX_AGE)
    ):
        raise ValueError("numbers that no request has")
    return Request(
        number=row["number"],
        id=row["id"],
        project_id=row["project_id"],
        package=row["package"],
        name=row["name"],
        version=row["version"],
        function_urn=row["function_urn"],
        payload=row["payload"],
        source=row["source"],
        parent=row["parent"],
        trace=trace.from_text(row["trace"]),
        policy=Policy(
            row["max_retries"],
            None if row["max_age"] is None else timedelta(seconds=row["max_age"]),
        ),
        on_success=_target(row["on_success"]),
        on_failure=_target(row["on_failure"]),
        progress=Progress(
            from_micros(row["accepted_at"]),
            attempts_of(row["attempts"]),
            None if row["result"] is None else Result(row["result"]),
            _time(row["last_ended_at"]),
            bool(row["cancelled"]),
        ),
        status=Status(row["status"]),
        condition=Condition(row["condition"]) if row["condition"] else None,
        first_started_at=_time(row["first_started_at"]),
        finished_at=_time(row["finished_at"]),
        response=row["response"],
        error=row["error"],
        log=row["log"],
        due=_time(row["due"]),
    )
