"""Worlds of one function, one agency and what it is granted, built in the emulator's own tables."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from factories import PROJECT, REGION
from pulumi_functiongraph.emulator.functiongraph import models as functions
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.iam import agencies, grants, roles
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.iam.grants import Grant, Scope
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.iam.roles import CUSTOM, Role
from pulumi_functiongraph.emulator.iam.system_roles import system_roles_of
from pulumi_functiongraph.emulator.state import tables
from pulumi_functiongraph.emulator.state.store import Connection

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DOMAIN, OTHER_DOMAIN = "d1", "d2"
SECOND_PROJECT = "1" * 32
THEIR_PROJECT = "2" * 32
HERE = Project(PROJECT, REGION, DOMAIN)
PRESETS: Mapping[str, dict[str, Any]] = {
    role.display_name: dict(role.policy) for role in system_roles_of("otc")
}


@dataclass(frozen=True)
class Granted:
    """A role, by the title of a system role or as a custom policy, and where it is granted."""

    role: str
    scope: str = "project"
    scope_id: str = PROJECT
    policy: Mapping[str, Any] | None = None

    @property
    def document(self) -> dict[str, Any]:
        return PRESETS[self.role] if self.policy is None else dict(self.policy)


@dataclass(frozen=True)
class World:
    """One function and the agency `writer`; names of agencies that are not there are allowed."""

    granted: tuple[Granted, ...] = ()
    xrole: str | None = "writer"
    app_xrole: str | None = None
    trust: str = "op_svc_cff"
    expire_time: str | None = None
    agency_domain: str = DOMAIN


@contextmanager
def built(world: World) -> Iterator[tuple[Connection, StoredVersion]]:
    """The tables of a world, and its function's version `latest`."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _EMPTY.backup(connection)
        connection.row_factory = sqlite3.Row
        yield connection, _fill(connection, world)


def _empty() -> Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for schema in tables.SCHEMAS:
        connection.executescript(schema)
    return connection


_EMPTY = _empty()


def _fill(connection: Connection, world: World) -> StoredVersion:
    for domain in (DOMAIN, OTHER_DOMAIN):
        connection.execute("INSERT INTO iam_domains VALUES (?, ?)", (domain, f"account-{domain}"))
    projects = [HERE, Project(SECOND_PROJECT, f"{REGION}_shop", DOMAIN)]
    for each in [*projects, Project(THEIR_PROJECT, REGION, OTHER_DOMAIN)]:
        connection.execute(
            "INSERT INTO iam_projects VALUES (?, ?, ?)", (each.id, each.name, each.domain_id)
        )
    agency = Agency(
        "a1", "writer", world.agency_domain, LONG_AGO, world.trust, "", None, world.expire_time
    )
    agencies.put_agency(connection, agency)
    for number, granted in enumerate(world.granted):
        role = _role(number, granted)
        if roles.find_role(connection, role.id) is None:
            roles.put_role(connection, role)
        wanted = Grant(agency.id, role.id, Scope(granted.scope), granted.scope_id)
        grants.put_grant(connection, wanted)
    document: dict[str, object] = {
        "xrole": world.xrole,
        "app_xrole": world.app_xrole,
        "last_modified": LONG_AGO.isoformat(),
    }
    return functions.create_function(
        connection, project_id=PROJECT, package="default", name="orders", document=document
    )


def _role(number: int, granted: Granted) -> Role:
    """The same system role is one role, each custom policy is its own."""
    is_custom = granted.policy is not None
    title = f"{granted.role}-{number}" if is_custom else granted.role
    document = json.loads(json.dumps(granted.document))
    return Role(
        id=title,
        name=title,
        display_name=title,
        catalog=CUSTOM if is_custom else "BASE",
        domain_id=DOMAIN if is_custom else None,
        type="AA",
        description="",
        policy=document,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )
