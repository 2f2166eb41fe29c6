"""The queue of asynchronous requests: durable, ordered by what is due.

A request is accepted, runs and finishes each in one transaction with all that follows from it: the
notification that a finish causes is in the queue of deliveries as soon as the finish is kept. That
a request is running is not kept: after the death of the process it is due, and runs once more.
"""

import json
import sqlite3
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from operator import index

from pulumi_functiongraph.emulator.clock import NewId
from pulumi_functiongraph.emulator.functiongraph.configs import Destination
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, urn_of
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.instants import from_micros, to_micros
from pulumi_functiongraph.emulator.invocations import journal, scripts, trace
from pulumi_functiongraph.emulator.invocations.decision import (
    Condition,
    Finish,
    Policy,
    Progress,
    Status,
)
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.invocations.outcome import Outcome, Result
from pulumi_functiongraph.emulator.invocations.request import Arrival, Intake, Request
from pulumi_functiongraph.emulator.invocations.trace import Hop, Trace
from pulumi_functiongraph.emulator.state.damaged_rows import readable, reads
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
CREATE INDEX IF NOT EXISTS inv_requests_of ON inv_requests (project_id, package, name, accepted_at);
CREATE INDEX IF NOT EXISTS inv_requests_caused ON inv_requests (parent) WHERE parent != '';
"""

ERROR_CODE = {
    Condition.SUCCESS: 0,
    Condition.RETRIES_EXHAUSTED: 4001,
    Condition.EXPIRED: 4002,
    Condition.LOOP: 4003,
    Condition.CANCELLED: 4208,
}
"""4208 is documented, "function invocation canceled", and 0; the others are ours."""

WITH_WHAT_FOLLOWS = 2
"""`cancelled` of a request whose notifications start nothing any more; 1 is of it alone."""

MAX_LOG = 64 * 1024
"""Characters that are kept of what the runs of a request printed, the last ones; ours."""


class RequestGoneError(LookupError):
    """A request that was accepted is not there any more."""


def request_id(new_id: NewId) -> str:
    """A fresh id of an invocation, in the form of a UUID, as the API reference shows them."""
    return str(uuid.UUID(new_id()))


def accept(
    connection: Connection,
    version: StoredVersion,
    arrival: Arrival,
    intake: Intake,
    *,
    project: Project,
) -> str:
    """Keep a request, with the config that its version has now.

    A request at the end of a chain of more than `max_hops` functions is kept as discarded, with the
    chain as its error, and never runs. One whose cause was cancelled with all that follows from it
    is cancelled at once.

    Returns:
        The id of the request.
    """
    urn = urn_of(version, project, qualifier=version.version)
    way = trace.shortened((*arrival.trace, Hop(arrival.edge, urn)))
    config = None if version.config is None else version.config.config
    identifier, now = arrival.id or request_id(intake.new_id), to_micros(intake.now)
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
            now,
            now,
        ),
    )
    journal.note(connection, intake.now, Step.ACCEPTED, identifier, urn, source=arrival.source)
    if _is_loop(connection, version, way, intake.max_hops):
        _break_loop(connection, find_by_id(connection, identifier), intake.now)
    if _ends_what_follows(connection, arrival.parent):
        cancel_with_what_follows(connection, find_by_id(connection, identifier), now=intake.now)
    return identifier


def _is_loop(connection: Connection, version: StoredVersion, way: Trace, max_hops: int) -> bool:
    if not 0 < max_hops < trace.hops_between_functions(way):
        return False
    return scripts.script_of(connection, version.function).loop_breaker


def _break_loop(connection: Connection, request: Request, now: datetime) -> None:
    hops = trace.hops_between_functions(request.trace)
    count = "1 hop" if hops - 1 == 1 else f"{hops - 1} hops"
    error = f"loop broken after {count}: {trace.chain(request.trace)}"
    _finish(connection, request, Finish(Status.DISCARD, Condition.LOOP), error, now)
    journal.note(
        connection,
        now,
        Step.LOOP_BROKEN,
        request.id,
        request.function_urn,
        chain=trace.chain(request.trace),
    )


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


def wait(connection: Connection, request: Request, until: datetime, *, now: datetime) -> None:
    """Decide again later."""
    connection.execute(
        "UPDATE inv_requests SET due = ? WHERE number = ?", (to_micros(until), request.number)
    )
    journal.note(
        connection, now, Step.WAITING, request.id, request.function_urn, until=until.isoformat()
    )


def note_cut_off(connection: Connection, number: int, *, now: datetime) -> None:
    """Tell that a run was broken off, and is not counted; of a request that is to run again."""
    request = find_due(connection, number)
    if request is not None:
        attempt, name = request.progress.attempts + 1, request.function_urn
        journal.note(
            connection, now, Step.CUT_OFF, request.id, name, attempt=attempt, repeated=True
        )


def record_run(
    connection: Connection,
    request: Request,
    outcome: Outcome,
    *,
    started_at: datetime,
    ended_at: datetime,
) -> Request:
    """Count a run that has ended.

    Args:
        connection: within a transaction.
        request: as it is in that transaction.
        outcome: of the run.
        started_at: when the run began.
        ended_at: when it ended.

    Returns:
        The request as it is then.
    """
    connection.execute(
        "UPDATE inv_requests SET attempts = attempts + 1, result = ?, response = ?, error = ?,"
        " log = substr(log || iif(log = '' OR ? = '', '', char(10)) || ?, ?),"
        " first_started_at = coalesce(first_started_at, ?), last_ended_at = ? WHERE number = ?",
        (
            outcome.result,
            outcome.payload,
            outcome.error,
            outcome.log,
            outcome.log,
            -MAX_LOG,
            to_micros(started_at),
            to_micros(ended_at),
            request.number,
        ),
    )
    journal.note(
        connection,
        ended_at,
        Step.RAN,
        request.id,
        request.function_urn,
        attempt=request.progress.attempts + 1,
        started_at=started_at.isoformat(),
        result=outcome.result,
        **({"error": outcome.error} if outcome.error else {}),
    )
    progress = replace(
        request.progress,
        attempts=request.progress.attempts + 1,
        last_result=outcome.result,
        last_ended_at=ended_at,
    )
    return replace(
        request,
        progress=progress,
        response=outcome.payload,
        error=outcome.error,
        first_started_at=request.first_started_at or started_at,
    )


def finish(connection: Connection, request: Request, step: Finish, *, now: datetime) -> None:
    """End a request."""
    error = request.error
    if step.condition is Condition.CANCELLED:
        error = "function invocation canceled"
    elif step.condition is Condition.EXPIRED:
        error = "the validity period of the request ended before it succeeded"
    elif step.condition is Condition.SUCCESS:
        error = ""
    _finish(connection, request, step, error, now)


def _finish(
    connection: Connection, request: Request, step: Finish, error: str, now: datetime
) -> None:
    connection.execute(
        "UPDATE inv_requests SET status = ?, condition = ?, error = ?, finished_at = ?, due = NULL"
        " WHERE number = ?",
        (step.status, step.condition, error, to_micros(now), request.number),
    )
    journal.note(
        connection,
        now,
        Step.FINISHED,
        request.id,
        request.function_urn,
        status=step.status,
        condition=step.condition,
    )


def cancel(connection: Connection, request: Request, *, now: datetime) -> None:
    """Let a request end at its next step, which is due at once; one that is over stays as it is."""
    if request.due is None or request.progress.cancelled:
        return
    connection.execute(
        "UPDATE inv_requests SET cancelled = 1, due = ? WHERE number = ?",
        (to_micros(now), request.number),
    )
    journal.note(connection, now, Step.CANCELLED, request.id, request.function_urn)


def cancel_with_what_follows(
    connection: Connection, request: Request, *, now: datetime
) -> list[Request]:
    """Cancel a request and all that it led to, and let nothing run that they are yet to lead to.

    Notifications of those that are over still arrive; a request that one brings about is cancelled.

    Returns:
        The requests.
    """
    found = [request, *_caused_by(connection, request)]
    for each in found:
        cancel(connection, each, now=now)
        connection.execute(
            "UPDATE inv_requests SET cancelled = ? WHERE number = ?",
            (WITH_WHAT_FOLLOWS, each.number),
        )
    return found


def _ends_what_follows(connection: Connection, identifier: str) -> bool:
    """Whether what a request leads to is cancelled."""
    if not identifier:
        return False
    row = connection.execute(
        "SELECT 1 FROM inv_requests WHERE id = ? AND cancelled = ?", (identifier, WITH_WHAT_FOLLOWS)
    ).fetchone()
    return row is not None


def _caused_by(connection: Connection, request: Request) -> list[Request]:
    """Every request that this one led to, by its notifications and by theirs, oldest first."""
    rows = connection.execute(
        "WITH RECURSIVE caused (id) AS ("
        " SELECT id FROM inv_requests WHERE parent != '' AND parent = ?"
        " UNION SELECT r.id FROM inv_requests AS r JOIN caused AS c"
        " ON r.parent != '' AND r.parent = c.id"
        ") SELECT r.* FROM inv_requests AS r JOIN caused USING (id) ORDER BY r.number",
        (request.id,),
    )
    return list(readable(rows, _request))


def _kept(target: Destination | None) -> str | None:
    if target is None:
        return None
    return json.dumps([target.service, target.param], separators=(",", ":"))


@lru_cache(maxsize=1024)
def _target(kept: str | None) -> Destination | None:
    if kept is None:
        return None
    service, param = json.loads(kept)
    json.loads(param)
    return Destination(service, param)


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


@reads("inv_requests")
def _request(row: sqlite3.Row) -> Request:
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
            index(row["max_retries"]),
            None if row["max_age"] is None else timedelta(seconds=row["max_age"]),
        ),
        on_success=_target(row["on_success"]),
        on_failure=_target(row["on_failure"]),
        progress=Progress(
            from_micros(row["accepted_at"]),
            index(row["attempts"]),
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
