"""Agencies: what lets a cloud service act in an account."""

import sqlite3
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.rows import columns, delete, find, insert, of, select
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS iam_agencies (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, domain_id TEXT NOT NULL REFERENCES iam_domains,
    created_at TEXT NOT NULL, trust_domain_name TEXT NOT NULL, description TEXT NOT NULL,
    duration TEXT, expire_time TEXT, UNIQUE (domain_id, name)
);
"""

FUNCTIONGRAPH = "op_svc_cff"
"""Whom an agency of FunctionGraph trusts; user guide, "Configuring Agency Permissions"."""


class Agency(msgspec.Struct, frozen=True):
    """An agency; `duration` and `expire_time` are in IAM's own words."""

    id: str
    name: str
    domain_id: str
    created_at: datetime
    trust_domain_name: str
    description: str
    duration: str | None
    expire_time: str | None

    def has_expired(self, now: datetime) -> bool:
        """Whether its time is over; times without an offset are in UTC."""
        if self.expire_time is None:
            return False
        ends = datetime.fromisoformat(self.expire_time)
        return (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) <= now


def put_agency(connection: Connection, agency: Agency) -> None:
    """Keep an agency, in place of one of the same name."""
    delete(connection, "iam_agencies", domain_id=agency.domain_id, name=agency.name)
    insert(connection, "iam_agencies", *columns(agency))


def delete_agency(connection: Connection, agency_id: str) -> None:
    """Forget an agency."""
    delete(connection, "iam_agencies", id=agency_id)


def list_agencies(connection: Connection, domain_id: str | None = None) -> list[Agency]:
    """An account's agencies by name; without an account, all of them."""
    whose = {} if domain_id is None else {"domain_id": domain_id}
    return select(connection, _agency, "iam_agencies", order="domain_id, name", **whose)


def find_named_agency(connection: Connection, domain_id: str, name: str) -> Agency | None:
    """The agency of this name in an account."""
    return find(connection, _agency, "iam_agencies", domain_id=domain_id, name=name)


def find_agency(connection: Connection, agency_id: str) -> Agency | None:
    """The agency with this id."""
    return find(connection, _agency, "iam_agencies", id=agency_id)


@reads("iam_agencies", column="id")
@lru_cache(maxsize=1024)
def _agency(row: sqlite3.Row) -> Agency:
    agency: Agency = of(Agency)(row)
    agency.has_expired(agency.created_at)  # Whether its end can be read.
    return agency
