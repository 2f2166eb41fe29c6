"""Grants: which role an agency has, and where."""

from enum import StrEnum

import msgspec
from msgspec.structs import asdict

from pulumi_functiongraph.emulator.iam import roles
from pulumi_functiongraph.emulator.iam.roles import Role
from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.rows import columns, delete, insert, of, select
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS iam_grants (
    agency_id TEXT NOT NULL, role_id TEXT NOT NULL REFERENCES iam_roles,
    scope TEXT NOT NULL, scope_id TEXT NOT NULL,
    PRIMARY KEY (agency_id, scope, scope_id, role_id)
);
"""


class Scope(StrEnum):
    """Where a role is granted."""

    PROJECT = "project"
    DOMAIN = "domain"
    INHERITED = "inherited"
    ENTERPRISE_PROJECT = "enterprise_project"


class Grant(msgspec.Struct, frozen=True, order=True):
    """One role on one project, account, all resources of an account, or enterprise project."""

    agency_id: str
    role_id: str
    scope: Scope
    scope_id: str


def put_grant(connection: Connection, grant: Grant) -> None:
    """Keep a grant; one that is there already stays."""
    insert(connection, "iam_grants", *columns(grant), otherwise="ON CONFLICT DO NOTHING")


def delete_grant(connection: Connection, grant: Grant) -> bool:
    """Forget a grant; False when there was none."""
    return delete(connection, "iam_grants", **asdict(grant))


def forget_agency(connection: Connection, agency_id: str) -> None:
    """Forget what an agency was granted."""
    delete(connection, "iam_grants", agency_id=agency_id)


def list_grants(connection: Connection, agency_id: str) -> list[Grant]:
    """Everything that an agency is granted."""
    return sorted(select(connection, _grant, "iam_grants", agency_id=agency_id))


_grant = reads("iam_grants", column="rowid")(of(Grant))


def roles_granted(
    connection: Connection, agency_id: str, *, scope: Scope, scope_id: str
) -> list[Role]:
    """The roles that an agency has in one place, by display name."""
    found = (
        roles.find_role(connection, grant.role_id)
        for grant in list_grants(connection, agency_id)
        if (grant.scope, grant.scope_id) == (scope, scope_id)
    )
    return sorted((role for role in found if role), key=lambda role: role.display_name)
