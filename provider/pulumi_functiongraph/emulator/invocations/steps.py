"""What each step of a request changes, kept with a line in the journal."""

from datetime import datetime

from pulumi_functiongraph.emulator.instants import to_micros
from pulumi_functiongraph.emulator.invocations import journal, queue
from pulumi_functiongraph.emulator.invocations.decision import (
    Condition,
    Finish,
    Status,
    WaitUntil,
)
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.invocations.outcome import Outcome
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.state.store import Connection

MAX_LOG = 64 * 1024
"""Characters that are kept of what the runs of a request printed, the last ones; ours."""


def wait(connection: Connection, request: Request, step: WaitUntil, *, now: datetime) -> None:
    """Decide again later."""
    connection.execute(
        "UPDATE inv_requests SET due = ? WHERE number = ?", (to_micros(step.time), request.number)
    )
    _note(connection, request, step, now)


def note_cut_off(
    connection: Connection, number: int, log: str, *, started_at: datetime, now: datetime
) -> None:
    """Tell that a run was broken off, and is not counted; one that is cancelled is not repeated."""
    request = queue.find_due(connection, number)
    if request is None:
        return
    connection.execute(
        "UPDATE inv_requests SET log = ?, first_started_at = ? WHERE number = ?",
        (
            _log_with(request, log),
            to_micros(request.first_started_at or started_at),
            number,
        ),
    )
    journal.note(
        connection,
        now,
        Step.CUT_OFF,
        request.id,
        request.function_urn,
        attempt=request.progress.attempts + 1,
        started_at=started_at.isoformat(),
        repeated=not request.progress.cancelled,
        **({"log": log[-journal.MAX_NOTED :]} if log else {}),
    )


def record_run(
    connection: Connection,
    request: Request,
    outcome: Outcome,
    step: Finish | WaitUntil,
    *,
    started_at: datetime,
    ended_at: datetime,
) -> None:
    """Count a run that has ended, and keep what it came to.

    Args:
        connection: within a transaction.
        request: as it is in that transaction.
        outcome: of the run.
        step: what follows from it.
        started_at: when the run began.
        ended_at: when it ended.
    """
    attempt, first = request.progress.attempts + 1, request.first_started_at or started_at
    connection.execute(
        "UPDATE inv_requests SET attempts = ?, result = ?, response = ?, error = ?, log = ?,"
        " first_started_at = ?, last_ended_at = ?, status = ?, condition = ?, finished_at = ?,"
        " due = ? WHERE number = ?",
        (
            attempt,
            outcome.result,
            outcome.payload,
            _error_of(step, outcome.error),
            _log_with(request, outcome.log),
            to_micros(first),
            to_micros(ended_at),
            *_state_after(step, ended_at),
            request.number,
        ),
    )
    journal.note(
        connection,
        ended_at,
        Step.RAN,
        request.id,
        request.function_urn,
        attempt=attempt,
        started_at=started_at.isoformat(),
        **journal.told_of(outcome),
    )
    _note(connection, request, step, ended_at)


def _log_with(request: Request, log: str) -> str:
    """The log of a request with that of one more run, which begins on a line of its own."""
    return "\n".join(filter(None, (request.log.removesuffix("\n"), log)))[-MAX_LOG:]


def finish(connection: Connection, request: Request, step: Finish, *, now: datetime) -> None:
    """End a request without another run."""
    connection.execute(
        "UPDATE inv_requests SET status = ?, condition = ?, error = ?, finished_at = ?, due = NULL"
        " WHERE number = ?",
        (
            step.status,
            step.condition,
            _error_of(step, request.error),
            to_micros(now),
            request.number,
        ),
    )
    _note(connection, request, step, now)


def _state_after(
    step: Finish | WaitUntil, now: datetime
) -> tuple[Status, str, int | None, int | None]:
    """Status, condition, and when the request finished or is due."""
    match step:
        case Finish(status, condition):
            return status, condition, to_micros(now), None
        case WaitUntil(time):
            return Status.WAIT, "", None, to_micros(time)


def _error_of(step: Finish | WaitUntil, error: str) -> str:
    """What a request is said to have failed with, where its last run has failed with `error`."""
    match step:
        case Finish(condition=Condition.CANCELLED):
            return "function invocation canceled"
        case Finish(condition=Condition.EXPIRED):
            return "the validity period of the request ended before it succeeded"
        case Finish(condition=Condition.SUCCESS):
            return ""
    return error


def _note(
    connection: Connection, request: Request, step: Finish | WaitUntil, now: datetime
) -> None:
    """Tell what comes next."""
    identifier, urn = request.id, request.function_urn
    match step:
        case Finish(status, condition):
            journal.note(
                connection, now, Step.FINISHED, identifier, urn, status=status, condition=condition
            )
        case WaitUntil(time):
            journal.note(connection, now, Step.WAITING, identifier, urn, until=time.isoformat())
