"""All of the state at once: its tables, and how they are put back."""

from datetime import datetime

from pulumi_functiongraph.emulator import kept_time, options
from pulumi_functiongraph.emulator.deliveries import queue as deliveries
from pulumi_functiongraph.emulator.dis import models as dis
from pulumi_functiongraph.emulator.functiongraph import (
    code,
    stored_aliases,
    stored_configs,
    triggers,
)
from pulumi_functiongraph.emulator.functiongraph import models as functiongraph
from pulumi_functiongraph.emulator.iam import agencies, assumed, grants, restrictions, roles
from pulumi_functiongraph.emulator.iam import models as iam
from pulumi_functiongraph.emulator.iam.roles import Role
from pulumi_functiongraph.emulator.invocations import due, journal, scripts, waiting
from pulumi_functiongraph.emulator.invocations import queue as invocations
from pulumi_functiongraph.emulator.obs import buckets as obs
from pulumi_functiongraph.emulator.obs import changes, notifications
from pulumi_functiongraph.emulator.seeds import kept_seed
from pulumi_functiongraph.emulator.seeds.filling import add_seed
from pulumi_functiongraph.emulator.seeds.models import Seed
from pulumi_functiongraph.emulator.smn import calls, subscriptions
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.state import damaged_rows
from pulumi_functiongraph.emulator.state.store import Connection
from pulumi_functiongraph.emulator.triggers import timers

SCHEMAS = (
    iam.SCHEMA,
    agencies.SCHEMA,
    roles.SCHEMA,
    assumed.SCHEMA,
    restrictions.SCHEMA,
    grants.SCHEMA,
    functiongraph.SCHEMA,
    stored_aliases.SCHEMA,
    stored_configs.SCHEMA,
    code.SCHEMA,
    smn.SCHEMA,
    subscriptions.SCHEMA,
    triggers.SCHEMA,
    calls.SCHEMA,
    timers.SCHEMA,
    obs.SCHEMA,
    notifications.SCHEMA,
    changes.SCHEMA,
    dis.SCHEMA,
    scripts.SCHEMA,
    invocations.SCHEMA,
    waiting.SCHEMA,
    deliveries.SCHEMA,
    journal.SCHEMA,
    kept_time.SCHEMA,
    options.SCHEMA,
    kept_seed.SCHEMA,
)
"""In an order in which each table refers to those before it."""

_GROWING = frozenset(
    {
        "dis_records",
        "iam_tokens",
        "inv_arrivals",
        "inv_deliveries",
        "inv_journal",
        "inv_requests",
        "obs_objects",
        "smn_calls",
        "smn_messages",
    }
)
"""Tables with a row for whatever happens: to look at each would hold up the start."""

_EMPTIED = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    " AND name NOT IN ('cloud', 'cloud_time') ORDER BY rowid DESC"
)
"""All tables but what is of the folder and not of the seed; those that refer to others first."""


def is_seeded(connection: Connection) -> bool:
    """Whether there is an account, and so a state worth keeping."""
    return connection.execute("SELECT 1 FROM iam_domains").fetchone() is not None


def tell_damaged(connection: Connection) -> None:
    """Say which rows cannot be read that would be met late, or never.

    Without those that only the delivery of a notification needs nothing is refused; to one whose
    key is damaged nobody comes.
    """
    damaged_rows.tell_mistyped(connection, growing=_GROWING)
    for table in ("inv_requests", "inv_deliveries", "smn_calls"):
        due.tell_lost(connection, table)
    agencies.list_agencies(connection)
    for (domain_id,) in connection.execute("SELECT DISTINCT domain_id FROM iam_roles").fetchall():
        roles.list_roles(connection, domain_id=domain_id)
    smn.list_topics(connection)
    obs.list_buckets(connection)
    dis.list_streams(connection)


def restore(
    connection: Connection, seed: Seed, *, now: datetime, system_roles: tuple[Role, ...]
) -> None:
    """Drop everything and hold the system roles and what `seed` describes.

    Raises:
        SeedError: the seed contradicts itself or a service's rules.
    """
    for (table,) in connection.execute(_EMPTIED).fetchall():
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 # names of our own tables
    connection.execute("DELETE FROM sqlite_sequence")
    roles.add_system_roles(connection, system_roles, now=now)
    add_seed(connection, seed, now=now, trusted=True)
