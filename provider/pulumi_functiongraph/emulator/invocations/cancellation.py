"""Cancelling of requests: one of them, or with all that follows from it."""

from datetime import datetime

from pulumi_functiongraph.emulator.instants import to_micros
from pulumi_functiongraph.emulator.invocations import journal, queue
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.state.store import Connection

WITH_WHAT_FOLLOWS = 2
"""`cancelled` of a request whose notifications start nothing any more; 1 is of it alone."""


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


def ends_what_follows(connection: Connection, identifier: str) -> bool:
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
    return queue.list_readable(rows)
