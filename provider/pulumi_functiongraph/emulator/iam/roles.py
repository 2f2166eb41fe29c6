"""Roles and policies: what can be granted; system ones come with the cloud, others are made."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pulumi_functiongraph.emulator.iam.system_roles import SystemRole
from pulumi_functiongraph.emulator.seeds.models import stable_id
from pulumi_functiongraph.emulator.state.damaged_rows import readable, reads
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


@dataclass(frozen=True, slots=True)
class Role:
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
    connection: Connection, system_roles: tuple[SystemRole, ...], *, now: datetime
) -> None:
    """Keep the system roles of a cloud; those that are there already stay."""
    known = {row["id"] for row in connection.execute("SELECT id FROM iam_roles")}
    for each in system_roles:
        role = Role(
            id=stable_id("role", each.display_name),
            name=each.name,
            display_name=each.display_name,
            catalog=each.catalog,
            domain_id=None,
            type=each.type,
            description="",
            policy=each.policy,
            created_at=now,
            updated_at=now,
        )
        if role.id not in known:
            put_role(connection, role)


def put_role(connection: Connection, role: Role) -> None:
    """Keep a role, in place of the one with its id."""
    values = (
        role.id,
        role.name,
        role.display_name,
        role.catalog,
        role.domain_id,
        role.type,
        role.description,
        json.dumps(role.policy),
        role.created_at.isoformat(),
        role.updated_at.isoformat(),
    )
    connection.execute(
        "INSERT INTO iam_roles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET name = excluded.name, display_name = excluded.display_name, type = excluded.type, "
        "description = excluded.description, policy = excluded.policy, "
        "updated_at = excluded.updated_at",
        values,
    )


def delete_role(connection: Connection, role_id: str) -> None:
    """Forget a role, and every grant of it."""
    connection.execute("DELETE FROM iam_grants WHERE role_id = ?", (role_id,))
    connection.execute("DELETE FROM iam_roles WHERE id = ?", (role_id,))


def find_role(connection: Connection, role_id: str) -> Role | None:
    """The role with this id."""
    row = connection.execute("SELECT * FROM iam_roles WHERE id = ?", (role_id,)).fetchone()
    return None if row is None else _role(row)


def find_role_by_title(connection: Connection, title: str, *, domain_id: str) -> Role | None:
    """The role that a person calls so: by display name or internal name, the account's own first.

    IAM does not mind the case of names either.
    """
    row = connection.execute(
        "SELECT * FROM iam_roles WHERE (domain_id IS NULL OR domain_id = ?) "
        "AND (display_name = ? COLLATE NOCASE OR name = ? COLLATE NOCASE) "
        "ORDER BY domain_id IS NULL, display_name",
        (domain_id, title, title),
    ).fetchone()
    return None if row is None else _role(row)


def list_roles(connection: Connection, *, domain_id: str | None) -> list[Role]:
    """The custom policies of an account, or with ``None`` the system roles, by display name."""
    rows = connection.execute(
        "SELECT * FROM iam_roles WHERE domain_id IS ? ORDER BY display_name", (domain_id,)
    )
    return list(readable(rows, _role))


@reads("iam_roles", column="id")
@lru_cache(maxsize=1024)
def _role(row: sqlite3.Row) -> Role:
    fields = dict(row)
    return Role(
        **{
            **fields,
            "policy": json.loads(row["policy"]),
            "created_at": datetime.fromisoformat(row["created_at"]),
            "updated_at": datetime.fromisoformat(row["updated_at"]),
        }
    )
