"""Asynchronous requests of a function as they are listed: a page of those in a window of time."""

import json
import sqlite3
from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.instants import from_micros, to_micros
from pulumi_functiongraph.emulator.invocations.decision import Condition, Status
from pulumi_functiongraph.emulator.invocations.due import check_due
from pulumi_functiongraph.emulator.state.damaged_rows import readable, reads
from pulumi_functiongraph.emulator.state.store import Connection

ERROR_CODE = {
    Condition.SUCCESS: 0,
    Condition.RETRIES_EXHAUSTED: 4001,
    Condition.EXPIRED: 4002,
    Condition.LOOP: 4003,
    Condition.CANCELLED: 4208,
}
"""4208 is documented, "function invocation canceled", and 0; the others are ours."""

_SECOND = 1_000_000
"""Microseconds."""

_COLUMNS = "number, id, status, condition, error, accepted_at, first_started_at, finished_at, due"
_CHOSEN = """\
WHERE project_id = ? AND package = ? AND name = ? AND accepted_at >= ? AND accepted_at < ?
AND (? IS NULL OR version IN (SELECT value FROM json_each(?)))
AND (? IS NULL OR id IN (SELECT value FROM json_each(?)))
AND (? = 0 OR due IS NOT NULL)
"""
_RUNNING = "AND status = 'WAIT' AND number IN (SELECT value FROM json_each(?))"
_WAITING = "AND status = 'WAIT' AND number NOT IN (SELECT value FROM json_each(?))"
_OVER = "AND status = ?"


class Selection(msgspec.Struct, frozen=True):
    """Which requests are meant."""

    project_id: str
    package: str
    name: str
    begin: datetime
    end: datetime
    """Accepted in this second or before."""
    versions: frozenset[str] | None = None
    """None is every version."""
    ids: frozenset[str] | None = None
    """None is every request."""
    status: Status | None = None
    only_active: bool = False
    """Only those that are not over."""


class Summary(msgspec.Struct, frozen=True):
    """What a list tells of a request."""

    id: str
    status: Status
    error: str
    """Empty unless the request is over and did not succeed."""
    error_code: int
    started_at: datetime
    """When its function was first run; when it was accepted, before that."""
    finished_at: datetime | None


def list_requests(
    connection: Connection, selection: Selection, *, running: frozenset[int], first: int, most: int
) -> tuple[list[Summary], int]:
    """Requests, the first accepted first, `most` of them from `first` on.

    Args:
        connection: to the state.
        selection: which requests are meant.
        running: numbers of the requests that are running, which the state does not tell.
        first: how many are left out before.
        most: how many are wanted.

    Returns:
        Them, and how many there are in all.
    """
    condition, values = _chosen(selection, running)
    (count,) = connection.execute(
        f"SELECT count(*) FROM inv_requests {condition}",  # noqa: S608 # texts from above
        values,
    ).fetchone()
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM inv_requests {condition}"  # noqa: S608 # texts from above
        " ORDER BY accepted_at, number LIMIT ? OFFSET ?",
        (*values, most, first),
    )
    return list(readable(rows, lambda row: _summary(row, running))), count


def _chosen(selection: Selection, running: frozenset[int]) -> tuple[str, list[object]]:
    versions, ids = _json(selection.versions), _json(selection.ids)
    values: list[object] = [
        selection.project_id,
        selection.package,
        selection.name,
        to_micros(selection.begin),
        to_micros(selection.end.replace(microsecond=0)) + _SECOND,
        *(versions, versions, ids, ids, selection.only_active),
    ]
    match selection.status:
        case None:
            return _CHOSEN, values
        case Status.RUNNING:
            return _CHOSEN + _RUNNING, [*values, json.dumps(sorted(running))]
        case Status.WAIT:
            return _CHOSEN + _WAITING, [*values, json.dumps(sorted(running))]
        case over:
            return _CHOSEN + _OVER, [*values, over.value]


def _json(names: frozenset[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names))


@reads("inv_requests")
def _summary(row: sqlite3.Row, running: frozenset[int]) -> Summary:
    check_due(row)
    status = Status(row["status"])
    if status is Status.WAIT and row["number"] in running:
        status = Status.RUNNING
    condition = Condition(row["condition"]) if row["condition"] else Condition.SUCCESS
    started, finished = row["first_started_at"], row["finished_at"]
    return Summary(
        id=row["id"],
        status=status,
        error="" if condition is Condition.SUCCESS else row["error"],
        error_code=ERROR_CODE[condition],
        started_at=from_micros(row["accepted_at"] if started is None else started),
        finished_at=None if finished is None else from_micros(finished),
    )
