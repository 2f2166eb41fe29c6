"""Credentials that act for an agency: tokens and temporary access keys."""

import hashlib
import sqlite3
from datetime import datetime

from pulumi_functiongraph.emulator.http.errors import unauthenticated
from pulumi_functiongraph.emulator.iam import agencies
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.state.damaged_rows import moment_of, reads
from pulumi_functiongraph.emulator.state.rows import delete, find, insert
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS iam_assumed (
    digest TEXT PRIMARY KEY, agency_id TEXT NOT NULL, expires_at TEXT NOT NULL
);
"""


def remember(
    connection: Connection, credential: str, agency: Agency, *, expires_at: datetime
) -> None:
    """Let a token or access key act for an agency from now on."""
    row = (_digest(credential), agency.id, expires_at.isoformat())
    insert(connection, "iam_assumed", *row)


def forget(connection: Connection, credential: str) -> None:
    """Let a token or access key act for no agency any more."""
    delete(connection, "iam_assumed", digest=_digest(credential))


def agency_behind(connection: Connection, credential: str, *, now: datetime) -> Agency | None:
    """The agency that a token or access key acts for; None when it is a user's own.

    Raises:
        errors.UNAUTHENTICATED: the credential has expired, or the agency is gone or has.
    """
    kept = find(connection, _assumed, "iam_assumed", digest=_digest(credential))
    if kept is None:
        return None
    agency_id, expires_at = kept
    agency = agencies.find_agency(connection, agency_id)
    if agency is None or agency.has_expired(now):
        raise unauthenticated("the agency behind the credentials is gone or has expired")
    if expires_at <= now:
        raise unauthenticated("the temporary credentials have expired")
    return agency


@reads("iam_assumed", column="rowid")
def _assumed(row: sqlite3.Row) -> tuple[str, datetime]:
    return row["agency_id"], moment_of(row["expires_at"])


def _digest(credential: str) -> str:
    return hashlib.sha256(credential.encode()).hexdigest()
