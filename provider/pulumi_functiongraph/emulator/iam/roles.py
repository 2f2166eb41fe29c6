"""Roles and policies: what can be granted; system ones come with the cloud, others are made."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.rows import columns, delete, find, insert, of, select
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS iam_roles (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, display_name TEXT NOT NULL, catalog TEXT NOT NULL,
    domain_id TEXT REFERENCES iam_domains, type TEXT NOT NULL, description TEXT NOT NULL,
    policy TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    UNIQUE (domain_id, display_name)
);
"""

CUSTOM = "CUSTOMED"
"""Catalog of the policies that an account has made itself."""


class Role(msgspec.Struct, frozen=True):
    """A permission set; a system one belongs to no account."""

    id: str
    name: str
    display_name: str
    catalog: str
    domain_id: str | None
    type: str
    description: str
    policy: Mapping[str, object]
    created_at: datetime
    updated_at: datetime

    @property
    def is_policy(self) -> bool:
        """Whether it is a policy, not one of the older system-defined roles (version 1.0)."""
        return self.policy.get("Version") != "1.0"


def add_system_roles(
    connection: Connection, system_roles: Iterable[Role], *, now: datetime
) -> None:
    """Keep the system roles of a cloud; those that are there already stay."""
    known = {row["id"] for row in connection.execute("SELECT id FROM iam_roles")}
    for role in system_roles:
        if role.id not in known:
            put_role(connection, replace(role, created_at=now, updated_at=now))


def put_role(connection: Connection, role: Role) -> None:
    """Keep a role, in place of the one with its id."""
    insert(
        connection,
        "iam_roles",
        *columns(role),
        otherwise="ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " display_name = excluded.display_name, type = excluded.type,"
        " description = excluded.description, policy = excluded.policy,"
        " updated_at = excluded.updated_at",
    )


def delete_role(connection: Connection, role_id: str) -> None:
    """Forget a role, and every grant of it."""
    delete(connection, "iam_grants", role_id=role_id)
    delete(connection, "iam_roles", id=role_id)


def find_role(connection: Connection, role_id: str) -> Role | None:
    """The role with this id."""
    return find(connection, _role, "iam_roles", id=role_id)


def find_role_by_title(connection: Connection, title: str, *, domain_id: str) -> Role | None:
    """The role that a person calls so: by display name or internal name, the account's own first.

    IAM does not mind the case of names either.
    """
    row = connection.execute(
        "SELECT rowid, * FROM iam_roles WHERE (domain_id IS NULL OR domain_id = ?) "
        "AND (display_name = ? COLLATE NOCASE OR name = ? COLLATE NOCASE) "
        "ORDER BY domain_id IS NULL, display_name",
        (domain_id, title, title),
    ).fetchone()
    return None if row is None else _role(row)


def list_roles(connection: Connection, *, domain_id: str | None) -> list[Role]:
    """The custom policies of an account, or with ``None`` the system roles, by display name."""
    return select(connection, _role, "iam_roles", order="display_name", domain_id=domain_id)


_role = reads("iam_roles", column="id")(lru_cache(maxsize=1024)(of(Role)))
